//! Whether a server is reached with TLS: as configured, else as the server offers.

use super::client_tls::ClientTls;
use crate::deadline::Deadline;
use crate::dial;
use crate::host::HostName;
use crate::mongodb::Address;
use crate::stopwatch::Stopwatch;
use crate::tls::{TlsSettings, client_config};
use rustls::{ClientConfig, ClientConnection};
use std::io;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use yaml::InvalidSetting;

/// The configured use of TLS, with its settings.
pub enum TlsMode<T = ClientTls> {
    Never,
    /// With servers that offer TLS. Others are reached without, so passwords must not be sent in plain text.
    IfOffered(T),
    Always(T),
}

impl<T> TlsMode<T> {
    /// The settings for connections with TLS.
    pub fn settings(&self) -> Option<&T> {
        match self {
            Self::Never => None,
            Self::IfOffered(settings) | Self::Always(settings) => Some(settings),
        }
    }
}

impl TlsMode<TlsSettings<'_>> {
    /// Errors name the wrong property, never its value.
    pub fn for_clients(self) -> Result<TlsMode, InvalidSetting> {
        Ok(match self {
            Self::Never => TlsMode::Never,
            Self::IfOffered(settings) => TlsMode::IfOffered(ClientTls::new(settings)?),
            Self::Always(settings) => TlsMode::Always(ClientTls::new(settings)?),
        })
    }
}

/// How a server answers the beginning of a TLS handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsOffer {
    /// With TLS, even if that is an alert.
    Tls,
    /// With something else, or by closing the connection, as mongod without TLS does.
    Plain,
    /// Not within the time, or the connection failed.
    Silent,
}

/// Verifies nothing, since only the first bytes of the answer are read.
static PROBE: LazyLock<Result<Arc<ClientConfig>, InvalidSetting>> =
    LazyLock::new(|| client_config(TlsSettings { verify: false, ca: None, cert: None, key: None }, &[]).map(Arc::new));

/// Finds out on a separate connection whether a server offers TLS. Takes at most `time`.
pub async fn ask_for_tls(address: &Address, time: Duration) -> TlsOffer {
    let deadline = Deadline::after(time);
    let dialed = dial::tcp(address.host.lookup(), address.port, deadline, &mut Stopwatch::start()).await;
    let Ok(stream) = dialed else { return TlsOffer::Silent };
    deadline.wait_for(first_answer(stream, &address.host)).await.unwrap_or(TlsOffer::Silent)
}

async fn first_answer(mut stream: TcpStream, host: &HostName) -> TlsOffer {
    /// The types of TLS records with which a server may start, and the first byte of every version.
    const ALERT: u8 = 21;
    const HANDSHAKE: u8 = 22;
    const VERSION: u8 = 3;
    let Ok(hello) = hello(host) else { return TlsOffer::Silent };
    let mut head = [0; 2];
    let exchange = async {
        stream.write_all(&hello).await?;
        stream.read_exact(&mut head).await
    };
    match exchange.await {
        Ok(_) if matches!(head, [ALERT | HANDSHAKE, VERSION]) => TlsOffer::Tls,
        _ => TlsOffer::Plain,
    }
}

/// The first message of a handshake.
fn hello(host: &HostName) -> io::Result<Vec<u8>> {
    let config = PROBE.as_ref().map_err(|error| io::Error::other(error.to_string()))?;
    let name = host.server_name().ok_or_else(|| io::Error::other("no name that a certificate could have"))?;
    let mut connection = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
    let mut hello = Vec::new();
    connection.write_tls(&mut hello)?;
    Ok(hello)
}
