use super::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

fn account(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@acme.test")).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::EPOCH.plus_seconds(1_000_000 + seconds)
}

/// Returns the client with this number, in a /24 of its own.
fn client(number: u32) -> ClientPrefix {
    ClientPrefix::of(Some(IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + (number << 8)))))
}

fn device(number: u8) -> DeviceId {
    DeviceId([number; 16])
}

fn from<'a>(account: &'a EmailAddress, client: ClientPrefix) -> Attempt<'a> {
    Attempt { account, client, device: None }
}

#[test]
fn waiting_grows_with_failures_and_has_an_end() {
    let (throttle, ada) = (Throttle::default(), account("ada"));
    let mut clock = 0;
    for _ in 0..FREE_FOR_PAIR {
        assert_eq!(throttle.attempt(&from(&ada, client(1)), at(clock)), Ok(()));
    }
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        assert_eq!(throttle.attempt(&from(&ada, client(1)), at(clock)), Err(wait));
        clock += i64::from(wait);
        assert_eq!(throttle.attempt(&from(&ada, client(1)), at(clock)), Ok(()));
    }
}

#[test]
fn of_ten_thousand_guesses_from_fifty_networks_at_most_five_each_reach_the_hash_and_the_owner_still_signs_in() {
    let throttle = Throttle::default();
    let accounts: Vec<_> = (0..100).map(|number| account(&format!("u{number}"))).collect();
    let mut reached = vec![0; accounts.len()];
    for guess in 0..10_000_u32 {
        let now = at(i64::from(guess) * 3000 / 10_000);
        for (number, account) in accounts.iter().enumerate() {
            reached[number] += u32::from(throttle.attempt(&from(account, client(guess % 50)), now).is_ok());
        }
    }
    assert!(reached.iter().all(|reached| *reached <= 50 * 5), "{reached:?}");
    for account in &accounts {
        assert_eq!(throttle.attempt(&from(account, client(999)), at(3000)), Ok(()), "the owner, from elsewhere");
        throttle.succeeded(&from(account, client(999)));
    }
}

#[test]
fn a_network_makes_at_most_28_guesses_a_day_at_an_account_under_attack() {
    const DAY: i64 = 86_400;
    let (throttle, ada) = (Throttle::default(), account("ada"));
    let networks = 50;
    let mut reached = 0;
    for second in (0..DAY).step_by(20) {
        for network in 0..networks {
            reached += u32::from(throttle.attempt(&from(&ada, client(network)), at(second)).is_ok());
        }
    }
    let bound = CALM_FOR_ACCOUNT as u32 * 24 + 28 * networks;
    assert!((20 * networks..=bound).contains(&reached), "{reached} of {bound}");
    let owner = Attempt { account: &ada, client: client(1), device: Some(device(1)) };
    assert_eq!(throttle.attempt(&owner, at(DAY)), Ok(()), "a known device is not held up");
}

#[test]
fn ten_minutes_of_attack_hold_up_neither_a_known_device_nor_a_new_one() {
    for strangers in [1, 10, 50, 1000] {
        let (throttle, ada) = (Throttle::default(), account("ada"));
        for second in 0..600 {
            for stranger in 0..strangers {
                let _ = throttle.attempt(&from(&ada, client(stranger)), at(second));
            }
            let known = Attempt { account: &ada, client: client(0), device: Some(device(1)) };
            assert_eq!(throttle.attempt(&known, at(second)), Ok(()), "{strangers} strangers, second {second}");
            throttle.succeeded(&known);
            let new = from(&ada, client(9000));
            assert_eq!(throttle.attempt(&new, at(second)), Ok(()), "{strangers} strangers, second {second}");
            throttle.succeeded(&new);
        }
    }
}

#[test]
fn under_attack_a_wrong_try_on_a_new_device_costs_seconds() {
    for strangers in [60, 1000] {
        let (throttle, ada) = (Throttle::default(), account("ada"));
        let attack = |second: i64| {
            for stranger in 0..strangers {
                let _ = throttle.attempt(&from(&ada, client(stranger)), at(second));
            }
        };
        (0..60).for_each(attack);
        let new = from(&ada, client(9000));
        assert_eq!(throttle.attempt(&new, at(60)), Ok(()), "the first try");
        attack(60);
        assert_eq!(throttle.attempt(&new, at(60)), Err(5), "after one wrong try");
        (61..66).for_each(attack);
        assert_eq!(throttle.attempt(&new, at(65)), Ok(()));
        throttle.succeeded(&new);
        assert_eq!(throttle.attempt(&new, at(66)), Ok(()));
    }
}

#[test]
fn failures_of_a_network_are_forgotten_after_six_quiet_hours() {
    let (throttle, ada, new) = (Throttle::default(), account("ada"), client(9000));
    let mut clock = 0;
    for _ in 0..6 {
        while throttle.attempt(&from(&ada, new), at(clock)).is_err() {
            clock += 1;
        }
    }
    clock += NETWORK_MEMORY_SECONDS + 1;
    for stranger in 0..60 {
        let _ = throttle.attempt(&from(&ada, client(stranger)), at(clock));
    }
    assert_eq!(throttle.attempt(&from(&ada, new), at(clock)), Ok(()));
    assert_eq!(throttle.attempt(&from(&ada, new), at(clock)), Err(5));
}

#[test]
fn an_ipv6_site_is_one_network_to_an_account() {
    let (throttle, ada) = (Throttle::default(), account("ada"));
    let prefix = |site: u128, number: u128| {
        let bits = ((0x2001_0db8_0001 + site) << 80) + (number << 64);
        ClientPrefix::of(Some(IpAddr::V6(Ipv6Addr::from_bits(bits))))
    };
    let reached = (0..1000).filter(|number| throttle.attempt(&from(&ada, prefix(0, *number)), at(0)).is_ok()).count();
    assert_eq!(reached, FREE_FOR_NETWORK as usize);
    let mut in_an_hour = reached;
    for number in 0..3600 {
        in_an_hour += usize::from(throttle.attempt(&from(&ada, prefix(0, 1000 + number)), at(number as i64)).is_ok());
    }
    assert!(in_an_hour < CALM_FOR_ACCOUNT, "{in_an_hour}: one site is no attack");
    for _ in 0..FREE_FOR_PAIR {
        assert_eq!(throttle.attempt(&from(&ada, client(1)), at(3600)), Ok(()), "the owner, from elsewhere");
    }
    assert_eq!(throttle.attempt(&from(&ada, prefix(1, 0)), at(3600)), Ok(()), "the owner, from another site");
}

#[test]
fn a_known_device_waits_for_its_own_failures() {
    let (throttle, ada) = (Throttle::default(), account("ada"));
    let stolen = Attempt { account: &ada, client: client(1), device: Some(device(1)) };
    let reached = (0..36_000).filter(|tenth| throttle.attempt(&stolen, at(tenth / 10)).is_ok()).count();
    assert!(reached < 30, "{reached}");
    let own = Attempt { device: Some(device(2)), ..stolen };
    assert_eq!(throttle.attempt(&own, at(3600)), Ok(()));
}

#[test]
fn one_client_is_slowed_down_over_all_accounts_and_so_is_an_ipv6_prefix_and_an_unknown_address() {
    let ipv6 = |number: u128| {
        let address = Ipv6Addr::from_bits((0x2001_0db8_0001_0002 << 64) + number);
        ClientPrefix::of(Some(IpAddr::V6(address)))
    };
    let client_of: [&dyn Fn(u128) -> ClientPrefix; 3] = [&|_| client(1), &ipv6, &|_| ClientPrefix::of(None)];
    for of in client_of {
        let throttle = Throttle::default();
        let guess = |number: u128| throttle.attempt(&from(&account(&format!("u{number}")), of(number)), at(0));
        let reached = (0..1000).filter(|number| guess(*number).is_ok()).count();
        assert_eq!(reached, FREE_FOR_CLIENT as usize);
    }
}

#[test]
fn an_ipv6_site_is_slowed_down_however_many_prefixes_it_has() {
    let throttle = Throttle::default();
    let of = |number: u128| {
        ClientPrefix::of(Some(IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_0001 << 80) + (number << 64)))))
    };
    let guess = |number: u128| throttle.attempt(&from(&account(&format!("u{number}")), of(number)), at(0));
    assert_eq!((0..10_000).filter(|number| guess(*number).is_ok()).count(), FREE_FOR_SITE as usize);
}

#[test]
fn success_takes_back_what_its_client_did_and_nothing_of_others() {
    let (throttle, ada) = (Throttle::default(), account("ada"));
    for _ in 0..FREE_FOR_PAIR {
        assert_eq!(throttle.attempt(&from(&ada, client(1)), at(0)), Ok(()));
    }
    assert_eq!(throttle.attempt(&from(&ada, client(2)), at(0)), Ok(()));
    throttle.succeeded(&from(&ada, client(2)));
    assert_eq!(throttle.attempt(&from(&ada, client(1)), at(0)), Err(1), "a stranger does not profit");
}

#[test]
fn trying_very_many_accounts_pushes_out_neither_a_victim_nor_a_client_with_many_failures() {
    let (throttle, ada) = (Throttle::default(), account("ada"));
    for _ in 0..10 {
        for second in 0..20 {
            let _ = throttle.attempt(&from(&ada, client(1)), at(second));
        }
    }
    let wait = throttle.attempt(&from(&ada, client(1)), at(20));
    assert!(wait.is_err());
    for number in 0..2 * MAX_ENTRIES as u32 + 10 {
        let _ = throttle.attempt(&from(&account(&format!("u{number}")), client(2 + number / 4)), at(20));
    }
    assert_eq!(throttle.attempt(&from(&ada, client(1)), at(20)), wait);
    let tables = throttle.0.lock().unwrap();
    let lengths = [
        tables.pairs.entries.len(),
        tables.networks.entries.len(),
        tables.clients.entries.len(),
        tables.sites.entries.len(),
        tables.accounts.len(),
    ];
    assert!(lengths.iter().all(|length| *length <= MAX_ENTRIES), "{lengths:?}");
}
