//! Statements on APIs, their scopes and their operations.
//!
//! Owns: `apis`, `api_scopes`, `operations`. An organization reads its own APIs and the platform's, whose `org_id` is
//! NULL. It writes only its own: $1 is never NULL.

/// Whether the API `a` is in the organization's catalog and, if $2 is given, is that API.
macro_rules! seen {
    () => {
        "(a.org_id = $1 OR a.org_id IS NULL) AND (CAST($2 AS TEXT) IS NULL OR a.id = $2)"
    };
}

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
pub(super) use api_scopes;

super::statements! {
    /// The platform's APIs first, then the oldest.
    APIS = concat!("SELECT a.id, a.org_id, a.name, a.audience, a.audience_key, a.signing_alg, a.access_token_seconds, a.created_at
        FROM apis a WHERE ", seen!(), "
        ORDER BY CASE WHEN a.org_id IS NULL THEN 0 ELSE 1 END, a.id");

    API_SCOPES = concat!("SELECT x.api_id, x.name, x.title, x.description
        FROM apis a JOIN api_scopes x ON x.api_id = a.id WHERE ", seen!(), "
        ORDER BY x.api_id, x.name");

    /// One row for each API, because transferring rows costs several times as much as reading them. Fields and
    /// operations are separated as in [`super::snapshot`]; their order is arbitrary.
    OPERATIONS = concat!("SELECT x.api_id, string_agg(format('%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s\u{1f}%s',
            x.id, x.method, x.path, x.scopes, x.user_context, x.resource_type), '\u{1e}') AS operations
        FROM apis a JOIN operations x ON x.api_id = a.id WHERE ", seen!(), "
        GROUP BY x.api_id");

    /// With [`API_SCOPE_NAMES`], the data that credentials are checked against. Leaves out operations,
    /// which may be very many.
    API_IDENTITIES = "SELECT a.id, a.org_id, a.audience, a.audience_key FROM apis a WHERE a.org_id = $1 OR a.org_id IS NULL";

    API_SCOPE_NAMES = concat!("SELECT ", api_scopes!("$1"), " AS names");

    INSERT_API = "INSERT INTO apis (org_id, id, name, audience, signing_alg, access_token_seconds, created_at,
            audience_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    OWN_API = "SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2";

    UPDATE_API = "UPDATE apis SET name = $3, signing_alg = $4, access_token_seconds = $5
        WHERE org_id = $1 AND id = $2";

    DELETE_API_SCOPE = "DELETE FROM api_scopes
        WHERE api_id = (SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2) AND name = $3";

    UPDATE_API_SCOPE = "UPDATE api_scopes SET title = $4, description = $5
        WHERE api_id = (SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2) AND name = $3";

    DELETE_OPERATION = "DELETE FROM operations
        WHERE api_id = (SELECT a.id FROM apis a WHERE a.org_id = $1 AND a.id = $2) AND id = $3";

    INSERT_API_SCOPE = "INSERT INTO api_scopes (api_id, name, title, description)
        SELECT a.id, $3, $4, $5 FROM apis a WHERE a.org_id = $1 AND a.id = $2";

    INSERT_OPERATION = "INSERT INTO operations (api_id, id, method, path, scopes, user_context, resource_type)
        SELECT a.id, $3, $4, $5, $6, $7, $8 FROM apis a WHERE a.org_id = $1 AND a.id = $2";
}
