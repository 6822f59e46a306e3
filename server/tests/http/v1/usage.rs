//! `GET …/credentials/{id}/usage`: counts every call.

use super::verify::Desk;
use serde_json::{Value, json};

#[tokio::test]
async fn every_call_is_counted_by_outcome_and_the_last_use_is_that_of_the_secret() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({})).await;
    for _ in 0..7 {
        assert_eq!(desk.verdict(&key, json!({ "ip": "192.0.2.44" })).await, "valid");
    }
    for _ in 0..3 {
        assert_eq!(
            desk.verdict(&key, json!({ "scopes": ["contacts:write"], "ip": "192.0.2.45" })).await,
            "insufficient_scope"
        );
    }
    let path = format!("/v1/orgs/acme/credentials/{id}/usage");
    let usage = desk.server.get(&path, &desk.owner).await.json();
    assert_eq!(usage["total"], 10, "{usage}");
    assert_eq!(usage["by_outcome"], json!({ "valid": 7, "insufficient_scope": 3 }));
    let series = usage["series"].as_array().unwrap();
    assert_eq!(series.iter().map(|hour| hour["count"].as_i64().unwrap()).sum::<i64>(), 10);
    assert!(series.iter().all(|hour| hour["at"].as_str().unwrap().ends_with(":00:00.000Z")));
    let refused = usage["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 3);
    assert_eq!((&refused[0]["outcome"], &refused[0]["ip"]), (&json!("insufficient_scope"), &json!("192.0.2.45")));
    let shown = desk.server.get(&format!("/v1/orgs/acme/api-keys/{id}"), &desk.owner).await.json();
    assert_eq!(shown["secrets"][0]["last_used_ip"], "192.0.2.45");
    assert!(shown["last_used_at"].is_string());
}

#[tokio::test]
async fn what_a_revoked_credential_is_tried_for_is_counted_and_is_no_use_of_it() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({})).await;
    desk.server.post(&format!("/v1/orgs/acme/api-keys/{id}/revoke"), &desk.owner, &json!({})).await;
    assert_eq!(desk.verdict(&key, json!({})).await, "revoked");
    let usage = desk.server.get(&format!("/v1/orgs/acme/credentials/{id}/usage"), &desk.owner).await.json();
    assert_eq!(usage["by_outcome"], json!({ "revoked": 1 }));
    let shown = desk.server.get(&format!("/v1/orgs/acme/api-keys/{id}"), &desk.owner).await.json();
    assert_eq!(shown["last_used_at"], Value::Null);
}

#[tokio::test]
async fn a_time_that_makes_no_sense_is_refused_at_its_field() {
    let desk = Desk::open().await;
    let (_, id) = desk.key(json!({})).await;
    for (query, pointer, code) in [
        ("?from=yesterday", "/from", "invalid_time"),
        ("?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "/from", "out_of_range"),
        ("?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "/from", "out_of_range"),
    ] {
        let reply = desk.server.get(&format!("/v1/orgs/acme/credentials/{id}/usage{query}"), &desk.owner).await;
        assert_eq!(reply.field_codes(), [(pointer.to_owned(), code.to_owned())], "{query}");
    }
}

#[tokio::test]
async fn the_blast_radius_says_who_would_notice() {
    let desk = Desk::open().await;
    let (key, id) = desk.key(json!({})).await;
    let path = format!("/v1/orgs/acme/credentials/{id}/blast-radius");
    let unused = desk.server.get(&path, &desk.owner).await.json();
    assert_eq!((&unused["calls_last_24h"], &unused["safe_to_remove"]), (&json!(0), &json!(true)), "{unused}");
    for _ in 0..61 {
        assert_eq!(desk.verdict(&key, json!({ "ip": "192.0.2.44", "operation": "sync.run" })).await, "valid");
    }
    // The call is rejected, so its operation is not part of the blast radius.
    assert_ne!(desk.verdict(&key, json!({ "ip": "192.0.2.45", "operation": "contacts.create" })).await, "valid");
    let used = desk.server.get(&path, &desk.owner).await.json();
    assert_eq!((&used["calls_last_24h"], &used["safe_to_remove"]), (&json!(62), &json!(false)), "{used}");
    assert_eq!(used["addresses"][0]["ip"], "192.0.2.44");
    let series = used["series"].as_array().unwrap();
    assert_eq!((series.len(), series.iter().map(|hour| hour["count"].as_u64().unwrap()).sum::<u64>()), (24, 62));
    assert_eq!((&used["distinct_callers"], &used["asked_by"][0]["name"]), (&json!(1), &json!("CRM sync")), "{used}");
    assert_eq!((&used["operations"][0]["id"], used["operations"].as_array().unwrap().len()), (&json!("sync.run"), 1));
    assert_eq!(used["distinct_addresses"], 2, "the secret itself was last presented from the other");
    assert_eq!(used["most_calls_per_minute"], 62, "{used}");
    desk.server.move_clock(60);
    for _ in 0..5 {
        desk.verdict(&key, json!({})).await;
    }
    let later = desk.server.get(&path, &desk.owner).await.json();
    assert_eq!((&later["calls_last_24h"], &later["most_calls_per_minute"]), (&json!(67), &json!(62)), "{later}");
}
