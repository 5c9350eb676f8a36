use super::introduced::Introduced;
use super::talk::{Features, Talk};
use super::{Security, Server, hello};
use crate::DeliveryError;
use crate::excerpt::Withheld;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use net::advice::Keys;
use net::deadline::Deadline;
use net::dial;
use net::dial::DialError;
use net::excerpt::without_documentation;
use net::stopwatch::Stopwatch;
use rustls::ClientConfig;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

/// Whoever does not take a connection by then does not take it later.
const CONNECT: Duration = Duration::from_secs(20);

/// To say goodbye is a courtesy.
const PARTING: Duration = Duration::from_secs(2);

/// A conversation with a mail server, in which somebody has logged in where that was wanted.
pub(super) struct Session<'a> {
    pub(super) smtp: AsyncSmtpConnection,
    /// For messages.
    server: String,
    withheld: &'a Withheld,
}

pub(super) async fn open<'a>(
    server: &Server,
    credentials: Option<&Credentials>,
    withheld: &'a Withheld,
) -> Result<Session<'a>, DeliveryError> {
    let dialed = dial::tcp(&server.host, server.port, Deadline::after(CONNECT), &mut Stopwatch::start()).await;
    let stream = dialed.map_err(no_connection)?;
    let own_name = server.hello.clone().unwrap_or_else(|| hello::address(&stream));
    let (name, peer) = (server.name(), stream.peer_addr().ok());
    let stream: Box<dyn AsyncTokioStream> = match &server.security {
        Security::Implicit(config) => {
            let stream = encrypt(stream, server, config).await?;
            let mut talk = Talk::new(stream, &name);
            talk.greeting().await?;
            let features = talk.hello(&own_name).await?;
            Box::new(Introduced::new(talk, peer, &features))
        }
        security => {
            let mut talk = Talk::new(stream, &name);
            talk.greeting().await?;
            let features = talk.hello(&own_name).await?;
            match start_tls(security, &features, credentials.is_some(), &name)? {
                Some(config) => {
                    let stream = encrypt(talk.start_tls().await?, server, config).await?;
                    let mut talk = Talk::new(stream, &name);
                    let features = talk.hello(&own_name).await?;
                    Box::new(Introduced::new(talk, peer, &features))
                }
                None => Box::new(Introduced::new(talk, peer, &features)),
            }
        }
    };
    let smtp = AsyncSmtpConnection::connect_with_transport(stream, &own_name).await;
    let smtp = smtp.map_err(|error| DeliveryError::later(format!("{name} answers: {}", reason(&error, withheld))))?;
    let mut session = Session { smtp, server: name, withheld };
    if let Some(credentials) = credentials {
        session.log_in(credentials).await?;
    }
    Ok(session)
}

impl Session<'_> {
    async fn log_in(&mut self, credentials: &Credentials) -> Result<(), DeliveryError> {
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        if self.smtp.server_info().get_auth_mechanism(&mechanisms).is_none() {
            let text = format!("{} takes no login by PLAIN or LOGIN; is it the right port, and is `tls` right?", self.server);
            return Err(DeliveryError::later(text));
        }
        match self.smtp.auth(&mechanisms, credentials).await {
            Ok(_) => Ok(()),
            Err(error) => Err(DeliveryError::later(format!("{} refuses the login: {}", self.server, self.reason(&error)))),
        }
    }

    /// What the server says, with its code, or why it says nothing.
    pub(super) fn reason(&self, error: &smtp::Error) -> String {
        reason(error, self.withheld)
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) async fn part(mut self) {
        if !self.smtp.has_broken() {
            timeout(PARTING, self.smtp.quit()).await.ok();
        }
    }
}

/// With what to go on encrypted, if at all. Fails when the server cannot encrypt and has to: a password is never sent in plain text
/// unless `tls: none` says so.
fn start_tls<'a>(
    security: &'a Security,
    features: &Features,
    has_password: bool,
    server: &str,
) -> Result<Option<&'a Arc<ClientConfig>>, DeliveryError> {
    let Security::StartTls { config, is_required } = security else { return Ok(None) };
    if features.has_starttls() {
        return Ok(Some(config));
    }
    let otherwise = match (has_password, is_required) {
        (true, _) => {
            "`tls: none` to send the password without encryption; or remove `username` and `password` if it wants no login"
        }
        (false, true) => "`tls: prefer` to send mails without encryption",
        (false, false) => return Ok(None),
    };
    Err(DeliveryError::later(format!(
        "{server} does not offer STARTTLS; set `tls: implicit` if it encrypts from the beginning, or {otherwise}"
    )))
}

async fn encrypt(stream: TcpStream, server: &Server, config: &Arc<ClientConfig>) -> Result<TlsStream<TcpStream>, DeliveryError> {
    dial::tls(stream, &server.host, server.port, Arc::clone(config), Keys::TRUST, &mut Stopwatch::start())
        .await
        .map_err(no_connection)
}

fn no_connection(error: DialError) -> DeliveryError {
    DeliveryError::later(error.into_message())
}

fn reason(error: &smtp::Error, withheld: &Withheld) -> String {
    let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let text = withheld.excerpt(without_documentation(&text).as_bytes());
    error.status().map_or_else(|| text.clone(), |code| format!("{code} {text}"))
}
