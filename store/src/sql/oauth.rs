//! Statements of the token service.
//!
//! Owns: `signing_algs` and `signing_keys`, which belong to no tenant, and `revoked_access_tokens`
//! and `used_assertions`.

super::statements! {
    SIGNING_KEYS = "SELECT alg, number, public_jwk, wrapped, created_at, activates_at, revoked_at
        FROM signing_keys ORDER BY alg, number";

    SIGNING_ALGS = "SELECT alg FROM signing_algs ORDER BY alg";

    INSERT_SIGNING_ALG = "INSERT INTO signing_algs (alg, since) VALUES ($1, $2)";

    INSERT_SIGNING_KEY = "INSERT INTO signing_keys (kid, alg, number, public_jwk, wrapped, created_at, activates_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";

    REVOKE_SIGNING_KEYS = "UPDATE signing_keys SET revoked_at = $3, wrapped = NULL
        WHERE alg = $1 AND number < $2 AND revoked_at IS NULL";

    FORGET_PRIVATE_HALF = "UPDATE signing_keys SET wrapped = NULL WHERE kid = $1 AND wrapped IS NOT NULL";

    REVOKE_ACCESS_TOKEN = "INSERT INTO revoked_access_tokens (org_id, jti, credential_id, expires_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, jti) DO NOTHING";

    REVOKED_ACCESS_TOKEN = "SELECT jti FROM revoked_access_tokens WHERE org_id = $1 AND jti = $2";

    DELETE_ENDED_ACCESS_TOKENS = "DELETE FROM revoked_access_tokens WHERE expires_at <= $1";

    USE_ASSERTION = "INSERT INTO used_assertions (org_id, client_id, jti_hash, expires_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (org_id, client_id, jti_hash) DO NOTHING";

    DELETE_ENDED_ASSERTIONS = "DELETE FROM used_assertions WHERE expires_at <= $1";
}
