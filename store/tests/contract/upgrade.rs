//! A database of the first release can be upgraded with its data.

use crate::support::{
    Tenant, TestDb, at,
    world::{verifier, verifier_of},
};
use domain::{
    Name,
    credential::{Credential, Secret},
    operation::audience_key,
};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool, migrate::Migrator, sqlite::SqliteConnectOptions};
use store::{ChainVerdict, Db, InventoryFilter, PageRequest};

on_both!(what_the_first_release_stored_is_kept, an_audience_that_several_apis_have_stays_with_one);

/// The last migration of the first release.
const FIRST_RELEASE: i64 = 5;
/// The last migration before an audience had one owner.
const BEFORE_AUDIENCE_OWNERS: i64 = 30;

fn until(mut migrations: Migrator, last: i64) -> Migrator {
    migrations.migrations.to_mut().retain(|migration| migration.version <= last);
    migrations
}

/// A token as the first release stored it, with all rows that it refers to.
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
        called = token.grant.name,
        description = token.grant.description,
        scopes = token.grant.scopes,
        redacted = secret.redacted,
        expires = token.grant.expires_at.unwrap().millis(),
        used = at(5).millis(),
        later = Tenant::new("later").org.id,
    )
}

/// Creates a database as it was after this migration, and returns its address.
async fn made_before(db: &TestDb, last: i64, rows: String) -> String {
    if db.is_sqlite() {
        let url = format!("{}.first", db.url);
        let options = url.parse::<SqliteConnectOptions>().unwrap().create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.unwrap();
        until(sqlx::migrate!("../migrations/sqlite"), last).run(&pool).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&pool).await.unwrap();
        pool.close().await;
        url
    } else {
        db.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
        let pool = PgPool::connect(&db.url).await.unwrap();
        until(sqlx::migrate!("../migrations/postgres"), last).run(&pool).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(rows)).execute(&pool).await.unwrap();
        pool.close().await;
        db.url.clone()
    }
}

async fn what_the_first_release_stored_is_kept(db: TestDb) {
    let mut acme = Tenant::new("acme");
    acme.user.name = Name::parse("Zoe\u{308}").unwrap();
    let token = acme.token("CI DE\u{301}PLOY");
    let url = made_before(&db, FIRST_RELEASE, rows(&acme, &token, db.is_sqlite())).await;

    let now = Db::connect(&url).await.unwrap();
    now.migrate().await.unwrap();
    let used = Secret { last_used_at: Some(at(5)), first_used_at: Some(at(5)), ..token.secrets[0].clone() };
    let expected = Credential { secrets: vec![used], ..token.clone() };
    let mut tx = now.read(&acme.own()).await.unwrap();
    assert_eq!(tx.credential(token.id).await.unwrap(), expected);
    assert_eq!(tx.find_by_verifier(&verifier_of(&token.secrets[0])).await.unwrap(), expected);
    let deploy = InventoryFilter { q: Some("dÉploy".to_owned()), ..InventoryFilter::default() };
    assert_eq!(tx.inventory(&deploy, at(0), &PageRequest::default()).await.unwrap().items, [expected]);
    let zoe = tx.list_members(Some("ZOË"), &PageRequest::default()).await.unwrap().items;
    assert_eq!(zoe.iter().map(|member| &member.user).collect::<Vec<_>>(), [&acme.user]);
    assert_eq!(tx.platform_org().await.unwrap(), Some(acme.org.id), "the oldest operated until now");
    let owners = now.accounts_of(&acme.user.email, 2).await.unwrap();
    assert!(owners.len() == 1 && owners[0].user == acme.user && owners[0].is_proved);
    assert_eq!(tx.verify_chain().await.unwrap(), ChainVerdict::Whole { events: 0, unkeyed: 0 });
    assert_eq!(tx.notice_due_at(token.id).await.unwrap(), token.first_notice_at());
    drop(tx);
    now.close().await;
}

async fn an_audience_that_several_apis_have_stays_with_one(db: TestDb) {
    let (platform, one, other) = (Tenant::new("platform"), Tenant::new("one"), Tenant::new("other"));
    // Owner, audience, creation time, and whether the API keeps the audience.
    let apis = [
        (Some(&other), "https://api.acme.test", 1, true),
        (Some(&one), "HTTPS://API.Acme.test:443/", 2, false),
        (Some(&one), "https://api.acme.test/V1", 3, true),
        (Some(&one), "http://api.acme.test:80/V1/", 4, true),
        (Some(&one), "https://Me@Shared.test?Q/Z", 1, false),
        (Some(&platform), "https://Me@shared.test?Q/Z", 9, true),
        (Some(&one), "urn:acme:Contacts", 1, false),
        (Some(&platform), "URN:acme:Contacts/", 2, false),
        (None, "urn:acme:Contacts//", 9, true),
        (Some(&one), "wss://[2001:DB8::1]:443/x?Y", 1, true),
    ];
    let mut rows = String::new();
    for tenant in [&platform, &one, &other] {
        rows += &format!(
            "INSERT INTO orgs (id, slug, name, created_at) VALUES ('{}', '{}', 'Acme', 0);\n",
            tenant.org.id, tenant.org.slug
        );
    }
    rows += &format!("INSERT INTO platform VALUES (1, '{}');\n", platform.org.id);
    for (number, (tenant, audience, at, _)) in apis.iter().enumerate() {
        let org = tenant.map_or("NULL".to_owned(), |tenant| format!("'{}'", tenant.org.id));
        rows += &format!("INSERT INTO apis VALUES ('api_{number}', {org}, 'x', '{audience}', 'ES256', 60, {at});\n");
    }
    let url = made_before(&db, BEFORE_AUDIENCE_OWNERS, rows).await;
    Db::connect(&url).await.unwrap().migrate().await.unwrap();
    let keys = "SELECT COALESCE(audience_key, '') FROM apis ORDER BY id";
    let found: Vec<String> = match db.is_sqlite() {
        true => sqlx::query_scalar(keys).fetch_all(&SqlitePool::connect(&url).await.unwrap()).await.unwrap(),
        false => db.texts(keys).await,
    };
    let expected = apis.map(|(_, audience, _, keeps)| if keeps { audience_key(audience) } else { String::new() });
    assert_eq!(found, expected);
}
