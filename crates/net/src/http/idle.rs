//! Connections that are kept from one check to the next.

use super::connection::Connection;
use super::connector::Origin;
use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;
use std::time::Duration;

/// Maximum number of connections that one service keeps, to its server and to the targets of redirects.
const MOST: usize = 4;

/// How long connections are reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// Each request has a new connection.
    Never,
    /// For this long after it was opened.
    For(Duration),
    /// As long as the server keeps it.
    Always,
}

impl Reuse {
    fn allows(self, age: Duration) -> bool {
        match self {
            Self::Never => false,
            Self::For(limit) => age < limit,
            Self::Always => true,
        }
    }
}

/// The idle connections of one service. Copies share them.
#[derive(Clone)]
pub(super) struct Idle {
    reuse: Reuse,
    connections: Arc<Mutex<Vec<(Origin, Connection)>>>,
}

impl Idle {
    pub(super) fn new(reuse: Reuse) -> Self {
        Self { reuse, connections: Arc::default() }
    }

    /// A connection to this server that may be reused.
    pub(super) fn take(&self, origin: &Origin) -> Option<Connection> {
        let mut connections = self.connections();
        connections.retain(|(_, connection)| self.is_good(connection));
        let index = connections.iter().position(|(with, _)| with == origin)?;
        Some(connections.swap_remove(index).1)
    }

    fn put(&self, origin: &Origin, connection: Connection) {
        let mut connections = self.connections();
        // Of two connections to one server the newer one is kept.
        connections.retain(|(with, connection)| with != origin && self.is_good(connection));
        if self.is_good(&connection) && connections.len() < MOST {
            connections.push((origin.clone(), connection));
        }
    }

    fn is_good(&self, connection: &Connection) -> bool {
        !connection.is_closed() && self.reuse.allows(connection.made.elapsed())
    }

    // No panic under the lock can leave the list inconsistent.
    fn connections(&self) -> MutexGuard<'_, Vec<(Origin, Connection)>> {
        self.connections.lock()
    }
}

/// A connection in use, which is returned to the idle ones on drop. If its answer was not read to the end, it is closed instead.
pub(super) struct Lease {
    pub(super) idle: Idle,
    pub(super) origin: Origin,
    pub(super) connection: Option<Connection>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.idle.put(&self.origin, connection);
        }
    }
}
