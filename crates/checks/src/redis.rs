//! Checks Redis as a client would: connect, log in, PING. Also checks its replication.

mod conversation;
mod failure;
mod properties;
mod replication;
#[cfg(test)]
mod tests;

use super::{CheckError, Host, Observation, Plugin};
use conversation::{Conversation, Refusal};
use failure::Failure;
use model::State;
use net::advice::Keys;
use net::deadline::Deadline;
use net::host::HostName;
use net::stopwatch::Stopwatch;
use net::{dial, tls};
use properties::{Data, Login, Properties};
use replication::{Expected, Info};
use rustls::ClientConfig;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use yaml::InvalidSetting;

/// The check of one server. Each check opens a new connection, since accepting new clients is part of what is checked.
pub(super) struct Redis {
    node: String,
    host: String,
    port: u16,
    /// `None` without TLS.
    tls: Option<Arc<ClientConfig>>,
    login: Option<Login>,
    db: u32,
    expected: Expected,
    /// For the whole of a check.
    timeout: Duration,
}

impl Plugin for Redis {
    const NAME: &'static str = "redis";
    const SUMMARY: &'static str = "Checks Redis with PING, and its role, its replicas and the link to its master.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
cache:
  role: [dev]
  type: redis
  properties:
    host: redis.example.org
    port: 6379
    username: monitor
    password: change-me
    timeout: 5
  data:
    type: Database
    name: Cache
    role: master
    min_replicas: 1
    max_lag: 30
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        if properties.tls && !properties.verify {
            tracing::warn!(service.id = %host.service, "Certificates are not verified: `verify` is false.");
        }
        let tls = match properties.tls_settings()? {
            Some(settings) => Some(Arc::new(tls::client_config(settings, &[])?)),
            None => None,
        };
        Ok(Self {
            tls,
            login: properties.login(),
            expected: data.expected()?,
            db: properties.db,
            port: properties.port,
            host: properties.host,
            node: host.node.clone(),
            timeout: host.timeout,
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let mut watch = Stopwatch::start();
        let observed = self.observe(&mut watch).await;
        let elapsed = watch.elapsed();
        match observed {
            Ok(observation) => Ok(vec![observation.with_watch(watch)]),
            Err(Failure::Unhealthy(message)) => {
                let unhealthy = Observation::new(&self.node, State::Unhealthy).with_message(message);
                Ok(vec![unhealthy.with_elapsed(elapsed).with_watch(watch)])
            }
            Err(Failure::Unknown(message)) => Err(CheckError::new(message).with_watch(watch)),
        }
    }
}

impl Redis {
    async fn observe(&self, watch: &mut Stopwatch) -> Result<Observation, Failure> {
        let deadline = Deadline::after(self.timeout);
        let mut conversation = self.connection(deadline, watch).await?;
        if let Some(login) = &self.login {
            watch.begin("auth");
            self.answer(&mut conversation, "AUTH", &[&login.username, login.password.expose()], deadline).await?;
            watch.lap("auth");
        }
        if self.db != 0 {
            watch.begin("select");
            self.answer(&mut conversation, "SELECT", &[&self.db.to_string()], deadline).await?;
            watch.lap("select");
        }
        watch.begin("ping");
        let pong = self.answer(&mut conversation, "PING", &[], deadline).await?;
        watch.lap("ping");
        if pong != "PONG" {
            return Err(Failure::Unknown(format!("{} does not answer PING with PONG: is it Redis?", self.server())));
        }
        let info = self.info(&mut conversation, deadline, watch).await?;
        let elapsed = watch.elapsed();
        let info = Info::parse(&info);
        let observation = Observation::judged(&self.node, replication::compare(&info, &self.expected), State::Unhealthy);
        Ok(observation.with_elapsed(elapsed).with_metrics(replication::metrics(&info)))
    }

    async fn connection(&self, deadline: Deadline, watch: &mut Stopwatch) -> Result<Conversation, Failure> {
        let stream = dial::tcp(&self.host, self.port, deadline, watch).await?;
        let Some(config) = &self.tls else { return Ok(Conversation::over(stream)) };
        let secured = dial::tls(stream, &self.host, self.port, Arc::clone(config), Keys::ALL, watch);
        let secured = deadline.wait_for(secured).await.map_err(|over| {
            // A Redis without TLS waits for the end of a line, which a TLS handshake does not contain.
            let server = self.server();
            Failure::Unknown(format!("no TLS connection with {server} {over}; if it does not speak TLS, set `tls: false`"))
        })?;
        Ok(Conversation::over(secured?))
    }

    /// The text of INFO; empty if the user may not run it and no expectation needs it.
    async fn info(&self, conversation: &mut Conversation, deadline: Deadline, watch: &mut Stopwatch) -> Result<String, Failure> {
        watch.begin("info");
        let answer = self.in_time(conversation, "INFO", &[], deadline).await?;
        watch.lap("info");
        match answer {
            Err(Refusal::Answer { code, .. }) if code == "NOPERM" && self.expected.is_empty() => Ok(String::new()),
            answer => answer.map_err(|refusal| self.failure(&refusal, "INFO")),
        }
    }

    async fn answer(
        &self,
        conversation: &mut Conversation,
        command: &str,
        arguments: &[&str],
        deadline: Deadline,
    ) -> Result<String, Failure> {
        let answer = self.in_time(conversation, command, arguments, deadline).await?;
        answer.map_err(|refusal| self.failure(&refusal, command))
    }

    /// Sends a command, and waits for the answer until the deadline.
    async fn in_time(
        &self,
        conversation: &mut Conversation,
        command: &str,
        arguments: &[&str],
        deadline: Deadline,
    ) -> Result<Result<String, Refusal>, Failure> {
        let asked = deadline.wait_for(conversation.ask(command, arguments)).await;
        asked.map_err(|over| Failure::Unknown(format!("no answer to {command} from {} {over}", self.server())))
    }

    fn failure(&self, refusal: &Refusal, command: &str) -> Failure {
        failure::of(refusal, command, &self.server(), self.tls.is_some())
    }

    fn server(&self) -> String {
        HostName::new(&self.host).with_port(self.port)
    }
}

/// Omits the login, which contains a secret.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("node", &self.node).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
