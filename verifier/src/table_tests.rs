use super::*;
use std::collections::HashMap;

fn entry(number: u32, name: u32) -> SecretEntry {
    let mut entropy = [0; 10];
    entropy[..4].copy_from_slice(&name.to_le_bytes());
    entropy[4..8].copy_from_slice(&name.wrapping_mul(2_654_435_761).to_le_bytes());
    let kind = CredentialKind::ALL[name as usize % 3];
    SecretEntry {
        credential: CredentialId::new(kind, Timestamp::from_millis(1_800_000_000_000), entropy),
        number,
        env: if name.is_multiple_of(2) { Environment::Live } else { Environment::Test },
        expires_at: (!name.is_multiple_of(5)).then(|| Timestamp::from_millis(253_402_300_799_999)),
        is_disabled: name.is_multiple_of(7),
        is_revoked: name.is_multiple_of(11),
        is_pending: false,
        retires_at: name.is_multiple_of(13).then(|| Timestamp::from_millis(1)),
        is_retiring: name.is_multiple_of(17),
        is_ended: name.is_multiple_of(19),
        grant: u32::MAX - name,
        name,
    }
}

fn key(number: u32) -> Key {
    let spread = u64::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    [spread, spread.rotate_left(17)]
}

#[test]
fn what_is_put_is_found_as_it_was_while_the_indexes_grow() {
    let table = Table::with_room_for(0);
    for number in 0..40_000 {
        table.put(key(number), &entry(number % 0x00ff_ffff, number));
    }
    assert_eq!(table.len(), 40_000);
    for number in 0..40_000 {
        assert_eq!(table.find(key(number)).map(|(_, found)| found), Some(entry(number, number)));
    }
    assert_eq!(table.find(key(40_001)), None);
    assert_eq!(table.find(NO_KEY), None);
}

#[test]
fn putting_again_changes_in_place_and_a_credential_finds_all_its_secrets() {
    let table = Table::with_room_for(10);
    table.put(key(1), &entry(1, 5));
    table.put(key(2), &entry(2, 5));
    table.put(key(3), &entry(1, 6));
    let changed = SecretEntry { is_revoked: true, is_pending: false, number: 0x00ab_cdef, ..entry(1, 5) };
    table.put(key(1), &changed);
    assert_eq!(table.len(), 3);
    assert_eq!(table.find(key(1)).map(|(_, found)| found), Some(changed));
    let of_five: HashMap<_, _> = table.of_credential(entry(0, 5).credential).into_iter().collect();
    assert_eq!(of_five.len(), 2);
}

#[test]
fn a_credential_without_secrets_is_found_by_its_id_alone() {
    let table = Table::with_room_for(10);
    table.put(NO_KEY, &entry(0, 8));
    table.put(NO_KEY, &SecretEntry { is_disabled: true, ..entry(0, 8) });
    assert_eq!((table.len(), table.find(NO_KEY)), (1, None));
    let found = table.of_credential(entry(0, 8).credential);
    assert!(matches!(found.as_slice(), [(0, SecretEntry { is_disabled: true, .. })]));
}

#[test]
fn keys_that_fall_to_the_same_place_are_told_apart() {
    let table = Table::with_room_for(0);
    let alike = |number: u64| [7 << 32 | number, number];
    for number in 1..=500 {
        table.put(alike(number), &entry(1, number as u32));
    }
    for number in 1..=500 {
        assert_eq!(table.find(alike(number)).map(|(_, found)| found.name), Some(number as u32));
    }
    assert_eq!(table.find(alike(501)), None);
}

#[test]
fn a_credential_that_is_refused_is_revoked_with_all_its_secrets_and_no_other_is() {
    let table = Table::with_room_for(10);
    for (position, name) in [(1, 5), (2, 5), (3, 6)] {
        table.put(key(position), &entry(position, name));
    }
    table.refuse(entry(0, 5).credential);
    let is_revoked = |position| table.find(key(position)).map(|(_, found)| found.is_revoked);
    assert_eq!([1, 2, 3].map(is_revoked), [Some(true), Some(true), Some(false)]);
}

#[test]
fn readers_never_see_half_a_change() {
    let table = Arc::new(Table::with_room_for(10));
    let (one, other) =
        (entry(1, 21), SecretEntry { grant: 7, name: 9, is_disabled: true, expires_at: None, ..entry(1, 21) });
    table.put(key(1), &one);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let table = table.clone();
                scope.spawn(move || {
                    (0..200_000).all(|_| table.find(key(1)).is_some_and(|(_, seen)| seen == one || seen == other))
                })
            })
            .collect();
        for round in 0..100_000 {
            table.put(key(1), if round % 2 == 0 { &other } else { &one });
        }
        assert!(readers.into_iter().all(|reader| reader.join().unwrap()));
    });
}
