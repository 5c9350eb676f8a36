//! Why the driver found no server. It reports all servers in one long text.

use net::advice::Keys;
use net::dial::{DialError, tls_reason};
use net::excerpt::shortened;
use net::failure;
use net::mongodb::Failure;
use std::sync::Arc;
use system::exhaustion::Exhausted;

/// Most servers that are named in a text.
const MOST_NAMED: usize = 4;

/// A server that is not used, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// `host:port`.
    pub(super) address: String,
    /// In words; the whole message if the certificate is not trusted.
    pub(super) reason: String,
    pub(super) is_untrusted: bool,
}

/// Reads `Server selection timeout: … Topology: { Type: …, Servers: [ { Address: …, Type: …, Error: Kind: …, labels: … }, … ] }`.
/// `failure` knows why the connection with a server, which is `host:port`, failed, if it did. The driver sees only its end.
pub(super) fn read(message: &str, failure: impl Fn(&str) -> Option<Arc<Failure>>) -> Vec<Server> {
    message.split("Address: ").skip(1).filter_map(|text| server(text, &failure)).collect()
}

/// For example `db1:27017 connection refused, db2:27017 no answer`.
pub(super) fn describe(servers: &[Server]) -> String {
    let named: Vec<_> = servers.iter().take(MOST_NAMED).map(|server| format!("{} {}", server.address, server.reason)).collect();
    let rest = match servers.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{rest}", named.join(", "))
}

fn server(text: &str, failure: impl Fn(&str) -> Option<Arc<Failure>>) -> Option<Server> {
    let address = text.split([',', ' ', '}']).next().filter(|address| !address.is_empty())?.to_owned();
    let error = text.split_once("Error: ").map(|(_, error)| error.split(", labels: ").next().unwrap_or_default());
    let role = text.split_once("Type: ").map(|(_, role)| role.split([',', ' ', '}']).next().unwrap_or_default());
    let (reason, is_untrusted) = match (error, role) {
        (Some(error), _) => match failure(&address) {
            Some(failure) => connection_failure(&failure, &address),
            None => (reason(error), false),
        },
        (None, Some(role @ ("RsSecondary" | "RSSecondary"))) => (format!("is a secondary ({role})"), false),
        (None, Some("Unknown") | None) => ("no answer".to_owned(), false),
        (None, Some(role)) => (format!("takes no writes ({})", shortened(role)), false),
    };
    Some(Server { address, reason, is_untrusted })
}

/// Why a connection failed, and whether that is about a certificate.
fn connection_failure(failure: &Failure, address: &str) -> (String, bool) {
    let text = match failure {
        Failure::Dial(DialError::Unresolved(_)) => "its name could not be resolved".to_owned(),
        Failure::Dial(error) => dialled(error.message(), address),
        Failure::Io(error) => match tls_reason(error) {
            Some(invalid @ rustls::Error::InvalidCertificate(_)) => {
                return (failure::tls(invalid, address, Keys::TRUST), true);
            }
            _ => reason(&error.to_string()),
        },
        Failure::Refused(refusal) => refusal.to_string(),
    };
    (text, false)
}

/// The message of the dialler without the server, which stands before it.
fn dialled(message: &str, address: &str) -> String {
    if let Some(exhausted) = Exhausted::in_text(message) {
        return format!("cannot be connected to: {exhausted}");
    }
    let places = [" by ", " from ", " with ", " to "].map(|before| format!("{before}{address}"));
    places.iter().fold(message.to_owned(), |message, place| message.replace(place.as_str(), ""))
}

/// What the text of an error means.
fn reason(error: &str) -> String {
    if let Some(exhausted) = Exhausted::in_text(error) {
        return format!("cannot be connected to: {exhausted}");
    }
    let texts = [
        ("os error 111", "connection refused"),
        ("os error 113", "no route"),
        ("os error 101", "no route"),
        ("os error 104", "broke the connection off"),
        ("failed to lookup address information", "its name could not be resolved"),
        ("CertificateRequired", "wants a certificate of the client"),
        ("InvalidContentType", "does not speak TLS; if that is right, set `tls: false`"),
        ("HandshakeFailure", "refuses the TLS connection"),
        ("unexpected end of file", "closed the connection without an answer; if it wants TLS, set `tls: true`"),
        ("timed out", "no answer"),
        ("timeout", "no answer"),
    ];
    let known = texts.into_iter().find(|(part, _)| error.contains(part)).map(|(_, words)| words.to_owned());
    let text = error.trim_start_matches("Kind: ").trim_start_matches("I/O error: ");
    known.unwrap_or_else(|| format!("no answer: {}", shortened(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use net::mongodb::Refusal;
    use rustls::{CertificateError, OtherError};
    use std::io;

    fn described(message: &str) -> String {
        describe(&read(message, |_| None))
    }

    #[test]
    fn each_server_is_named_with_its_reason() {
        let message = "Server selection timeout: No available servers. Topology: { Type: ReplicaSetNoPrimary, Set Name: s, Servers: [ { \
                       Address: db1:27017, Type: Unknown, Error: Kind: I/O error: Connection refused (os error 111), labels: {} }, { Address: \
                       db2:27017, Type: RsSecondary, Average RTT: 1ms, Set Name: s }, { Address: db3:27017, Type: Unknown, Error: Kind: I/O \
                       error: failed to lookup address information: Name or service not known, labels: {} } ] }";
        let expected =
            "db1:27017 connection refused, db2:27017 is a secondary (RsSecondary), db3:27017 its name could not be resolved";
        assert_eq!(described(message), expected);
        assert_eq!(described("Server selection timeout: No available servers."), "");
        let many = "{ Address: a:1, Type: Unknown }".repeat(6);
        assert!(described(&many).ends_with("a:1 no answer and 2 more"));
    }

    #[test]
    fn failed_connections_are_described() {
        let invalid = |reason| Failure::Io(io::Error::new(io::ErrorKind::InvalidData, rustls::Error::InvalidCertificate(reason)));
        let unreachable = |message: &str| Failure::Dial(DialError::Unreachable(message.to_owned()));
        let own = CertificateError::Other(OtherError(Arc::new(io::Error::other("CaUsedAsEndEntity"))));
        let many = "no connection with db:1, which has 2 addresses: 192.0.2.1 refused, 192.0.2.2 no route";
        for (failure, expected, is_untrusted) in [
            (unreachable("connection refused by db:1"), "connection refused", false),
            (unreachable("no answer from db:1 within 2 s"), "no answer within 2 s", false),
            (unreachable(many), "no connection, which has 2 addresses: 192.0.2.1 refused, 192.0.2.2 no route", false),
            (Failure::Dial(DialError::Unresolved("why".to_owned())), "its name could not be resolved", false),
            (Failure::Io(io::Error::from_raw_os_error(104)), "broke the connection off", false),
            (
                invalid(CertificateError::UnknownIssuer),
                "the certificate of db:1 is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`",
                true,
            ),
            (invalid(CertificateError::Expired), "the certificate of db:1 has expired", true),
            (
                invalid(own),
                "the certificate of db:1 is not trusted (signed by itself); add it as `ca`, or set `verify: false`",
                true,
            ),
            (Refusal::TooDeep.into(), "answers with documents nested deeper than 100 levels, which Platus does not read", false),
        ] {
            let message = "Address: db:1, Type: Unknown, Error: Kind: I/O error: unexpected end of file, labels: {} }";
            let failure = Arc::new(failure);
            let servers = read(message, |server| (server == "db:1").then(|| Arc::clone(&failure)));
            assert_eq!(servers, [Server { address: "db:1".to_owned(), reason: expected.to_owned(), is_untrusted }]);
        }
    }
}
