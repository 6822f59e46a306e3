use super::*;
use crate::table::SecretEntry;
use domain::{credential::CredentialKind, ids::CredentialId, secret::Environment};

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

fn table(secrets: u32) -> Table {
    let table = Table::with_room_for(secrets as usize);
    for number in 0..secrets {
        let entry = SecretEntry {
            credential: CredentialId::new(CredentialKind::ApiKey, now(), [number as u8; 10]),
            number: 1,
            env: Environment::Live,
            expires_at: None,
            is_disabled: false,
            is_revoked: false,
            is_pending: false,
            retires_at: None,
            is_retiring: false,
            is_ended: false,
            grant: 0,
            name: 0,
        };
        table.put([1, u64::from(number) + 1], &entry);
    }
    table
}

fn all(meters: &Meters, table: &Table) -> Vec<Reading> {
    let (readings, more) = meters.read(table, 0, usize::MAX);
    assert_eq!(more, None);
    readings
}

#[test]
fn every_call_is_counted_once_whoever_counts_and_reads_meanwhile() {
    let (table, meters) = (table(3), Meters::default());
    let mut read = 0;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    for call in 0..30_000u32 {
                        meters.count(&table, call % 3, Verdict::ALL[call as usize % OUTCOMES], now(), None);
                    }
                })
            })
            .collect();
        while workers.iter().any(|worker| !worker.is_finished()) {
            read += sum(&all(&meters, &table));
        }
    });
    read += sum(&all(&meters, &table));
    assert_eq!(read, 120_000);
}

fn sum(readings: &[Reading]) -> u32 {
    readings.iter().flat_map(|reading| &reading.counts).map(|(_, count)| count).sum()
}

#[test]
fn what_could_not_be_written_is_read_again() {
    let (table, meters) = (table(1), Meters::default());
    let ip = Some("192.0.2.7".parse().unwrap());
    meters.count(&table, 0, Verdict::Valid, now(), ip);
    let first = all(&meters, &table);
    assert_eq!((first[0].used_at, first[0].ip), (Some(now()), ip));
    meters.put_back(&first[0]);
    assert_eq!(all(&meters, &table), first);
    assert!(all(&meters, &table).is_empty());
}

#[test]
fn a_quiet_meter_goes_to_another_secret_and_loses_no_late_count() {
    let (table, meters) = (table(2), Meters::default());
    meters.count(&table, 0, Verdict::Valid, now(), None);
    assert_eq!(all(&meters, &table)[0].position, 0);
    (0..QUIET).for_each(|_| assert!(all(&meters, &table).is_empty()));
    assert_eq!(table.meter(0).unwrap().load(Ordering::Relaxed), 0);
    (0..QUIET).for_each(|_| assert!(all(&meters, &table).is_empty()));
    meters.count(&table, 1, Verdict::Expired, now(), None);
    let reading = &all(&meters, &table)[0];
    assert_eq!((reading.meter, reading.position, reading.used_at), (0, 1, None));
    assert_eq!(meters.meters.count(), 1);
}

#[test]
fn only_refused_calls_are_in_the_sample_and_it_is_bounded() {
    let (table, meters) = (table(1), Meters::default());
    meters.count(&table, 0, Verdict::Valid, now(), None);
    (0..MAX_REFUSED + 5).for_each(|_| meters.count(&table, 0, Verdict::Revoked, now(), None));
    assert_eq!(meters.refused().len(), MAX_REFUSED);
    assert!(meters.refused().is_empty());
}

#[test]
fn addresses_of_both_kinds_come_back_and_half_written_ones_do_not() {
    for text in ["0.0.0.0", "192.0.2.1", "::", "2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] {
        let ip = text.parse().ok();
        assert_eq!(unpack(pack(ip)), ip, "{text}");
    }
    let (one, other) = (pack("2001:db8::1".parse().ok()), pack("2001:db9::2".parse().ok()));
    assert_eq!(unpack([one[0], other[1], other[2]]), None);
    assert_eq!(unpack(pack(None)), None);
}
