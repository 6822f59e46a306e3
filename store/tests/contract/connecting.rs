//! Opening a database: private files, one-line errors, and a schema that can be brought up to date repeatedly.

use crate::support::{TestDb, database::admin_of_postgres, event, run, world::insert};
use domain::audit::AuditAction;
use sqlx::ConnectOptions;
use std::{
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};
use store::{ChainVerdict, ConnectError, Db, StoreError};

on_both!(
    migrating_again_changes_nothing,
    processes_that_start_together_on_an_empty_database_agree,
    a_database_answers_until_it_is_closed,
    a_server_tells_its_time_and_a_file_has_none,
);

async fn refusal(url: &str) -> ConnectError {
    let error = Db::connect(url).await.expect_err("this cannot be opened");
    let line = error.to_string();
    assert!(!line.contains('\n') && line.len() < 300, "one line: {line:?}");
    error
}

fn sqlite(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

async fn migrating_again_changes_nothing(db: TestDb) {
    db.signed_up("acme").await;
    let before = db.dump().await;
    let (one, other) = (Db::connect(&db.url).await.unwrap(), Db::connect(&db.url).await.unwrap());
    let (first, second) = tokio::join!(one.migrate(), other.migrate());
    first.and(second).unwrap();
    one.close().await;
    other.close().await;
    assert_eq!(db.dump().await, before);
}

async fn processes_that_start_together_on_an_empty_database_agree(db: TestDb) {
    let url = if db.is_sqlite() {
        format!("{}.empty", db.url)
    } else {
        db.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        db.url.clone()
    };
    let start = || {
        let url = url.clone();
        tokio::spawn(async move {
            let process = Db::connect(&url).await.unwrap();
            process.migrate().await.unwrap();
            assert!(!process.has_users().await.unwrap());
            process.close().await;
        })
    };
    for process in [start(), start(), start(), start()] {
        process.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_is_opened_while_others_open_and_leave_it() {
    let dir = tempfile::tempdir().unwrap();
    for file in 0..40 {
        let url = sqlite(&dir.path().join(format!("{file}.db")));
        let coming_and_going = [(); 4].map(|()| {
            let url = url.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    let process = Db::connect(&url).await.unwrap();
                    process.ping().await.unwrap();
                    process.close().await;
                }
            })
        });
        for done in coming_and_going {
            done.await.unwrap();
        }
    }
}

/// The server of these tests runs on this machine.
async fn a_server_tells_its_time_and_a_file_has_none(db: TestDb) {
    #[expect(clippy::disallowed_methods, reason = "beside the clock of this machine")]
    let own = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let before = own();
    let told = db.store.clock().await.unwrap().map(|time| time.millis().unsigned_abs().into());
    assert_eq!(told.is_none(), db.is_sqlite());
    assert!(told.is_none_or(|told: u128| before <= told + 1 && told <= own() + 1), "{before} {told:?}");
}

async fn a_database_answers_until_it_is_closed(db: TestDb) {
    db.store.ping().await.unwrap();
    db.store.close().await;
    assert!(matches!(db.store.ping().await, Err(StoreError::Unavailable(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("new/deeper/mintmark.db");
    let db = Db::connect(&sqlite(&file)).await.unwrap();
    db.migrate().await.unwrap();
    for name in ["mintmark.db", "mintmark.db-wal", "mintmark.db-shm"] {
        let mode = std::fs::metadata(file.with_file_name(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    db.close().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named_with_the_cause() {
    let dir = tempfile::tempdir().unwrap();
    let below_a_file = dir.path().join("file/mintmark.db");
    std::fs::write(dir.path().join("file"), "").unwrap();
    let not_a_database = dir.path().join("notes.txt");
    std::fs::write(&not_a_database, "not a database, but long enough to be taken for a broken one\n".repeat(40))
        .unwrap();
    for path in [below_a_file.as_path(), dir.path(), &not_a_database] {
        let error = refusal(&sqlite(path)).await;
        let ConnectError::File { path: named, cause } = &error else { panic!("{error}") };
        assert_eq!(Path::new(named), path);
        assert!(!cause.is_empty() && !cause.contains("error returned from database"), "{error}");
    }
}

#[tokio::test]
async fn an_address_of_no_known_database_is_refused() {
    for url in
        ["", "mintmark.db", "mysql://localhost/x", "sqlite::memory:", "sqlite://x?mode=memory", "sqlite://x?foo=1"]
    {
        assert!(matches!(refusal(url).await, ConnectError::Address(_)), "{url}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named_without_the_password() {
    let absent = admin_of_postgres().database("no_such_database").password("hunter2").to_url_lossy();
    for url in ["postgres://ada:hunter2@127.0.0.1:1/mintmark", absent.as_str()] {
        let error = refusal(url).await;
        let ConnectError::Server { server, cause } = &error else { panic!("{error}") };
        assert!(server.contains('/') && !cause.is_empty(), "{error}");
        assert!(!error.to_string().contains("hunter2") && !format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}

/// Ends every connection but the one that runs it.
const END_CONNECTIONS: &str = "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_is_unavailable_and_the_next_call_recovers() {
    run(TestDb::postgres().await, async |db: TestDb| {
        let acme = db.signed_up("acme").await;
        let mut tx = db.store.write(&acme.own()).await.unwrap();
        insert(&mut tx, &acme.token("lost")).await;
        db.texts(END_CONNECTIONS).await;
        let lost = tx.commit(event(AuditAction::CredentialIssued, &acme.org)).await;
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");

        db.issued(&acme, "CI").await;
        let mut tx = db.store.read(&acme.own()).await.unwrap();
        assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 2, unkeyed: 0 });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_set_to_read_only_still_answers_and_refuses_writes_as_unavailable() {
    run(TestDb::postgres().await, async |db: TestDb| {
        let acme = db.signed_up("acme").await;
        let token = db.issued(&acme, "CI").await;
        let name = &db.texts("SELECT current_database()::text").await[0];
        db.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
        db.texts(END_CONNECTIONS).await;

        let refused = db.store.write(&acme.own()).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        let mut tx = db.store.read(&acme.own()).await.unwrap();
        assert_eq!(tx.credential(token.id).await.unwrap(), token);
    })
    .await;
}
