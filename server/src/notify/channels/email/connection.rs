use super::encrypted::Encrypted;
use super::talk::ask_for_tls;
use super::{Security, Server};
use crate::notify::DeliveryError;
use crate::notify::excerpt::Withheld;
use crate::plugins::network::deadline::Deadline;
use crate::plugins::network::dial::{self, DialError};
use crate::plugins::network::stopwatch::Stopwatch;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;
use std::error::Error;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

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
    let dialed = dial::tcp_in_time(&server.host, server.port, Deadline::after(CONNECT), &mut Stopwatch::start()).await;
    let stream = dialed.map_err(no_connection)?;
    let own_name = own_name(&stream);
    let name = server.name();
    let stream: Box<dyn AsyncTokioStream> = match &server.security {
        Security::None => Box::new(stream),
        Security::Implicit(config) => Box::new(Encrypted::new(encrypt(stream, server, config).await?)),
        Security::StartTls(config) => {
            let stream = ask_for_tls(stream, &own_name, &name).await?;
            Box::new(Encrypted::greeted(encrypt(stream, server, config).await?))
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

async fn encrypt(
    stream: TcpStream,
    server: &Server,
    config: &Arc<ClientConfig>,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, DeliveryError> {
    dial::tls(stream, &server.host, server.port, Arc::clone(config), &mut Stopwatch::start()).await.map_err(no_connection)
}

fn no_connection(error: DialError) -> DeliveryError {
    DeliveryError::later(error.into_message())
}

/// A machine that watches others need not have a name in the DNS; RFC 5321 wants its address then.
fn own_name(stream: &TcpStream) -> ClientId {
    match stream.local_addr().map(|address| address.ip().to_canonical()) {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Ipv4(Ipv4Addr::LOCALHOST),
    }
}

fn reason(error: &smtp::Error, withheld: &Withheld) -> String {
    let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let text = withheld.excerpt(text.as_bytes());
    error.status().map_or_else(|| text.clone(), |code| format!("{code} {text}"))
}
