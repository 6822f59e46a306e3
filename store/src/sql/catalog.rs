//! Fragments about APIs. An organization reads its own APIs and the platform's, whose `org_id` is NULL.

/// The names of all scopes in this organization's catalog, joined by spaces, or NULL.
macro_rules! api_scopes {
    ($org:literal) => {
        concat!(
            "(SELECT STRING_AGG(x.name, ' ') FROM apis a JOIN api_scopes x ON x.api_id = a.id
                WHERE a.org_id = ",
            $org,
            " OR a.org_id IS NULL)"
        )
    };
}
pub(crate) use api_scopes;
