//! The server: its address, connecting and logging in, and the meaning of its errors.

use super::settings::Settings;
use crate::StoreError;
use net::advice::Keys;
use net::deadline::Deadline;
use net::dial::DialError;
use net::excerpt::shortened;
use net::host::HostName;
use net::stopwatch::Stopwatch;
use net::{dial, tls};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, ProtocolVersion, RedisConnectionInfo, RedisError};
use rustls::ClientConfig;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;
use yaml::Secret;

/// Time limit of connecting and logging in. Like each answer, it must be below the 2 s after which the caller stops waiting.
const CONNECT: Duration = Duration::from_millis(1500);

/// The error of a script without the right to a command before Redis 7, which has a code for it.
const OLD_NO_RIGHT: &str = "can't run this command";

/// The error for a client beyond the limit of connections.
const FULL: &str = "max number of clients reached";

pub(super) struct Server {
    host: String,
    port: u16,
    /// Used instead of both.
    socket: Option<PathBuf>,
    db: u32,
    /// For connecting and logging in.
    connect_limit: Duration,
    login: Option<(String, Secret)>,
    tls: Option<Arc<ClientConfig>>,
}

impl Server {
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        let tls = match settings.tls_settings()? {
            Some(tls) => Some(Arc::new(tls::client_config(tls, &[]).map_err(|error| error.message)?)),
            None => None,
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            socket: settings.unix_socket_path.as_ref().map(PathBuf::from),
            db: settings.db,
            connect_limit: settings.connect_limit(CONNECT)?,
            login: settings.login(),
            tls,
        })
    }

    /// `host:port`, or the path of the socket.
    pub(super) fn address(&self) -> String {
        match &self.socket {
            Some(path) => path.display().to_string(),
            None => HostName::new(&self.host).with_port(self.port),
        }
    }

    pub(super) async fn connect(&self, response: Duration) -> Result<MultiplexedConnection, StoreError> {
        let deadline = Deadline::after(self.connect_limit);
        if let Some(path) = &self.socket {
            let connected = async {
                let stream = UnixStream::connect(path).await;
                let stream = stream.map_err(|error| StoreError::Away(format!("{} cannot be opened: {error}", self.address())))?;
                self.converse(stream, response).await
            };
            return deadline.wait_for(connected).await.unwrap_or_else(|late| {
                Err(StoreError::Away(format!("{} took the connection, but did not answer {late}", self.address())))
            });
        }
        let mut watch = Stopwatch::start();
        let stream = dial::tcp(&self.host, self.port, deadline, &mut watch).await;
        let stream = stream.map_err(|error| of_dialing(error, &self.host))?;
        let connected = async {
            match &self.tls {
                None => self.converse(stream, response).await,
                Some(config) => {
                    let stream = dial::tls(stream, &self.host, self.port, Arc::clone(config), Keys::ALL, &mut watch).await;
                    self.converse(stream.map_err(|error| of_dialing(error, &self.host))?, response).await
                }
            }
        };
        deadline.wait_for(connected).await.unwrap_or_else(|late| {
            let hint = if self.tls.is_some() { "; if it does not speak TLS, set `tls: false`" } else { "" };
            Err(StoreError::Away(format!("{} took the connection, but did not answer {late}{hint}", self.address())))
        })
    }

    async fn converse<S>(&self, stream: S, response: Duration) -> Result<MultiplexedConnection, StoreError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        // No command is sent at first, so that the answers to the login can be distinguished.
        let quiet = RedisConnectionInfo::default().set_protocol(ProtocolVersion::RESP2).set_skip_set_lib_name();
        let config = AsyncConnectionConfig::new().set_response_timeout(Some(response));
        let opened = MultiplexedConnection::new_with_config(&quiet, stream, config).await;
        let (mut connection, driver) = opened.map_err(|error| self.failure(&error))?;
        // It ends with the last copy of the connection.
        #[expect(clippy::disallowed_methods, reason = "it ends with the last copy of the connection")]
        tokio::spawn(driver);
        if let Some((username, password)) = &self.login {
            let login = redis::cmd("AUTH").arg(username).arg(password.expose()).query_async::<()>(&mut connection).await;
            login.map_err(|error| self.failure_of_login(&error))?;
        }
        if self.db != 0 {
            let selected = redis::cmd("SELECT").arg(self.db).query_async::<()>(&mut connection).await;
            selected.map_err(|error| self.failure_of_database(&error))?;
        }
        // Without a required login, this command is refused.
        redis::cmd("PING").query_async::<()>(&mut connection).await.map_err(|error| self.failure(&error))?;
        Ok(connection)
    }

    fn failure_of_login(&self, error: &RedisError) -> StoreError {
        match error.code() {
            // `ERR` means that the default user has no password.
            Some("ERR") => StoreError::Unusable(format!(
                "{} refuses the login: {}; look at `username` and `password`",
                self.address(),
                shortened(error.detail().unwrap_or_default())
            )),
            _ => self.failure(error),
        }
    }

    fn failure_of_database(&self, error: &RedisError) -> StoreError {
        match error.code() {
            Some("ERR") => StoreError::Unusable(format!(
                "{} has no database {}: {}; look at `db`",
                self.address(),
                self.db,
                shortened(error.detail().unwrap_or_default())
            )),
            _ => self.failure(error),
        }
    }

    /// What an error means, and what to do about it.
    pub(super) fn failure(&self, error: &RedisError) -> StoreError {
        let address = self.address();
        // Of several commands, the first that was refused.
        let refused = error.clone().into_server_errors();
        let refused = refused.as_deref().and_then(|refused| refused.first()).map(|(_, refused)| refused);
        let Some(refused) = refused else { return self.failure_of_connection(error) };
        let (code, detail) = (refused.code(), shortened(refused.details().unwrap_or_default()));
        match code {
            "NOAUTH" => {
                StoreError::Unusable(format!("{address} wants a password (NOAUTH); set `password`, and `username` if there is one"))
            }
            "WRONGPASS" => {
                StoreError::Unusable(format!("{address} does not accept the login (WRONGPASS); look at `username` and `password`"))
            }
            "NOPERM" => self.no_right(code, &detail),
            "ERR" if detail.contains(OLD_NO_RIGHT) => self.no_right(code, &detail),
            "DENIED" => {
                StoreError::Unusable(format!("{address} is in protected mode and lets in only clients of its own machine (DENIED)"))
            }
            "WRONGTYPE" => StoreError::Unusable(format!(
                "{address} has something else under the keys of this store (WRONGTYPE); set another `prefix`"
            )),
            "MOVED" | "ASK" | "CROSSSLOT" => StoreError::Unusable(format!(
                "{address} belongs to a cluster ({code}), which cannot be a store; give another Redis"
            )),
            "ERR" if detail.contains(FULL) => StoreError::Away(format!("{address} accepts no more connections: {FULL}")),
            "LOADING" => StoreError::Away(format!("{address} is still loading its data (LOADING)")),
            "READONLY" => {
                StoreError::Away(format!("{address} is a replica and takes no writes (READONLY); give the master as `host`"))
            }
            "OOM" => {
                StoreError::Away(format!("{address} has no memory left (OOM); raise its `maxmemory`, or keep less (`retention`)"))
            }
            "MISCONF" => StoreError::Away(format!("{address} cannot write to its disk and takes no writes (MISCONF); see its log")),
            "MASTERDOWN" | "NOREPLICAS" | "CLUSTERDOWN" | "TRYAGAIN" | "BUSY" => {
                StoreError::Away(format!("{address} cannot take this now ({code}): {detail}"))
            }
            _ => StoreError::Unusable(format!("{address} answers {code}: {detail}")),
        }
    }

    fn no_right(&self, code: &str, detail: &str) -> StoreError {
        StoreError::Unusable(format!(
            "the user has no right to what the store needs on {} ({code}: {detail}); give it `+@all -@admin ~*`, or only the \
             keys of `prefix` and of the names of services",
            self.address()
        ))
    }

    fn failure_of_connection(&self, error: &RedisError) -> StoreError {
        let address = self.address();
        if error.is_timeout() {
            return StoreError::Away(format!("{address} did not answer in time"));
        }
        if error.is_connection_dropped() {
            let hint = if self.tls.is_none() && self.socket.is_none() { "; if it speaks TLS, set `tls: true`" } else { "" };
            return StoreError::Away(format!("{address} broke the connection off{hint}"));
        }
        if error.is_io_error() {
            return StoreError::Away(format!("no answer from {address}: {}", shortened(&error.to_string())));
        }
        if matches!(error.kind(), ErrorKind::Parse | ErrorKind::UnexpectedReturnType) {
            let hint = if self.tls.is_none() && self.socket.is_none() { ", or does it speak TLS (`tls: true`)" } else { "" };
            return StoreError::Unusable(format!(
                "the server at {address} does not answer as Redis does. Is it another server{hint}? Look at `host` and `port`"
            ));
        }
        StoreError::Unusable(format!("{address} answers, but not as expected: {}", shortened(&error.to_string())))
    }
}

/// A certificate that is not trusted does not become so by itself; all else may pass.
fn of_dialing(error: DialError, host: &str) -> StoreError {
    let message = match &error {
        DialError::Unresolved(_) => format!("; look at `host` ({host})"),
        _ => String::new(),
    };
    let is_lasting = matches!(&error, DialError::Untrusted(reason) if reason.contains("certificate"));
    let message = format!("{}{message}", error.into_message());
    if is_lasting { StoreError::Unusable(message) } else { StoreError::Away(message) }
}
