//! Statements of the change feed, the nodes that follow it, and usage.
//!
//! Owns: `feed_head`, `feed`, `nodes`, `usage_hours`, `busiest_minutes`, `usage_of_orgs`, `quota_uses`,
//! `refused_calls`. The feed and the nodes belong to no tenant.

super::statements! {
    /// Locks the end of the feed until the transaction ends. The next transaction gets the next number
    /// after this one is visible.
    MOVE_FEED_HEAD = "UPDATE feed_head SET seq = seq + 1 WHERE id = 1 RETURNING seq";

    INSERT_CHANGE = "INSERT INTO feed (seq, org_id, target_type, target_id, at) VALUES ($1, $2, $3, $4, $5)";

    FEED_HEAD = "SELECT seq FROM feed_head WHERE id = 1";

    CHANGES_AFTER = "SELECT seq, org_id, target_type, target_id FROM feed WHERE seq > $1 ORDER BY seq LIMIT $2";

    /// Deletes from the oldest on, without gaps, but never the last change: a follower that is
    /// behind must notice the gap.
    DELETE_OLD_CHANGES = "DELETE FROM feed WHERE seq < COALESCE(
        (SELECT MIN(f.seq) FROM feed f WHERE f.at >= $1), (SELECT h.seq FROM feed_head h WHERE h.id = 1))";

    SEE_NODE = "INSERT INTO nodes (id, started_at, seen_at, seq) VALUES ($1, $2, $2, $3)
        ON CONFLICT (id) DO UPDATE SET seen_at = $2, seq = $3";

    NODES_SEEN_SINCE = "SELECT id, seq FROM nodes WHERE seen_at >= $1";

    DELETE_NODE = "DELETE FROM nodes WHERE id = $1";

    DELETE_OLD_NODES = "DELETE FROM nodes WHERE seen_at < $1";

    /// Rows of $2: credential, hour, outcome and count. Credentials that no longer exist are skipped; the others are
    /// returned. All nodes use one order, so that two batches can't wait for each other.
    COUNT_USES = "INSERT INTO usage_hours (org_id, credential_id, hour, outcome, count)
        SELECT c.org_id, c.id, CAST(u.value ->> 1 AS BIGINT), u.value ->> 2, CAST(u.value ->> 3 AS BIGINT)
        FROM json_each($2) u CROSS JOIN credentials c WHERE c.org_id = $1 AND c.id = u.value ->> 0
        ORDER BY 2, 3, 4
        ON CONFLICT (org_id, credential_id, hour, outcome) DO UPDATE SET count = usage_hours.count + excluded.count
        RETURNING credential_id, hour, outcome";

    /// Rows of $2: credential, hour, minute and calls. Calls in the stored minute add up; so do late calls in an
    /// earlier minute that another node reports. Credentials that no longer exist are skipped.
    COUNT_MINUTES = "INSERT INTO busiest_minutes (org_id, credential_id, hour, minute, calls, most)
        SELECT c.org_id, c.id, CAST(u.value ->> 1 AS BIGINT), CAST(u.value ->> 2 AS BIGINT),
            CAST(u.value ->> 3 AS BIGINT), CAST(u.value ->> 3 AS BIGINT)
        FROM json_each($2) u CROSS JOIN credentials c WHERE c.org_id = $1 AND c.id = u.value ->> 0
        ORDER BY 2, 3
        ON CONFLICT (org_id, credential_id, hour) DO UPDATE SET
            calls = CASE WHEN excluded.minute > busiest_minutes.minute THEN excluded.calls
                ELSE busiest_minutes.calls + excluded.calls END,
            most = CASE
                WHEN excluded.minute > busiest_minutes.minute AND excluded.calls <= busiest_minutes.most
                    THEN busiest_minutes.most
                WHEN excluded.minute > busiest_minutes.minute THEN excluded.calls
                WHEN busiest_minutes.calls + excluded.calls <= busiest_minutes.most THEN busiest_minutes.most
                ELSE busiest_minutes.calls + excluded.calls END,
            minute = CASE WHEN excluded.minute > busiest_minutes.minute THEN excluded.minute
                ELSE busiest_minutes.minute END";

    BUSIEST_MINUTE = "SELECT most FROM busiest_minutes
        WHERE org_id = $1 AND credential_id = $2 AND hour >= $3 ORDER BY most DESC LIMIT 1";

    DELETE_OLD_MINUTES = "DELETE FROM busiest_minutes WHERE hour < $1";

    COUNT_USE_OF_ORG = "INSERT INTO usage_of_orgs (org_id, hour, outcome, count) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org_id, hour, outcome) DO UPDATE SET count = usage_of_orgs.count + $4";

    USAGE_OF_ORG = "SELECT hour, outcome, count FROM usage_of_orgs
        WHERE org_id = $1 AND hour >= $2 AND hour < $3 ORDER BY hour, outcome";

    /// The credentials with the most calls, of the organization or of one owner.
    TOP_CALLERS = concat!("SELECT c.id, c.name, t.calls FROM (
            SELECT h.credential_id, CAST(SUM(h.count) AS BIGINT) AS calls FROM usage_hours h
            WHERE h.org_id = $1 AND h.hour >= $4 GROUP BY h.credential_id) t
            JOIN credentials c ON c.org_id = $1 AND c.id = t.credential_id
        WHERE ", super::credentials::reached!("c."), " ORDER BY t.calls DESC, c.id LIMIT $5");

    USE_CREDENTIAL = "UPDATE credentials SET
            last_used_ip = CASE WHEN last_used_at >= $3 THEN last_used_ip ELSE $4 END,
            last_used_at = CASE WHEN last_used_at >= $3 THEN last_used_at ELSE $3 END
        WHERE org_id = $1 AND id = $2";

    /// Whether a use at $4 starts an overlap, or starts it earlier, and so changes when older secrets retire.
    STARTS_OVERLAP = "SELECT id FROM secrets
        WHERE org_id = $1 AND credential_id = $2 AND number = $3 AND overlap_seconds > 0
            AND (first_used_at IS NULL OR first_used_at > $4)";

    /// Rows of $2: credential, number, first use, last use and address of the last use. Never moves the last use back
    /// or the first use forward.
    USE_SECRETS = "WITH u AS MATERIALIZED (
            SELECT s.id, CAST(e.value ->> 2 AS BIGINT) AS first_at, CAST(e.value ->> 3 AS BIGINT) AS last_at,
                e.value ->> 4 AS ip
            FROM json_each($2) e CROSS JOIN secrets s
            WHERE s.org_id = $1 AND s.credential_id = e.value ->> 0 AND s.number = CAST(e.value ->> 1 AS BIGINT))
        UPDATE secrets SET
            last_used_ip = CASE WHEN last_used_at >= u.last_at THEN last_used_ip ELSE u.ip END,
            last_used_at = CASE WHEN last_used_at >= u.last_at THEN last_used_at ELSE u.last_at END,
            first_used_at = CASE WHEN first_used_at <= u.first_at THEN first_used_at ELSE u.first_at END
        FROM u
        WHERE secrets.id = u.id AND (last_used_at IS NULL OR last_used_at < u.last_at OR first_used_at > u.first_at)";

    /// Adds nothing for a credential that no longer exists.
    INSERT_REFUSED_CALL = "INSERT INTO refused_calls (org_id, credential_id, id, at, outcome, ip)
        SELECT org_id, id, $3, $4, $5, $6 FROM credentials WHERE org_id = $1 AND id = $2";

    /// Adds nothing for a credential that no longer exists. Returns the total of all nodes.
    ADD_QUOTA_USE = "INSERT INTO quota_uses (org_id, credential_id, period_start, used)
        SELECT org_id, id, $3, $4 FROM credentials WHERE org_id = $1 AND id = $2
        ON CONFLICT (org_id, credential_id, period_start) DO UPDATE SET used = quota_uses.used + $4
        RETURNING used";

    QUOTA_USES = "SELECT credential_id, period_start, used FROM quota_uses WHERE period_start >= $1";

    QUOTA_USE_OF = "SELECT credential_id, period_start, used FROM quota_uses
        WHERE org_id = $1 AND credential_id = $2 AND period_start >= $3";

    DELETE_OLD_QUOTA_USES = "DELETE FROM quota_uses WHERE period_start < $1";

    DELETE_OLD_REFUSED_CALLS = "DELETE FROM refused_calls WHERE at < $1";

    USAGE_OF = "SELECT hour, outcome, count FROM usage_hours
        WHERE org_id = $1 AND credential_id = $2 AND hour >= $3 AND hour < $4
        ORDER BY hour, outcome";

    REFUSED_CALLS_OF = "SELECT at, outcome, ip FROM refused_calls
        WHERE org_id = $1 AND credential_id = $2 ORDER BY id DESC LIMIT $3";
}
