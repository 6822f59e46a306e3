-- An audience has one owner in the installation: audience_key is its normal form (domain/src/operation/audience.rs).
-- NULL: another API has it, so this one gets no access tokens. Of those that have one audience today, the platform's keeps it,
-- else the one of the platform organization, else the oldest.
ALTER TABLE apis ADD COLUMN audience_key TEXT;

UPDATE apis SET audience_key = RTRIM(k.key, '/') FROM (
    SELECT id, scheme || CASE WHEN tail IS NULL THEN rest ELSE '//' || login || CASE
            WHEN scheme IN ('https:', 'wss:') AND host LIKE '%:443' THEN SUBSTR(host, 1, LENGTH(host) - 4)
            WHEN scheme IN ('http:', 'ws:') AND host LIKE '%:80' THEN SUBSTR(host, 1, LENGTH(host) - 3)
            ELSE host END || SUBSTR(tail, size + 1) END AS key
    FROM (SELECT d.*, SUBSTR(authority, 1, strpos(authority, '@')) AS login,
            LOWER(SUBSTR(authority, strpos(authority, '@') + 1)) AS host
    FROM (SELECT c.*, SUBSTR(tail, 1, size) AS authority
    FROM (SELECT b.*, CASE WHEN strpos(tail || '/', '/') < strpos(tail || '?', '?')
            THEN strpos(tail || '/', '/') ELSE strpos(tail || '?', '?') END - 1 AS size
    FROM (SELECT a.*, CASE WHEN SUBSTR(rest, 1, 2) = '//' THEN SUBSTR(rest, 3) END AS tail
    FROM (SELECT id, LOWER(SUBSTR(audience, 1, strpos(audience, ':'))) AS scheme,
            SUBSTR(audience, strpos(audience, ':') + 1) AS rest FROM apis) a) b) c) d) e
) k WHERE k.id = apis.id;

UPDATE apis SET audience_key = NULL WHERE id NOT IN (SELECT id FROM (
    SELECT id, ROW_NUMBER() OVER (PARTITION BY audience_key ORDER BY
        CASE WHEN org_id IS NULL THEN 0 WHEN org_id = (SELECT org_id FROM platform) THEN 1 ELSE 2 END, created_at, id) AS place
    FROM apis) ranked WHERE place = 1);

CREATE UNIQUE INDEX apis_audience_key ON apis (audience_key);
