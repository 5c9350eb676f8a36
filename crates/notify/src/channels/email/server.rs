use super::tls::Tls;
use crate::ChannelError;
use lettre::transport::smtp::extension::ClientId;
use net::host::HostName;
use net::tls::{TlsSettings, client_config};
use rustls::ClientConfig;
use std::sync::Arc;

/// For mail that is encrypted from the beginning; RFC 8314.
const SUBMISSIONS: u16 = 465;

/// For mail; RFC 5321. Also what the original took.
const SMTP: u16 = 25;

/// Which mail server, and how it is spoken with.
pub(super) struct Server {
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    /// The name of this host; its address when absent.
    pub(super) hello: Option<ClientId>,
}

#[derive(Clone)]
pub(super) enum Security {
    /// The configuration says that there is to be none.
    None,
    /// From STARTTLS on. Without a password it is left out where the server does not offer it, unless it is required.
    StartTls { config: Arc<ClientConfig>, is_required: bool },
    /// From the beginning.
    Implicit(Arc<ClientConfig>),
}

impl Server {
    pub(super) fn new(
        host: &str,
        port: Option<u16>,
        tls: Option<Tls>,
        ca: Option<&str>,
        verify: bool,
    ) -> Result<Self, ChannelError> {
        let (host, own_port) = parts(host.trim())?;
        let port = match (own_port, port) {
            (Some(one), Some(other)) if one != other => {
                return Err(ChannelError("`host` has another port than `port`; remove one".to_owned()));
            }
            (one, other) => one.or(other),
        };
        let port = port.unwrap_or(if tls == Some(Tls::Implicit) { SUBMISSIONS } else { SMTP });
        let tls = tls.unwrap_or(Tls::Prefer);
        let config = || {
            let config = client_config(TlsSettings { verify, ca, cert: None, key: None }, &[]);
            config.map(Arc::new).map_err(|error| ChannelError(error.message))
        };
        let security = match tls {
            Tls::None => Security::None,
            Tls::Implicit => Security::Implicit(config()?),
            Tls::Prefer | Tls::Required if port == SUBMISSIONS => Security::Implicit(config()?),
            Tls::Prefer => Security::StartTls { config: config()?, is_required: false },
            Tls::Required | Tls::Starttls => Security::StartTls { config: config()?, is_required: true },
        };
        Ok(Self { host: host.to_owned(), port, security, hello: None })
    }

    /// `host:port`, for messages.
    pub(super) fn name(&self) -> String {
        HostName::new(&self.host).with_port(self.port)
    }
}

/// Host and port of `host`, `host:port`, `[IPV6]:port` or `IPV6`.
fn parts(text: &str) -> Result<(&str, Option<u16>), ChannelError> {
    let wrong =
        || ChannelError("`host` is no name of a mail server; it looks like mail.example.org or mail.example.org:587".to_owned());
    let (host, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']').ok_or_else(wrong)).transpose()? {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or_else(wrong)?)),
        None if HostName::new(text).address().is_some_and(|address| address.is_ipv6()) => (text, None),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map(str::parse).transpose().map_err(|_| wrong())?;
    let is_name = !host.is_empty() && !host.contains(|letter: char| letter.is_whitespace() || "/@<>,".contains(letter));
    if is_name { Ok((host, port)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_ports_or_not() {
        for (text, expected) in [
            ("mail.lan", ("mail.lan", None)),
            ("mail.lan:587", ("mail.lan", Some(587))),
            ("10.0.0.1:25", ("10.0.0.1", Some(25))),
            ("[::1]:25", ("::1", Some(25))),
            ("[::1]", ("::1", None)),
            ("2001:db8::25", ("2001:db8::25", None)),
            ("fe80::25%eth0", ("fe80::25%eth0", None)),
            ("[fe80::25%25eth0]:587", ("fe80::25%25eth0", Some(587))),
            ("post.münchen.example:587", ("post.münchen.example", Some(587))),
        ] {
            assert_eq!(parts(text), Ok(expected));
        }
        for wrong in ["", ":25", "mail.lan:", "mail.lan:smtp", "mail.lan:70000", "[::1", "[::1]25", "smtp://mail.lan", "a b"] {
            assert!(parts(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ports_and_encryption_go_together() {
        let told = |port, tls| {
            let server = Server::new("mail.lan", port, tls, None, false).unwrap();
            let word = match server.security {
                Security::None => "none",
                Security::StartTls { is_required: false, .. } => "prefer",
                Security::StartTls { is_required: true, .. } => "starttls",
                Security::Implicit(_) => "implicit",
            };
            (server.port, word)
        };
        for absent in [None, Some(Tls::Prefer)] {
            assert_eq!(told(None, absent), (25, "prefer"));
            assert_eq!(told(Some(465), absent), (465, "implicit"));
            assert_eq!(told(Some(587), absent), (587, "prefer"));
        }
        assert_eq!(told(None, Some(Tls::Required)), (25, "starttls"));
        assert_eq!(told(Some(465), Some(Tls::Required)), (465, "implicit"));
        assert_eq!(told(Some(587), Some(Tls::Starttls)), (587, "starttls"));
        assert_eq!(told(None, Some(Tls::Implicit)), (465, "implicit"));
        assert_eq!(told(Some(465), Some(Tls::Starttls)), (465, "starttls"));
        assert_eq!(told(None, Some(Tls::None)), (25, "none"));
        assert!(Server::new("mail.lan:25", Some(25), None, None, false).is_ok());
        assert!(Server::new("mail.lan:25", Some(587), None, None, false).is_err());
    }
}
