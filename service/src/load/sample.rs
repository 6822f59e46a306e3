//! Chooses the secrets to reveal.
//!
//! Every secret is equally likely, in a single pass (Knuth, The Art of Computer Programming, 3.4.2, algorithm S). All
//! others are wiped.

use crate::Sources;
use domain::secret::{PlainSecret, RevealedSecret};

const DIE: usize = size_of::<u64>();

/// Chooses some of a known number of secrets.
pub(super) struct Sampler {
    wanted: u64,
    left: u64,
    chosen: Vec<RevealedSecret>,
}

impl Sampler {
    /// Prepares to choose at most `wanted` of `count` secrets.
    pub(super) fn new(wanted: u64, count: u64) -> Self {
        Self { wanted: wanted.min(count), left: count, chosen: Vec::new() }
    }

    /// Takes the next secrets and keeps some of them.
    pub(super) fn offer(&mut self, secrets: Vec<PlainSecret>, sources: &Sources) {
        let mut dice = vec![0; DIE * secrets.len()];
        sources.fill(&mut dice);
        for (secret, die) in secrets.into_iter().zip(dice.as_chunks::<DIE>().0) {
            let below_left = (u128::from(u64::from_le_bytes(*die)) * u128::from(self.left)) >> 64;
            self.left = self.left.saturating_sub(1);
            if below_left < u128::from(self.wanted) {
                self.wanted -= 1;
                self.chosen.push(RevealedSecret::new(secret));
            }
        }
    }

    pub(super) fn into_sample(self) -> Vec<RevealedSecret> {
        self.chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(wanted: u64, batches: &[u64]) -> Vec<String> {
        let mut sampler = Sampler::new(wanted, batches.iter().sum());
        let mut number = 0;
        for batch in batches {
            let secrets = (0..*batch).map(|_| {
                number += 1;
                PlainSecret::presented(number.to_string())
            });
            sampler.offer(secrets.collect(), &Sources::default());
        }
        sampler.into_sample().iter().map(|secret| secret.expose().to_owned()).collect()
    }

    #[test]
    fn as_many_as_wanted_are_chosen_from_anywhere_and_none_twice() {
        let chosen = sample(100, &[500, 1, 499]);
        let distinct: std::collections::HashSet<_> = chosen.iter().collect();
        assert_eq!((chosen.len(), distinct.len()), (100, 100));
        assert!(chosen.iter().any(|one| one.parse::<u64>().unwrap() > 500));
    }

    #[test]
    fn no_more_are_chosen_than_there_are() {
        assert_eq!(sample(20, &[2, 3]), ["1", "2", "3", "4", "5"]);
        assert!(sample(0, &[5]).is_empty());
    }
}
