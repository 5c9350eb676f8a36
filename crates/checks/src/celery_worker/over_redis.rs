//! Pings over Redis, which kombu uses as a broker: PUBLISH sends the ping, and the answers arrive in a list.

use super::broker::{Broker, allows, hold};
use super::listeners::Listeners;
use super::properties::Properties;
use super::request::Request;
use super::roll_call::RollCall;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use net::deadline::Deadline;
use net::excerpt::shortened;
use net::failure::{causes, network_known};
use net::stopwatch::Stopwatch;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, ErrorKind, RedisConnectionInfo, RedisError, cmd, pipe};
use serde::Deserialize;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;
use uuid::Uuid;
use yaml::{InvalidSetting, Secret};

/// Maximum number of answers that are read from the list at once.
const AT_ONCE: isize = 1000;
/// For Redis, 0 means to wait forever.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// The Redis settings of one service.
pub(super) struct Redis {
    db: u16,
    username: Option<String>,
    password: Option<Secret>,
    /// The list for the answers. All checks of the service use the same list, so each deletes late answers to the previous one. It
    /// is unique to this service, since reading an answer removes it.
    replies: String,
    /// The channel of all workers of this database. Celery 3.1 listens to `celery.pidbox`, which is shared by all databases, and
    /// answers in its own database, so it is not supported.
    channel: String,
}

/// An answer in the list.
#[derive(Deserialize)]
struct Envelope {
    body: String,
    #[serde(rename = "content-type")]
    content_type: String,
    headers: Headers,
    properties: EnvelopeProperties,
}

#[derive(Deserialize)]
struct Headers {
    ticket: Option<String>,
}

#[derive(Deserialize)]
struct EnvelopeProperties {
    body_encoding: Option<String>,
}

impl Redis {
    pub(super) fn new(properties: &Properties, control_exchange: &str) -> Result<Self, InvalidSetting> {
        let db = properties.db()?;
        let credentials = properties.redis_credentials()?;
        Ok(Self {
            db,
            username: credentials.and_then(|(username, _)| username.map(str::to_owned)),
            password: credentials.map(|(_, password)| Secret::new(password)),
            replies: format!("{}.reply.{control_exchange}.pidbox", Uuid::new_v4()),
            channel: format!("/{db}.{control_exchange}.pidbox"),
        })
    }

    /// Pings all workers and records their answers in `roll_call`. The error is the message of the check.
    pub(super) async fn ask(
        &self,
        broker: &Broker,
        request: &Request,
        roll_call: &mut RollCall,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Result<Listeners, String> {
        let server = broker.server();
        // The line is closed at the end of this function, which owns it.
        let (line, _end) = broker.connect(deadline, watch).await?;
        let settings = AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(None);
        let info = self.info();
        watch.begin("login");
        let login = MultiplexedConnection::new_with_config(&info, line, settings);
        let late = format!("no answer to the login from {server}");
        let opened = hold(deadline, &late, login).await?;
        let (mut connection, driver) = opened.map_err(|error| self.failure(&error, &server))?;
        watch.lap("login");

        // The time starts again when the ping is sent, a moment later.
        roll_call.begin();
        allows(deadline, roll_call.ends())?;
        let late = format!("{server} fell silent during the check: no answer to a command");
        watch.begin("answers");
        let conversation = async {
            tokio::select! {
                heard = self.converse(&mut connection, request, roll_call) => heard.map_err(|error| self.failure(&error, &server)),
                () = driver => Err(format!("{server} closed the connection unexpectedly")),
            }
        };
        let listeners = hold(deadline, &late, conversation).await??;
        watch.lap("answers");
        Ok(listeners)
    }

    async fn converse(
        &self,
        connection: &mut MultiplexedConnection,
        request: &Request,
        roll_call: &mut RollCall,
    ) -> Result<Listeners, RedisError> {
        let () = cmd("DEL").arg(&self.replies).query_async(connection).await?;
        // An empty name means the list itself. With an exchange, workers would look up its bindings, and old workers would fail
        // without them.
        let body = request.body("", &self.replies);
        let expires = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        roll_call.begin();
        let envelope = request.envelope(&body, expires + (roll_call.ends() - Instant::now()).as_secs_f64());
        let listeners: usize = cmd("PUBLISH").arg(&self.channel).arg(envelope).query_async(connection).await?;
        if listeners == 0 {
            return Ok(Listeners::None);
        }
        roll_call.heard_by(listeners);
        self.listen(connection, roll_call).await?;
        // Deletes late answers, and shows that the server worked until the end.
        let () = cmd("DEL").arg(&self.replies).query_async(connection).await?;
        Ok(if roll_call.is_complete() { Listeners::AllAnswered } else { Listeners::SomeSilent })
    }

    async fn listen(&self, connection: &mut MultiplexedConnection, roll_call: &mut RollCall) -> Result<(), RedisError> {
        while !roll_call.is_complete() {
            let left = roll_call.ends().saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            // The server waits, so that a server that stops responding is distinguished from silent workers.
            let wait = left.max(SHORTEST_WAIT).as_secs_f64();
            let first: Option<(String, Vec<u8>)> = cmd("BRPOP").arg(&self.replies).arg(wait).query_async(connection).await?;
            let Some((_, first)) = first else { continue };
            take(&first, roll_call);
            let mut rest = pipe();
            rest.atomic().cmd("LRANGE").arg(&self.replies).arg(0).arg(AT_ONCE - 1);
            rest.cmd("LTRIM").arg(&self.replies).arg(AT_ONCE).arg(-1).ignore();
            let (rest,): (Vec<Vec<u8>>,) = rest.query_async(connection).await?;
            rest.iter().for_each(|envelope| take(envelope, roll_call));
        }
        Ok(())
    }

    fn info(&self) -> RedisConnectionInfo {
        let mut info = RedisConnectionInfo::default().set_db(self.db.into()).set_skip_set_lib_name();
        if let Some(username) = &self.username {
            info = info.set_username(username);
        }
        if let Some(password) = &self.password {
            info = info.set_password(password.expose());
        }
        info
    }

    fn failure(&self, error: &RedisError, server: &str) -> String {
        if let Some(text) = causes(error).find_map(|cause| network_known(cause.downcast_ref::<io::Error>()?, server)) {
            return text;
        }
        match (error.kind(), error.code()) {
            (_, Some("NOAUTH")) => format!("{server} requires a password; set `password`"),
            (ErrorKind::AuthenticationFailed, _) | (_, Some("WRONGPASS")) => {
                format!("{server} refuses the user name or the password; look at `username` and `password`")
            }
            (_, Some("NOPERM")) => format!(
                "{server} does not let the user do all that is needed; grant it publish on `{}`, and del, brpop, lrange and ltrim on \
                 `*.reply.{}`",
                self.channel,
                self.channel.split_once('.').map_or("", |(_, name)| name)
            ),
            (ErrorKind::Parse, _) => format!("{server} does not speak the protocol of Redis"),
            (ErrorKind::Io, _) => format!("{server} closed the connection unexpectedly"),
            _ => format!("{server} refuses: {}", shortened(&error.to_string())),
        }
    }
}

fn take(envelope: &[u8], roll_call: &mut RollCall) {
    let Ok(envelope) = serde_json::from_slice::<Envelope>(envelope) else { return };
    let body = match envelope.properties.body_encoding.as_deref() {
        Some("base64") => STANDARD.decode(&envelope.body).unwrap_or_default(),
        _ => envelope.body.into_bytes(),
    };
    roll_call.take(envelope.headers.ticket.as_deref().map(str::as_bytes), &envelope.content_type, &body);
}
