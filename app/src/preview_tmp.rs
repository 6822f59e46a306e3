#![allow(clippy::all, clippy::unwrap_used, missing_docs, clippy::print_stdout)]
use crate::{credentials::*, layout::*, server_side::*, ui::*, error::*, accounts::*};
use domain::{*, access::*, account::*, credential::*, ids::*, scope::*};
use leptos::prelude::*;
use leptos::config::LeptosOptions;

fn name(t: &str) -> Name { Name::parse(t).unwrap() }
const NOW: i64 = 1_795_287_600_000;
fn now() -> Timestamp { Timestamp::from_millis(NOW) }
fn org(n: &str, e: u8) -> Org { Org { id: OrgId::new(now(), [e; 10]), slug: Slug::suggest(&name(n)), name: name(n), created_at: now() } }
fn token(n: &str, e: u8, scopes: &str, expires: Option<i64>, used: Option<i64>, revoked: bool) -> Credential {
    let user = UserId::new(now(), [1; 10]);
    let created = now().plus_seconds(-40 * 86400);
    Credential {
        id: CredentialId::new(CredentialKind::PersonalAccessToken, now(), [e; 10]),
        org: org("Acme", 1).id, env: domain::secret::Environment::Live, owner: domain::credential::Owner::User(user),
        created_by: CreatedBy { id: user, name: name("Ada Lovelace") },
        name: name(n), description: Description::parse("Deploys from the main branch.").unwrap(), scopes: scopes.parse().unwrap(),
        created_at: created, expires_at: expires.map(|d| now().plus_seconds(d * 86400 / 10)), revoked_at: revoked.then(|| now()),
        secrets: vec![Secret { id: SecretId::new(now(), [e; 10]), redacted: format!("mint_pat_…{:04}", 1000 + e as u32 * 37), created_at: created,
            last_used_at: used.map(|s| now().plus_seconds(-s)), last_used_ip: used.map(|_| "192.0.2.7".parse().unwrap()), retires_at: None }],
    }
}
fn desk(long: bool) -> Desk {
    let orgs = [if long { "A very long organisation name that goes on and on for ever and ever, limited" } else { "Acme Rockets" }, "Globex", "נסיעות בע״מ"];
    let actor = Actor::person(UserId::new(now(), [1; 10]), name("Ada Lovelace"), org(orgs[0], 1).id, Role::Owner, Some(SessionId::new(now(), [1; 10])));
    Desk { caller: Caller { actor, origin: Default::default() }, now: now(),
        memberships: orgs.iter().enumerate().map(|(i, n)| Membership { user: UserId::new(now(), [1; 10]), org: org(n, i as u8 + 1), role: Role::Owner }).collect() }
}
fn write(file: &str, path: &str, theme: &str, v: impl FnOnce() -> AnyView) {
    let options = LeptosOptions::builder().output_name("mintmark").site_pkg_dir("pkg/x").build();
    let owner = Owner_::new_root(None);
    let html = owner.with(|| {
        let (parts, ()) = http::Request::builder().uri(path).header("cookie", format!("theme={theme}")).body(()).unwrap().into_parts();
        provide_context(parts);
        let (meta, out) = leptos_meta::ServerMetaContext::new();
        provide_context(meta); let _ = out;
        v().to_html()
    });
    let attr = if theme == "system" { String::new() } else { format!(" data-theme={theme}") };
    std::fs::create_dir_all("/tmp/shots/site").unwrap();
    std::fs::write(format!("/tmp/shots/site/{file}.html"), format!("<!DOCTYPE html><html lang=en{attr}><head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\"><title>{file}</title><link rel=icon href=/favicon.svg><link rel=stylesheet href=/pkg/x/mintmark.css></head><body>{html}<script type=module>{}</script></body></html>", crate::shell::boot(&options))).unwrap();
}
use leptos::prelude::Owner as Owner_;

fn list(long: bool) -> Vec<Credential> {
    let mut v = vec![
        token("CI deploy", 1, "credentials:read pats:write audit:read", Some(900), Some(40), false),
        token("Laptop backup", 2, "audit:read", Some(120), Some(3 * 3600), false),
        token("Terraform state", 3, "credentials:read members:read api_keys:write clients:write webhooks:write", Some(35), Some(86400 * 3), false),
        token("Grafana dashboards", 4, "all", None, None, false),
        token("Old laptop", 5, "audit:read", Some(-30), Some(86400 * 40), false),
        token("Contractor, spring", 6, "members:read", Some(600), Some(86400 * 12), true),
    ];
    if long {
        v.insert(0, token(&"<script>alert(1)</script> a name of two hundred characters ".repeat(3).chars().take(200).collect::<String>(), 7, "credentials:read pats:write api_keys:write clients:write service_accounts:write members:read members:write policies:write", Some(900), Some(10), false));
        v.insert(1, token("نسخة احتياطية من قاعدة البيانات الرئيسية", 8, "audit:read", Some(60), None, false));
    }
    v
}

#[test]
fn preview() {
    let f = |d: Desk, v: AnyView| view! { <crate::layout::Frame desk=d>{v}</crate::layout::Frame> }.into_any();
    for theme in ["light", "dark"] {
        for long in [false, true] {
            write(&format!("tokens-{theme}{}", if long { "-long" } else { "" }), "/settings/tokens", theme, || f(desk(long), view! {
                <PageHead title="My tokens" lead="Personal access tokens act for you: a script, a pipeline or a tool presents one instead of your password.">
                    <ButtonLink href="/settings/tokens/new" look=Look::Primary><Icon glyph=Glyph::Plus/>"Issue token"</ButtonLink>
                </PageHead>
                <TokenTable now=now() glow=None tokens=list(long)/>
                <Toast>"Issued "<span class="quote" dir="auto">"CI deploy"</span>", "<a class="link mono" href="/x">"mint_pat_…1037"</a></Toast>
            }.into_any()));
        }
        write(&format!("empty-{theme}"), "/settings/tokens", theme, || f(desk(false), view! {
            <PageHead title="My tokens" lead="Personal access tokens act for you: a script, a pipeline or a tool presents one instead of your password."/>
            <section class="panel"><EmptyState glyph=Glyph::Key title="No tokens yet" lead="A token lets a program act for you, with only the scopes you choose and only for as long as you say. You see its secret once.">
                <ButtonLink href="/settings/tokens/new" look=Look::Primary><Icon glyph=Glyph::Plus/>"Issue token"</ButtonLink>
                <CodeLine code="curl -H \"Authorization: Bearer $MINTMARK_TOKEN\" $MINTMARK_URL/v1/me" label="Copy the command"/>
            </EmptyState></section>
        }.into_any()));
        write(&format!("new-{theme}"), "/settings/tokens/new", theme, || f(desk(false), view! {
            <PageHead title="Issue a token" lead="Choose what it may do and for how long. The secret is shown once, at the end." crumbs=vec![("/settings/tokens".to_owned(), "My tokens".to_owned())]/>
            <IssueForm owner="Ada Lovelace".to_owned() organisation="Acme Rockets".to_owned() grantable=Role::Member.scopes().iter().map(ToString::to_string).collect() now_millis=NOW/>
        }.into_any()));
        let t = token("CI deploy", 1, "credentials:read pats:write audit:read", Some(120), Some(40), false);
        let t2 = t.clone();
        write(&format!("token-{theme}"), "/settings/tokens/pat_x", theme, || f(desk(false), view! {
            <PageHead title="CI deploy" lead="Deploys from the main branch." crumbs=vec![("/settings/tokens".to_owned(), "My tokens".to_owned())]/>
            <div class="stack">
            <Facts token=t.clone() now=now()/><Secrets secrets=t.secrets.clone() now=now()/><EditForm token=t.clone() refusal=Some(AppError::field("/name", "required", "Enter a name."))/>
                    <section class="panel panel-danger" aria-labelledby="revoke-heading">
                        <div class="panel-head border-0">
                            <div>
                                <h2 class="panel-title" id="revoke-heading">"Revoke this token"</h2>
                                <p class="panel-lead">"It is refused everywhere within a second, and for good."</p>
                            </div>
                            <ButtonLink href="x" look=Look::DangerQuiet>"Revoke token"</ButtonLink>
                        </div>
                    </section>
            </div>
        }.into_any()));
        write(&format!("revoke-{theme}"), "/settings/tokens/pat_x/revoke", theme, || f(desk(false), view! {
            <PageHead title="Revoke token" crumbs=vec![("/settings/tokens".to_owned(), "My tokens".to_owned()), ("/x".to_owned(), "CI deploy".to_owned())]/>
            <RevokePanel token=t2 now=now() refusal=None/>
        }.into_any()));
        write(&format!("sessions-{theme}"), "/settings/sessions", theme, || f(desk(false), view! {
            <PageHead title="My sessions" lead="Browsers in which you are signed in. End any that you do not recognise."><Button look=Look::DangerQuiet>"End all other sessions"</Button></PageHead>
            <section class="panel"><crate::sessions::SessionTable desk=desk(false) sessions=vec![
                SessionInfo { id: SessionId::new(now(), [1; 10]), user: UserId::new(now(), [1; 10]), created_at: now().plus_seconds(-7200), last_seen_at: now(), expires_at: now(), ip: Some("192.0.2.7".parse().unwrap()), user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into()) },
                SessionInfo { id: SessionId::new(now(), [2; 10]), user: UserId::new(now(), [1; 10]), created_at: now().plus_seconds(-720000), last_seen_at: now().plus_seconds(-86400), expires_at: now(), ip: Some("2001:db8::1:2:3:4:5".parse().unwrap()), user_agent: Some("curl/8".into()) },
            ]/></section>
        }.into_any()));
        write(&format!("neworg-{theme}"), "/settings/orgs/new", theme, || f(desk(false), view! {
            <PageHead title="New organisation" lead="Members, tokens and the audit log of an organisation are separate from every other's. You become its Owner."/>
        }.into_any()));
        write(&format!("signin-{theme}"), "/sign-in", theme, || view! {
            <Threshold title="Sign in" lead="Issue, see and revoke the credentials your programs use."><SignInForm next=None refusal=None/>
            <p class="threshold-foot">"New here? "<a class="link" href="/sign-up">"Create an account"</a></p></Threshold> }.into_any());
        write(&format!("signup-{theme}"), "/sign-up", theme, || view! {
            <Threshold title="Create an account" lead="You become the Owner of a new organisation and can issue your first token in a minute.">
            <SignUpForm refusal=Some(AppError::field("/password", "x", "This password is on lists of common passwords. Choose another."))/>
            <p class="threshold-foot">"You have an account? "<a class="link" href="/sign-in">"Sign in"</a></p></Threshold> }.into_any());
        write(&format!("notfound-{theme}"), "/x", theme, || view! { <Threshold title="Not found"><Absent/></Threshold> }.into_any());
        write(&format!("trouble-{theme}"), "/settings/tokens", theme, || f(desk(false), view! { <PageHead title="This page could not be shown"/><Trouble error=AppError { request_id: Some("req_01jd0000000000000000000000".into()), ..AppError::new(ErrorKind::Unavailable, "Mintmark cannot reach its database right now. Nothing was changed; try again in a moment.") }/> }.into_any()));
    }
}
