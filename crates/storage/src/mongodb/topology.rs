//! Why the driver found no server. It reports all servers in one long text.

use net::excerpt::shortened;
use system::exhaustion::Exhausted;

/// Most servers that are named in a text.
const MOST_NAMED: usize = 4;

/// A server that is not used, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// `host:port`.
    pub(super) address: String,
    /// In words; after `the certificate of HOST` where that is not trusted.
    pub(super) reason: String,
    pub(super) is_untrusted: bool,
}

/// Reads `Server selection timeout: … Topology: { Type: …, Servers: [ { Address: …, Type: …, Error: Kind: …, labels: … }, … ] }`.
pub(super) fn read(message: &str) -> Vec<Server> {
    message.split("Address: ").skip(1).filter_map(server).collect()
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

fn server(text: &str) -> Option<Server> {
    let address = text.split([',', ' ', '}']).next().filter(|address| !address.is_empty())?.to_owned();
    let error = text.split_once("Error: ").map(|(_, error)| error.split(", labels: ").next().unwrap_or_default());
    let role = text.split_once("Type: ").map(|(_, role)| role.split([',', ' ', '}']).next().unwrap_or_default());
    let (reason, is_untrusted) = match (error, role) {
        (Some(error), _) => reason(error),
        (None, Some(role @ ("RsSecondary" | "RSSecondary"))) => (format!("is a secondary ({role})"), false),
        (None, Some("Unknown") | None) => ("no answer".to_owned(), false),
        (None, Some(role)) => (format!("takes no writes ({})", shortened(role)), false),
    };
    Some(Server { address, reason, is_untrusted })
}

/// What the text of an error means, and whether it is about a certificate.
fn reason(error: &str) -> (String, bool) {
    if let Some((_, certificate)) = error.split_once("invalid peer certificate") {
        return (untrusted(certificate), true);
    }
    if let Some(exhausted) = Exhausted::in_text(error) {
        return (format!("cannot be connected to: {exhausted}"), false);
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
    (known.unwrap_or_else(|| format!("no answer: {}", shortened(text))), false)
}

fn untrusted(certificate: &str) -> String {
    let texts = [
        ("UnknownIssuer", "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`"),
        ("CaUsedAsEndEntity", "is signed by itself, which is never trusted here; let an authority sign it, or set `verify: false`"),
        ("not valid for", "is for another name; give the name that it has in `host`, or set `verify: false`"),
        ("NotValidForName", "is for another name; give the name that it has in `host`, or set `verify: false`"),
        ("not valid yet", "or one of those sent along is not valid yet"),
        ("NotValidYet", "or one of those sent along is not valid yet"),
        ("xpired", "or one of those sent along has expired"),
        ("Revoked", "has been revoked"),
    ];
    let known = texts.into_iter().find(|(part, _)| certificate.contains(part)).map(|(_, words)| words);
    known
        .unwrap_or("is not trusted, since it does not keep to the rules for certificates; replace it, or set `verify: false`")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(message: &str) -> String {
        describe(&read(message))
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
    fn errors_of_certificates_are_free_of_the_words_of_the_driver() {
        for (error, expected) in [
            ("UnknownIssuer", "is not trusted (unknown issuer)"),
            ("certificate expired: verification time 1 (UNIX)", "or one of those sent along has expired"),
            ("certificate not valid for name \"a\"; certificate is only valid for DnsName(\"b\")", "is for another name"),
            ("Other(OtherError(CaUsedAsEndEntity))", "is signed by itself"),
            ("BadEncoding", "is not trusted, since it does not keep to the rules"),
        ] {
            let servers = read(&format!(
                "Address: db:1, Type: Unknown, Error: Kind: I/O error: invalid peer certificate: {error}, labels: {{}} }}"
            ));
            assert!(servers[0].is_untrusted && servers[0].reason.starts_with(expected), "{servers:?}");
        }
    }
}
