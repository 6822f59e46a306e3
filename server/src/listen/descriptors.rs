//! Descriptors: connections must leave some to the database, which is lost without them.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// For all that is not a connection of ours: the database, the log, files.
const OTHERS: u64 = 256;

/// Raises the process's limit of open files as far as `connections` ask for and the system allows. Says how many
/// connections then fit.
pub(super) fn make_room(connections: usize) -> usize {
    let wanted = (connections as u64).saturating_add(OTHERS);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < wanted) {
        let current = Some(maximum.map_or(wanted, |maximum| wanted.min(maximum)));
        // Where it is refused, the old limit holds, and is counted with below.
        let _ = setrlimit(Resource::Nofile, Rlimit { current, maximum });
    }
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    connections.min(usize::try_from(share(allowed)).unwrap_or(usize::MAX))
}

/// What connections may have of so many descriptors: all but those for others, and of few still the half.
fn share(descriptors: u64) -> u64 {
    descriptors.saturating_sub(OTHERS).max(descriptors / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_never_get_all_descriptors() {
        assert_eq!((share(8448), share(1024), share(256), share(2)), (8192, 768, 128, 1));
    }
}
