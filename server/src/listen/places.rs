//! Who may have a connection when there is no room for everybody.
//!
//! No client prefix holds more than its share. When all places are taken, a connection of the client that holds most gives
//! way: the one that waited longest for its peer, and one that is between requests before one that is not. Trusted proxies
//! and this machine have no share: everybody comes through them. A connection never gives way while the server works on
//! its request.

use super::turn::{Crowd, Loss, Turn};
use domain::ClientPrefix;
use ipnet::IpNet;
use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// One client may hold one of so many places.
const SHARE: usize = 4;
/// How long a connection waits before it can give way to another client: the bytes of its request may be under way.
const GRACE: Duration = Duration::from_millis(500);

struct Taken {
    client: ClientPrefix,
    has_share: bool,
    turn: Turn,
}

#[derive(Default)]
struct Book {
    next: u64,
    taken: HashMap<u64, Taken>,
    of_client: HashMap<ClientPrefix, usize>,
}

/// The places of one listener.
pub(super) struct Places {
    all: usize,
    share: usize,
    proxies: Arc<[IpNet]>,
    book: Mutex<Book>,
    crowd: Arc<Crowd>,
}

/// The place of one connection, free again when this is dropped.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.book().remove(self.number);
        self.places.crowd.tell();
    }
}

impl Places {
    pub(super) fn new(all: usize, proxies: Arc<[IpNet]>) -> Arc<Self> {
        let share = (all / SHARE).max(1);
        Arc::new(Self { all, share, proxies, book: Mutex::default(), crowd: Arc::default() })
    }

    /// Who waits for a connection to become idle.
    pub(super) fn crowd(&self) -> Arc<Crowd> {
        self.crowd.clone()
    }

    /// A place for a connection of this peer, as soon as there is one; none if its client holds its share and waits for
    /// nothing on any of these connections.
    pub(super) async fn take(self: &Arc<Self>, peer: IpAddr, turn: &Turn) -> Option<Place> {
        loop {
            let told = self.crowd.listen();
            match self.try_take(peer, turn) {
                Found::Place(place) => {
                    self.crowd.leave();
                    return Some(place);
                }
                Found::ShareIsTaken => {
                    self.crowd.leave();
                    return None;
                }
                // Whoever waits now can give way later, which nothing tells.
                Found::NothingYet => drop(timeout(GRACE, told).await),
            }
        }
    }

    fn try_take(self: &Arc<Self>, peer: IpAddr, turn: &Turn) -> Found {
        let peer = peer.to_canonical();
        let client = ClientPrefix::of(Some(peer));
        let has_share = !peer.is_loopback() && !self.proxies.iter().any(|net| net.contains(&peer));
        let mut book = self.book();
        if has_share && book.of_client.get(&client).is_some_and(|count| *count >= self.share) {
            return match book.make_room(Duration::ZERO, |taken| taken.client == client) {
                true => Found::NothingYet,
                false => Found::ShareIsTaken,
            };
        }
        if book.taken.len() >= self.all {
            book.make_room(GRACE, |_| true);
            return Found::NothingYet;
        }
        let number = book.insert(Taken { client, has_share, turn: turn.clone() });
        Found::Place(Place { places: self.clone(), number })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Found {
    Place(Place),
    ShareIsTaken,
    NothingYet,
}

impl Book {
    fn insert(&mut self, taken: Taken) -> u64 {
        self.next += 1;
        *self.of_client.entry(taken.client).or_default() += 1;
        self.taken.insert(self.next, taken);
        self.next
    }

    fn remove(&mut self, number: u64) {
        let Some(Taken { client, .. }) = self.taken.remove(&number) else { return };
        if let Some(count) = self.of_client.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                self.of_client.remove(&client);
            }
        }
    }

    /// Tells a connection of the client that holds most to end, if it has waited at least as long as `grace`. Returns
    /// whether there is one, or one that was told before and is still there. Its place is free once it has closed its
    /// socket: until then it holds a descriptor.
    fn make_room(&self, grace: Duration, among: impl Fn(&Taken) -> bool) -> bool {
        if self.taken.values().any(|taken| among(taken) && taken.turn.is_leaving()) {
            return true;
        }
        let now = Instant::now();
        let waiting = self.taken.iter().filter(|(_, taken)| among(taken)).filter_map(|(number, taken)| {
            let held = self.of_client.get(&taken.client).copied().unwrap_or(0);
            let (since, loss) = taken.turn.waiting_since()?;
            let grace = if loss == Loss::Request { GRACE } else { grace };
            let order = (taken.has_share, held, loss, Reverse(since), Reverse(*number));
            (now.duration_since(since) >= grace).then_some((order, *number))
        });
        let mut waiting: Vec<_> = waiting.collect();
        waiting.sort_unstable();
        // A request may have come in the meantime.
        waiting.iter().rev().any(|(_, number)| self.taken.get(number).is_some_and(|taken| taken.turn.give_way()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::Limits;

    struct Table {
        places: Arc<Places>,
        turns: Vec<Turn>,
        held: Vec<(Turn, Place)>,
    }

    impl Table {
        fn of(all: usize) -> Self {
            let proxies = Arc::new(["10.0.0.0/8".parse().unwrap()]);
            Self { places: Places::new(all, proxies), turns: Vec::new(), held: Vec::new() }
        }

        /// Whether this peer gets a place now, or once a connection has given way.
        fn comes(&mut self, peer: &str) -> bool {
            let turn = Turn::new(Limits::default(), self.places.crowd());
            self.turns.push(turn.clone());
            let peer = peer.parse().unwrap();
            let mut found = self.places.try_take(peer, &turn);
            if self.end_those_that_give_way() {
                assert!(matches!(found, Found::NothingYet), "a place is free once its connection has ended");
                found = self.places.try_take(peer, &turn);
            }
            match found {
                Found::Place(place) => self.held.push((turn, place)),
                Found::ShareIsTaken | Found::NothingYet => return false,
            }
            true
        }

        fn end_those_that_give_way(&mut self) -> bool {
            let before = self.held.len();
            self.held.retain(|(turn, _)| !turn.is_leaving());
            self.held.len() < before
        }

        fn given_way(&self) -> Vec<usize> {
            (0..self.turns.len()).filter(|number| self.turns[*number].has_given_way()).collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_holds_no_more_than_its_share_and_its_own_longest_wait_gives_way() {
        let mut table = Table::of(8);
        assert!(table.comes("203.0.113.1") && table.comes("203.0.113.2"));
        assert!(table.comes("203.0.113.3"), "the first of the same prefix gives way");
        assert_eq!(table.given_way(), [0]);
        let busy = [table.turns[1].begin(), table.turns[2].begin()];
        assert!(!table.comes("203.0.113.4"), "nothing of theirs waits");
        assert!(table.comes("198.51.100.1"));
        drop(busy);
        assert!(table.comes("203.0.113.4"));
        assert_eq!(table.given_way().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn proxies_and_this_machine_have_no_share_and_give_way_when_all_places_are_taken() {
        for peer in ["10.1.2.3", "127.0.0.9", "::1"] {
            let mut table = Table::of(8);
            assert!((0..8).all(|_| table.comes(peer)), "{peer}");
            assert_eq!(table.given_way(), [0; 0]);
            assert!(!table.comes("203.0.113.1"), "their requests may be under way");
            tokio::time::advance(GRACE).await;
            assert!(table.comes("203.0.113.1"));
            assert_eq!(table.given_way(), [0], "the one that waited longest");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_places_are_taken_the_client_that_holds_most_gives_way_first() {
        let mut table = Table::of(8);
        assert!(table.comes("192.0.2.1"));
        for net in ["203.0.113", "198.51.100", "192.0.3"] {
            assert!(table.comes(&format!("{net}.1")) && table.comes(&format!("{net}.2")));
        }
        assert!(table.comes("192.0.9.1"));
        tokio::time::advance(GRACE).await;
        assert!(table.comes("192.0.10.1"));
        assert_eq!(table.given_way(), [1], "the oldest of all has its place alone and keeps it");
        let _busy: Vec<_> = table.turns.iter().map(Turn::begin).collect();
        assert!(!table.comes("192.0.11.1"), "what is answered never gives way");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_needs_its_peer_gives_way_after_the_connections_between_requests() {
        let mut table = Table::of(8);
        assert!(table.comes("203.0.113.1") && table.comes("203.0.113.2"));
        let _stalled = table.turns[0].begin();
        table.turns[0].stall();
        assert!(table.comes("203.0.113.3"));
        assert_eq!(table.given_way(), [1], "it waited less, but loses nothing");
        let _busy = table.turns[2].begin();
        assert!(!table.comes("203.0.113.4"), "its bytes may be under way");
        tokio::time::advance(GRACE).await;
        assert!(table.comes("203.0.113.4"));
        assert_eq!(table.given_way(), [0, 1]);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_gets_the_place_of_the_next_connection_that_is_idle() {
        let mut table = Table::of(1);
        table.comes("127.0.0.1");
        let busy = table.turns[0].begin();
        let (places, turn) = (table.places.clone(), Turn::new(Limits::default(), table.places.crowd()));
        let mut waits = std::pin::pin!(places.take("127.0.0.2".parse().unwrap(), &turn));
        assert!(futures_util::poll!(waits.as_mut()).is_pending());
        drop(busy);
        while !table.turns[0].has_given_way() {
            assert!(futures_util::poll!(waits.as_mut()).is_pending());
            tokio::time::advance(GRACE).await;
        }
        assert!(futures_util::poll!(waits.as_mut()).is_pending(), "until its connection has ended");
        assert!(table.end_those_that_give_way());
        assert!(waits.await.is_some());
    }
}
