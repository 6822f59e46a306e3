//! A database of the first release is brought up to date with what is in it.

use crate::support::{
    Tenant, TestDb, at,
    world::{verifier, verifier_of},
};
use domain::credential::{Credential, Secret};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool, migrate::Migrator, sqlite::SqliteConnectOptions};
use store::{ChainVerdict, Db, InventoryFilter, PageRequest};

on_both!(what_the_first_release_stored_is_kept);

/// The files that the first release came with.
fn first_release(mut migrations: Migrator) -> Migrator {
    migrations.migrations.to_mut().retain(|migration| migration.version <= 5);
    migrations
}

/// A token as the first release stored it, with all that it points at.
fn rows(tenant: &Tenant, token: &Credential, sqlite: bool) -> String {
    let hex: String = verifier(token).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let (verifier, nothing) = match sqlite {
        true => (format!("x'{hex}'"), "x''"),
        false => (format!("decode('{hex}', 'hex')"), "''"),
    };
    let (user, org, secret, now) = (&tenant.user, &tenant.org, &token.secrets[0], at(0).millis());
    format!(
        "INSERT INTO users VALUES ('{0}', '{email}', '{name}', 'hash', {now});
         INSERT INTO orgs VALUES ('{1}', '{slug}', 'Acme', {now});
         INSERT INTO orgs VALUES ('{later}', 'later', 'Later', {now});
         INSERT INTO memberships VALUES ('{1}', '{0}', 'owner');
         INSERT INTO peppers VALUES (1, {nothing}, {now});
         INSERT INTO credentials VALUES ('{2}', '{1}', 'pat', 'live', 'user', '{0}', '{0}', '{name}', '{called}',
            '{description}', '{scopes}', {now}, {expires}, NULL);
         INSERT INTO secrets VALUES ('{3}', '{1}', '{2}', {verifier}, 1, '{redacted}', {now}, {used}, NULL, NULL);",
        user.id,
        org.id,
        token.id,
        secret.id,
        email = user.email.as_str(),
        name = user.name,
        slug = org.slug,
        called = token.name,
        description = token.description,
        scopes = token.scopes,
        redacted = secret.redacted,
        expires = token.expires_at.unwrap().millis(),
        used = at(5).millis(),
        later = Tenant::new("later").org.id,
    )
}

/// Makes the database of the first release and answers its address.
async fn made_by_the_first_release(db: &TestDb, rows: String) -> String {
    if db.is_sqlite() {
        let url = format!("{}.first", db.url);
        let options = url.parse::<SqliteConnectOptions>().unwrap().create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        first_release(sqlx::migrate!("../migrations/sqlite")).run(&pool).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&pool).await.unwrap();
        pool.close().await;
        url
    } else {
        db.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        let pool = PgPool::connect(&db.url).await.unwrap();
        first_release(sqlx::migrate!("../migrations/postgres")).run(&pool).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&pool).await.unwrap();
        pool.close().await;
        db.url.clone()
    }
}

async fn what_the_first_release_stored_is_kept(db: TestDb) {
    let acme = Tenant::new("acme");
    let token = acme.token("CI Deploy");
    let url = made_by_the_first_release(&db, rows(&acme, &token, db.is_sqlite())).await;

    let now = Db::connect(&url).await.unwrap();
    now.migrate().await.unwrap();
    let used = Secret { last_used_at: Some(at(5)), first_used_at: Some(at(5)), ..token.secrets[0].clone() };
    let expected = Credential { secrets: vec![used], ..token.clone() };
    let mut tx = now.read(&acme.own()).await.unwrap();
    assert_eq!(tx.credential(token.id).await.unwrap(), expected);
    assert_eq!(tx.find_by_verifier(&verifier_of(&token.secrets[0])).await.unwrap(), expected);
    let deploy = InventoryFilter { q: Some("dEPLOY".to_owned()), ..InventoryFilter::default() };
    assert_eq!(tx.inventory(&deploy, at(0), &PageRequest::default()).await.unwrap().items, [expected]);
    assert_eq!(tx.platform_org().await.unwrap(), Some(acme.org.id), "the oldest operated until now");
    assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 0, unkeyed: 0 });
    assert_eq!(tx.notice_due_at(token.id).await.unwrap(), token.first_notice_at());
    drop(tx);
    now.close().await;
}
