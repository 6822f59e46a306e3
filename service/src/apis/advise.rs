//! Advice on the kind of credential that a set of operations needs.

use crate::{Caller, Result, use_cases::Apis};
use domain::{
    code::FlawCode,
    error::{FieldErrors, Flaw},
    operation::{Advice, advise},
};

impl Apis<'_> {
    /// Returns the kind of credential that can perform these operations, and the reasons.
    ///
    /// # Errors
    /// Fails with [`crate::ServiceError::Invalid`] if an operation is unknown.
    pub async fn advise(self, caller: &Caller, operations: &[String], is_service: bool) -> Result<Advice> {
        let catalog = self.show_catalog(caller).await?;
        let mut errors = FieldErrors::default();
        let find = |(index, id): (usize, &String)| {
            let unknown = || Flaw::new(FlawCode::UnknownOperation, "No API here has this operation.");
            let found = catalog.operation(id).map(|(_, operation)| operation).ok_or_else(unknown);
            errors.check(&format!("/operations/{index}"), found)
        };
        let found: Vec<_> = operations.iter().enumerate().filter_map(find).collect();
        if errors.is_empty() { Ok(advise(&found, is_service)) } else { Err(errors.into()) }
    }
}
