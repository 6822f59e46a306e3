//! The change feed: tells every node which data has changed that verification depends on.
//!
//! Owns: the guarantee that a change and its feed row are committed together, in numeric order and without gaps. Owns
//! also the list of nodes that follow the feed. The feed belongs to no tenant. A row holds only the organization that
//! changed and the item to read again. Next: [`crate::snapshot`], which reads the item.

use crate::{
    Db, Result, StoreError,
    backend::{Conn, Pools, execute, fetch_all, fetch_optional, in_time},
    column::parse,
    sql::statements,
};
use domain::{Timestamp, ids::OrgId};
use sqlx::postgres::PgListener;

/// One row of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Number of the change: one more than that of the preceding change.
    pub seq: i64,
    pub org: OrgId,
    /// Kind of the changed item: the target type of the audit event.
    pub target_type: String,
    pub target_id: String,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    seq: i64,
    org_id: String,
    target_type: String,
    target_id: String,
}

/// Adds a change. Other transactions that add a change wait until this one ends, so call it last.
pub(crate) async fn append(
    conn: &mut Conn,
    (org, target_type, target_id, at): (OrgId, &str, &str, Timestamp),
) -> Result<i64> {
    let head = fetch_optional!(&mut *conn, (i64,), MOVE_FEED_HEAD)?;
    let (seq,) = head.ok_or_else(|| StoreError::damaged("feed", "it has no head"))?;
    execute!(conn, INSERT_CHANGE, seq, org.to_string(), target_type, target_id, at.millis())?;
    Ok(seq)
}

/// Signals when the feed may have new changes.
#[derive(Debug)]
pub struct FeedWaker(Option<PgListener>);

const CHANNEL: &str = "mintmark_feed";

impl FeedWaker {
    /// Waits until the feed may have new changes. Also returns after a lost connection was restored, because changes
    /// may have been missed. On SQLite nothing can signal, so it never returns.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the connection is lost. Create another waker then.
    pub async fn wait(&mut self) -> Result<()> {
        match &mut self.0 {
            Some(listener) => listener.try_recv().await.map(|_| ()).map_err(StoreError::from),
            None => std::future::pending().await,
        }
    }
}

impl Db {
    /// Returns the number of the last change.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn feed_head(&self) -> Result<i64> {
        let mut conn = self.begin_follow().await?;
        let row = fetch_optional!(&mut conn, (i64,), FEED_HEAD)?;
        row.map(|(seq,)| seq).ok_or_else(|| StoreError::damaged("feed", "it has no head"))
    }

    /// Returns the changes after this number in their order, at most `limit`. If the first one is not the next number,
    /// older changes have been deleted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn changes_after(&self, seq: i64, limit: u32) -> Result<Vec<Change>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, ChangeRow, CHANGES_AFTER, seq, i64::from(limit))?;
        let change = |row: ChangeRow| {
            Ok(Change {
                seq: row.seq,
                org: parse("organization id", &row.org_id)?,
                target_type: row.target_type,
                target_id: row.target_id,
            })
        };
        rows.into_iter().map(change).collect()
    }

    /// Creates a waker, which listens for new changes on its own connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn feed_waker(&self) -> Result<FeedWaker> {
        let Pools::Postgres { follower, .. } = self.pools() else { return Ok(FeedWaker(None)) };
        let mut listener = in_time(PgListener::connect_with(follower)).await?;
        listener.ignore_pool_close_event(true);
        in_time(listener.listen(CHANNEL)).await?;
        Ok(FeedWaker(Some(listener)))
    }

    /// Records that a node has applied the feed up to this number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn see_node(&self, id: &str, now: Timestamp, seq: i64) -> Result<()> {
        let mut conn = self.pools().begin_follow_write().await?;
        execute!(&mut conn, SEE_NODE, id, now.millis(), seq)?;
        conn.commit().await
    }

    /// Returns the nodes that were active since then, each with the last number that it has applied.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn nodes_seen_since(&self, since: Timestamp) -> Result<Vec<(String, i64)>> {
        let mut conn = self.begin_follow().await?;
        fetch_all!(&mut conn, (String, i64), NODES_SEEN_SINCE, since.millis())
    }

    /// Removes a node that stops.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn forget_node(&self, id: &str) -> Result<()> {
        let mut conn = self.pools().begin_follow_write().await?;
        execute!(&mut conn, DELETE_NODE, id)?;
        conn.commit().await
    }

    /// Deletes changes and nodes from before this time, but never the last change. A node that is further behind
    /// notices the gap and reads everything again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn sweep_feed(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_CHANGES, before.millis())?;
        execute!(&mut conn, DELETE_OLD_NODES, before.millis())?;
        conn.commit().await
    }
}

statements! {
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
}
