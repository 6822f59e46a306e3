//! The feed: what changed that verification depends on, for every node.
//!
//! Owns: that a change and its row in the feed are committed together, in the order of their numbers and without gaps;
//! and the list of nodes that follow. The feed belongs to no tenant; a row says whose change it was and what to read
//! again, and nothing else. Next: [`crate::resident`] for what is read then.

use crate::{
    Db, Result, StoreError,
    backend::{Conn, Pools, execute, fetch_all, fetch_optional, in_time},
    column::parse,
    sql::verification::{
        CHANGES_AFTER, DELETE_NODE, DELETE_OLD_CHANGES, DELETE_OLD_NODES, FEED_HEAD, INSERT_CHANGE, MOVE_FEED_HEAD,
        NODES_SEEN_SINCE, SEE_NODE,
    },
};
use domain::{Timestamp, ids::OrgId};
use sqlx::postgres::PgListener;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number: one more than that of the change before.
    pub seq: i64,
    /// Whose.
    pub org: OrgId,
    /// What kind of thing: the type of the audit event's target.
    pub target_type: String,
    /// Which one.
    pub target_id: String,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    seq: i64,
    org_id: String,
    target_type: String,
    target_id: String,
}

/// Adds a change. Whoever else commits one waits for this transaction's end, so this must be its last statement.
pub(crate) async fn append(
    conn: &mut Conn,
    (org, target_type, target_id, at): (OrgId, &str, &str, Timestamp),
) -> Result<i64> {
    let head = fetch_optional!(&mut *conn, (i64,), MOVE_FEED_HEAD)?;
    let (seq,) = head.ok_or_else(|| StoreError::damaged("feed", "it has no head"))?;
    execute!(conn, INSERT_CHANGE, seq, org.to_string(), target_type, target_id, at.millis())?;
    Ok(seq)
}

/// Says when there may be something new in the feed.
#[derive(Debug)]
pub struct FeedWaker(Option<PgListener>);

const CHANNEL: &str = "mintmark_feed";

impl FeedWaker {
    /// Waits for news, or until the connection was lost and is there again: meanwhile there may have been some. On SQLite
    /// there is nobody who could tell: it never ends.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: the connection is lost; make another.
    pub async fn wait(&mut self) -> Result<()> {
        match &mut self.0 {
            Some(listener) => listener.try_recv().await.map(|_| ()).map_err(StoreError::from),
            None => std::future::pending().await,
        }
    }
}

impl Db {
    /// The number of the last change.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn feed_head(&self) -> Result<i64> {
        let mut conn = self.begin_follow().await?;
        let row = fetch_optional!(&mut conn, (i64,), FEED_HEAD)?;
        row.map(|(seq,)| seq).ok_or_else(|| StoreError::damaged("feed", "it has no head"))
    }

    /// The changes after this number, at most `limit`, in their order. If the first is not the next number, the feed has
    /// forgotten some.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn changes_after(&self, seq: i64, limit: u32) -> Result<Vec<Change>> {
        let mut conn = self.begin_follow().await?;
        let rows = fetch_all!(&mut conn, ChangeRow, CHANGES_AFTER, seq, i64::from(limit))?;
        let change = |row: ChangeRow| {
            Ok(Change {
                seq: row.seq,
                org: parse("organisation id", &row.org_id)?,
                target_type: row.target_type,
                target_id: row.target_id,
            })
        };
        rows.into_iter().map(change).collect()
    }

    /// Listens for news of the feed, on a connection of its own.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn feed_waker(&self) -> Result<FeedWaker> {
        let Pools::Postgres { follower, .. } = self.pools() else { return Ok(FeedWaker(None)) };
        let mut listener = in_time(PgListener::connect_with(follower)).await?;
        listener.ignore_pool_close_event(true);
        in_time(listener.listen(CHANNEL)).await?;
        Ok(FeedWaker(Some(listener)))
    }

    /// Records that a node has taken in the feed up to this number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn see_node(&self, id: &str, now: Timestamp, seq: i64) -> Result<()> {
        let mut conn = self.pools().begin_follow_write().await?;
        execute!(&mut conn, SEE_NODE, id, now.millis(), seq)?;
        conn.commit().await
    }

    /// The nodes that were seen since, each with the last number that it has taken in.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn nodes_seen_since(&self, since: Timestamp) -> Result<Vec<(String, i64)>> {
        let mut conn = self.begin_follow().await?;
        fetch_all!(&mut conn, (String, i64), NODES_SEEN_SINCE, since.millis())
    }

    /// Forgets a node that stops.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_node(&self, id: &str) -> Result<()> {
        let mut conn = self.pools().begin_follow_write().await?;
        execute!(&mut conn, DELETE_NODE, id)?;
        conn.commit().await
    }

    /// Forgets changes and nodes from before, but never the last change: a node that is further behind sees that some are
    /// missing, and reads everything again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sweep_feed(&self, before: Timestamp) -> Result<()> {
        let mut conn = self.begin_write().await?;
        execute!(&mut conn, DELETE_OLD_CHANGES, before.millis())?;
        execute!(&mut conn, DELETE_OLD_NODES, before.millis())?;
        conn.commit().await
    }
}
