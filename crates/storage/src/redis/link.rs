//! A connection that is opened when it is needed, and again when it broke.

use super::server::Server;
use crate::StoreError;
use parking_lot::{Mutex, MutexGuard};
use redis::aio::MultiplexedConnection;
use redis::{Cmd, FromRedisValue, Pipeline, RedisError, RedisResult, ScriptInvocation};
use std::sync::Arc;
use std::time::Duration;

/// Writes and reads have a link each, so that no write waits behind a long answer.
pub(super) struct Link {
    server: Arc<Server>,
    /// Time limit of each answer.
    response: Duration,
    current: Mutex<Current>,
}

/// A request to the server.
#[derive(Clone, Copy)]
pub(super) enum Request<'a> {
    One(&'a Cmd),
    /// One after the other, without waiting in between.
    All(&'a Pipeline),
    Script(&'a ScriptInvocation<'a>),
}

impl Request<'_> {
    async fn send<T: FromRedisValue>(self, connection: &mut MultiplexedConnection) -> RedisResult<T> {
        match self {
            Self::One(command) => command.query_async(connection).await,
            Self::All(commands) => commands.query_async(connection).await,
            Self::Script(script) => script.invoke_async(connection).await,
        }
    }
}

#[derive(Default)]
struct Current {
    connection: Option<MultiplexedConnection>,
    /// Rises with each connection, so that the failure of an older one does not end a newer one.
    generation: u64,
}

impl Link {
    pub(super) fn new(server: Arc<Server>, response: Duration) -> Self {
        Self { server, response, current: Mutex::default() }
    }

    /// Sends a request, and once more on a new connection when the old one was broken: every write can be repeated.
    pub(super) async fn ask<T: FromRedisValue>(&self, request: Request<'_>) -> Result<T, StoreError> {
        let (mut connection, generation, is_new) = self.connection().await?;
        let error = match request.send(&mut connection).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        self.drop_if_broken(&error, generation);
        if is_new || error.is_timeout() || !error.is_connection_dropped() {
            return Err(self.server.failure(&error));
        }
        let (mut connection, generation, _) = self.connection().await?;
        request.send(&mut connection).await.map_err(|error| {
            self.drop_if_broken(&error, generation);
            self.server.failure(&error)
        })
    }

    /// Closes the connection.
    pub(super) fn close(&self) {
        self.current().connection = None;
    }

    /// The connection, its generation, and whether it was opened by this call.
    async fn connection(&self) -> Result<(MultiplexedConnection, u64, bool), StoreError> {
        let existing = {
            let current = self.current();
            current.connection.clone().map(|connection| (connection, current.generation, false))
        };
        if let Some(existing) = existing {
            return Ok(existing);
        }
        let connection = self.server.connect(self.response).await?;
        let mut current = self.current();
        current.generation += 1;
        current.connection = Some(connection.clone());
        Ok((connection, current.generation, true))
    }

    /// After a time-out the server may be gone without a word, so that connection is not used again either. A role that has changed
    /// (READONLY) may mean that another machine has the name now.
    fn drop_if_broken(&self, error: &RedisError, generation: u64) {
        let mut current = self.current();
        if (error.is_io_error() || error.code() == Some("READONLY")) && current.generation == generation {
            current.connection = None;
        }
    }

    // Nothing that is done under the lock can panic half-way.
    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock()
    }
}
