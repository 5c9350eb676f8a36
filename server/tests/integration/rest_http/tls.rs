//! Whom a check trusts.

use super::*;

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
async fn a_server_without_tls_is_told() {
    let port = targets().port("HTTP");
    let seen = look(at("HTTP", json!({"protocol": "https"})), json!({})).await;
    assert_unknown(seen, &format!("127.0.0.1:{port} does not speak TLS; if that is right, set `protocol: http`"));
}
