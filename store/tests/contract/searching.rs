//! A search finds a name in upper or lower case, and in any Unicode form.

use crate::support::TestDb;
use store::{InventoryFilter, PageRequest};

on_both!(members_and_credentials_are_found_whatever_the_case_and_form_of_their_letters, wildcards_are_letters);

/// A name, and the searches that find it.
const WORDS: [(&str, &[&str]); 7] = [
    ("Émile", &["Émile", "émile", "ÉMILE", "e\u{301}mile", "E\u{301}MILE", "mile"]),
    ("Zoe\u{308}", &["Zoë", "ZOË", "zoë", "zoe\u{308}", "ZOE\u{308}"]),
    ("Łukasz", &["łukasz", "ŁUKASZ"]),
    ("Straße", &["straße", "STRASSE", "strasse"]),
    ("ΟΔΥΣΣΕΥΣ", &["οδυσσευς", "ΟΔΥΣΣΕΥΣ", "δυσσευσ"]),
    ("한글", &["한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"]),
    ("Иван", &["иван", "ИВАН"]),
];

async fn members_and_credentials_are_found_whatever_the_case_and_form_of_their_letters(db: TestDb) {
    let acme = db.signed_up("acme").await;
    for (number, (name, found_by)) in WORDS.into_iter().enumerate() {
        let person = db.joined_as(&acme, name, &format!("p{number}@acme.test")).await;
        let token = db.issued(&acme, name).await;
        let mut tx = db.store.read(&acme.everyone()).await.unwrap();
        for q in found_by {
            let members = tx.list_members(Some(q), &PageRequest::default()).await.unwrap().items;
            assert_eq!(members.iter().map(|member| member.user.id).collect::<Vec<_>>(), [person.user.id], "{q}");
            let filter = InventoryFilter { q: Some((*q).to_owned()), ..InventoryFilter::default() };
            let credentials = tx.inventory(&filter, token.created_at, &PageRequest::default()).await.unwrap().items;
            assert_eq!(credentials.iter().map(|one| one.id).collect::<Vec<_>>(), [token.id], "{q}");
        }
        let by_address =
            tx.list_members(Some(&format!("P{number}@ACME")), &PageRequest::default()).await.unwrap().items;
        assert_eq!(by_address.len(), 1);
        let other = tx.list_members(Some("emile"), &PageRequest::default()).await.unwrap().items;
        assert!(other.is_empty(), "an accent makes another letter");
    }
}

async fn wildcards_are_letters(db: TestDb) {
    let acme = db.signed_up("acme").await;
    db.joined_as(&acme, "100% _sure_!", "sure@acme.test").await;
    let mut tx = db.store.read(&acme.everyone()).await.unwrap();
    for (q, found) in [("100%", 1), ("_SURE_!", 1), ("1%e", 0), ("_00", 0), ("%", 1), ("sure!", 0)] {
        let members = tx.list_members(Some(q), &PageRequest::default()).await.unwrap().items;
        assert_eq!(members.len(), found, "{q}");
    }
}
