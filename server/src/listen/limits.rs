//! What one listener gives its peers.

use super::descriptors;
use std::time::Duration;

/// How many connections there may be, and how long a peer may take for what. Whoever takes longer is disconnected.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at the same time.
    pub connections: usize,
    /// For the TLS handshake; then for the head of the first request; later from the first byte of a head to its end.
    pub head: Duration,
    /// For the whole body of a request, from the end of its head.
    pub body: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// While the peer takes nothing of an answer.
    pub write: Duration,
    /// For requests under way when the server stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8192,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            // Longer than the minute for which proxies keep a connection: they should be the ones to close it.
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// These limits, with no more connections than the process may open files.
    pub(crate) fn within_descriptors(self) -> Self {
        let connections = descriptors::make_room(self.connections);
        if connections < self.connections {
            tracing::info!(connections, "the limit of open files allows fewer connections than usual");
        }
        Self { connections, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_that_are_promised() {
        let Limits { connections, head, body, idle, write, drain } = Limits::default();
        assert_eq!(connections, 8192);
        assert_eq!([head, body, idle, write, drain].map(|limit| limit.as_secs()), [10, 30, 75, 30, 10]);
    }
}
