//! Trusted certificates.

use super::*;
use std::process::Command;

#[tokio::test]
async fn certificates_are_verified() {
    let cases = [
        ("HTTPS", json!({"ca": ""}), "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`"),
        ("SELF_SIGNED", json!({}), "is not trusted (signed by itself); add it as `ca`, or set `verify: false`"),
        ("EXPIRED", json!({"ca": targets().file("CA")}), "has expired on 2021-01-01"),
        ("WRONG_HOST", json!({"ca": targets().file("CA")}), "is for another name: other.test"),
    ];
    for (server, properties, reason) in cases {
        let message = format!("the certificate of 127.0.0.1:{} {reason}", targets().port(server));
        assert_unknown(look(at(server, properties), json!({})).await, &message);
    }
}

#[tokio::test]
async fn an_authority_can_be_added() {
    for host in ["127.0.0.1", "localhost"] {
        let properties = at("HTTPS", json!({"host": host, "ca": targets().file("CA")}));
        assert_operational(look(properties, json!({"search": "^tls TLSv1.3 HTTP/2.0$"})).await);
    }
}

#[tokio::test]
async fn a_self_signed_certificate_can_be_added() {
    let trusting = json!({"host": "localhost", "ca": targets().certificate("self-signed")});
    assert_operational(look(at("SELF_SIGNED", trusting), json!({"search": "self-signed"})).await);
    // Only under its own name, and no other certificate along with it.
    let trusting = json!({"host": "127.0.0.2", "ca": targets().certificate("self-signed")});
    assert!(look(at("SELF_SIGNED", trusting), json!({})).await.is_err());
    let trusting = json!({"host": "localhost", "ca": targets().certificate("self-signed")});
    assert!(look(at("HTTPS", trusting), json!({})).await.is_err());
}

#[tokio::test]
async fn verification_can_be_turned_off() {
    for server in ["HTTPS", "EXPIRED", "WRONG_HOST", "SELF_SIGNED"] {
        assert_operational(look(at(server, json!({"verify": false})), json!({})).await);
    }
}

#[tokio::test]
async fn a_server_without_tls_is_reported() {
    let port = targets().port("HTTP");
    let seen = look(at("HTTP", json!({"protocol": "https"})), json!({})).await;
    assert_unknown(seen, &format!("127.0.0.1:{port} does not speak TLS; if that is right, set `protocol: http`"));
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_unhealthy() {
    let trusting = || json!({"ca": targets().file("CA")});
    assert_operational(look(at("HTTPS", trusting()), json!({"min_tls_days": 1})).await);
    let seen = look(at("HTTPS", trusting()), json!({"min_tls_days": 10_000, "search": "^tls"})).await.unwrap();
    assert_eq!(seen.state, State::Unhealthy);
    let message = seen.message.unwrap();
    let left =
        message.strip_prefix("expected a certificate with 10000 days left, got one with ").unwrap_or_else(|| panic!("{message}"));
    let (days, until) = left.split_once(" days left, until ").unwrap();
    // It is made for a year, and anew when it has less than a week left.
    assert!((6..=365).contains(&days.parse::<u32>().unwrap()), "{message}");
    let certificate = targets().get("CA").replace("ca.crt", "server.crt");
    let openssl = ["x509", "-noout", "-enddate", "-dateopt", "iso_8601", "-in", &certificate];
    let end = String::from_utf8(Command::new("openssl").args(openssl).output().unwrap().stdout).unwrap();
    assert!(end.contains(until), "{end} {message}");

    let expired = look(at("EXPIRED", json!({"verify": false})), json!({"min_tls_days": 1})).await;
    let message = "expected a certificate with 1 day left, got one that expired on 2021-01-01";
    assert_seen(expired, State::Unhealthy, message);
    let plain = crate::looking::connect("rest_http", &at("HTTP", json!({})), &json!({"min_tls_days": 1})).err().unwrap();
    assert!(plain.contains("`min_tls_days` needs `protocol: https`"), "{plain}");
}

/// A kept connection would go on showing the certificate with which it began.
#[tokio::test]
async fn a_certificate_is_looked_at_anew_each_time() {
    let service = service(at("HTTPS", json!({"ca": targets().file("CA")})), json!({"min_tls_days": 1}));
    for _ in 0..2 {
        let seen = observe(service.as_ref()).await.unwrap();
        assert!(seen.phases.iter().any(|phase| phase.name == "tls"), "{seen:?}");
    }
}

/// A resumed session does not show the certificate again.
#[tokio::test]
async fn no_session_is_resumed() {
    let service = service(
        at("HTTPS", json!({"ca": targets().file("CA")})),
        json!({"url": "/session", "min_tls_days": 1, "search": "^session \\.$"}),
    );
    for _ in 0..3 {
        assert_operational(observe(service.as_ref()).await);
    }
}
