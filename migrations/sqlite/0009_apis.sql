-- The catalogue: APIs, their scopes and their operations. org_id NULL: the platform's, which every organisation sees.
-- operations.scopes: JSON, {"any":[…]} or {"all":[…]}.
CREATE TABLE apis (
    id                   TEXT   NOT NULL PRIMARY KEY,
    org_id               TEXT   REFERENCES orgs (id),
    name                 TEXT   NOT NULL,
    audience             TEXT   NOT NULL,
    signing_alg          TEXT   NOT NULL CHECK (signing_alg IN ('ES256', 'RS256', 'EdDSA')),
    access_token_seconds BIGINT NOT NULL CHECK (access_token_seconds BETWEEN 60 AND 86400),
    created_at           BIGINT NOT NULL,
    UNIQUE (org_id, audience)
);

-- Two NULLs are not equal, so the rule above does not hold among the platform's.
CREATE UNIQUE INDEX apis_of_platform ON apis (audience) WHERE org_id IS NULL;

CREATE TABLE api_scopes (
    api_id      TEXT NOT NULL REFERENCES apis (id),
    name        TEXT NOT NULL,
    title       TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (api_id, name)
);

CREATE TABLE operations (
    api_id        TEXT NOT NULL REFERENCES apis (id),
    id            TEXT NOT NULL,
    method        TEXT NOT NULL,
    path          TEXT NOT NULL,
    scopes        TEXT NOT NULL,
    user_context  TEXT NOT NULL CHECK (user_context IN ('required', 'optional', 'forbidden')),
    resource_type TEXT,
    PRIMARY KEY (api_id, id)
);
