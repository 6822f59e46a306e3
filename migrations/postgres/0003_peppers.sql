-- The keys under which verifiers are computed, each wrapped by the master key, which is not in this database.
CREATE TABLE peppers (
    version    INTEGER NOT NULL PRIMARY KEY CHECK (version >= 1),
    wrapped    BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL
);
