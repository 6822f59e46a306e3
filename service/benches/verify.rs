//! The core of a verification, as often as it is told: who calls, and what a token is worth, from memory. `make bench` counts
//! its instructions under valgrind, once for few and once for many.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should stop")]

use domain::{
    credential::{CredentialKind, Issue},
    secret::{Brand, RevealedSecret},
};
use service::{
    Caller, MasterKey, Password, RequestContext, Service, Sources,
    credentials::{CredentialTarget, IssueRequest},
    verify::VerifyRequest,
};
use std::hint::black_box;
use store::Db;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let times: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite://{}/mintmark.db", folder.path().display())).await.unwrap();
    db.migrate().await.unwrap();
    let brand = Brand::parse("mint").unwrap();
    let service =
        Service::open(db, brand, "http://localhost", &MasterKey::new([7; 32]), Sources::default()).await.unwrap();
    let password = Password::new("correct horse battery".into());
    let made = service.bootstrap("acme", "owner@acme.test", password).await.unwrap();
    let owner = service.authenticate(&presented(&made.token), RequestContext::default()).await.unwrap().caller;
    let caller = issue(&service, &owner, "keys:verify").await;
    let token = issue(&service, &owner, "credentials:read").await;

    let verifying = service.verifying().await.unwrap();
    let request = VerifyRequest { token: token.expose(), cost: 1, ..VerifyRequest::default() };
    for _ in 0..times {
        let caller = verifying.caller(black_box(caller.expose()), None).unwrap();
        let verified = verifying.verify(&caller, black_box(&request)).unwrap();
        assert_eq!(verified.verdict, domain::verify::Verdict::Valid);
    }
}

fn presented(secret: &RevealedSecret) -> domain::secret::PlainSecret {
    domain::secret::PlainSecret::presented(secret.expose().to_owned())
}

async fn issue(service: &Service, owner: &Caller, scope: &str) -> RevealedSecret {
    let issue = Issue { name: "bench".into(), scopes: Some(vec![scope.to_owned()]), ..Issue::default() };
    let request = IssueRequest { issue, ..IssueRequest::default() };
    service
        .credentials()
        .issue(owner, CredentialTarget::Of(CredentialKind::ApiKey), &request)
        .await
        .unwrap()
        .secret
        .unwrap()
}
