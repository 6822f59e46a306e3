-- search_text: a person's name and address as they are searched for, without differences of case and Unicode form.
-- SQL folds ASCII alike on both databases; the other texts are folded by the program that runs this, from texts_to_fold.
ALTER TABLE users ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE users SET search_text = lower(name) || '
' || lower(email);

CREATE TABLE texts_to_fold (
    kind   TEXT NOT NULL CHECK (kind IN ('user', 'credential')),
    org_id TEXT NOT NULL,
    id     TEXT NOT NULL,
    name   TEXT NOT NULL,
    email  TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
INSERT INTO texts_to_fold SELECT 'user', '', id, name, email FROM users
    WHERE octet_length(name || email) <> length(name || email);
INSERT INTO texts_to_fold SELECT 'credential', org_id, id, name, '' FROM credentials
    WHERE octet_length(name) <> length(name);
