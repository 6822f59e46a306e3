//! APIs with their scopes and operations on screen: what the catalogue knows, and the forms that add to it.
//!
//! Owns: those forms and their server functions. The rules of what may stand in the catalogue are in `domain`.

mod add_forms;
mod define_form;
mod server_fns;

#[cfg(feature = "ssr")]
mod tables;

pub use self::add_forms::{ImportForm, OperationForm, ScopeForm};
pub use self::define_form::DefineApiForm;
pub use self::server_fns::{
    AddApiScope, AddOperation, CreateApi, ImportOpenapi, OperationWords, add_api_scope, add_operation, create_api,
    import_openapi,
};

#[cfg(feature = "ssr")]
pub(crate) use self::tables::{ApiTable, OperationTable, ScopeTable, context_in_words};
