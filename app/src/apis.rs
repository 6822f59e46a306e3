//! APIs with their scopes and operations: the tables of the catalog, and the forms that add to it.
//!
//! Owns those forms and their server functions. The validation rules are in `domain`.

mod server_fns;

#[cfg(feature = "ssr")]
mod add_forms;
#[cfg(feature = "ssr")]
mod define_form;
#[cfg(feature = "ssr")]
mod tables;

pub use self::server_fns::{
    AddApiScope, AddOperation, CreateApi, ImportOpenapi, OperationWords, add_api_scope, add_operation, create_api,
    import_openapi,
};

#[cfg(feature = "ssr")]
pub(crate) use self::{
    add_forms::{ImportForm, OperationForm, ScopeForm},
    define_form::DefineApiForm,
    tables::{ApiTable, OperationTable, ScopeTable, context_in_words},
};
