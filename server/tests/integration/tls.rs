//! The plugin `tls` against nginx and `openssl s_server`.

use crate::looking::{assert_operational, assert_seen, assert_unknown, connect, look_at_one};
use crate::servers::openssl::{TlsServer, Validity};
use crate::targets::{OddServer, targets};
use model::Observation;
use model::State;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

/// Looks at a server in `targets.env` with further properties.
async fn look(server: &str, more: Value, data: Value) -> Result<Observation, String> {
    look_at_port(targets().port(server), more, data).await
}

async fn look_at_port(port: u16, more: Value, data: Value) -> Result<Observation, String> {
    let mut properties = json!({"host": "127.0.0.1", "port": port});
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    look_at_one("tls", &properties, &data).await
}

fn trusting() -> Value {
    json!({"ca": targets().file("CA")})
}

#[track_caller]
fn assert_down(seen: Result<Observation, String>, message: &str, issuer: &str) {
    let seen = seen.unwrap_or_else(|error| panic!("unknown: {error}"));
    let (told, particulars) = seen.message.as_deref().unwrap().rsplit_once("; valid from ").unwrap();
    assert_eq!((seen.state, told), (State::Down, message));
    assert!(particulars.ends_with(&format!(", issued by {issuer}")), "{particulars}");
    assert!(seen.elapsed.is_some());
}

fn certificate_of(server: &str) -> String {
    format!("the certificate of 127.0.0.1:{}", targets().port(server))
}

#[tokio::test]
async fn a_good_certificate_is_operational_and_its_days_are_told() {
    for host in ["127.0.0.1", "localhost"] {
        let seen = look("HTTPS", json!({"host": host, "ca": targets().file("CA")}), json!({})).await.unwrap();
        assert_eq!(seen.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect", "tls"]);
        assert_eq!(seen.expectations.len(), 2);
        let days = &seen.metrics[0];
        assert!(days.name == "days_left" && (7.0..365.0).contains(&days.value), "{days:?}");
        assert!(seen.expectations[1].seen.ends_with(", issued by Platus test authority"), "{:?}", seen.expectations);
        assert_operational(Ok(seen));
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_can_use_is_down() {
    let authority = "Platus test authority";
    let untrusted = "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`";
    assert_down(look("HTTPS", json!({}), json!({})).await, &format!("{} {untrusted}", certificate_of("HTTPS")), authority);
    let own = "is not trusted (signed by itself); add it as `ca`, or set `verify: false`";
    let seen = look("SELF_SIGNED", trusting(), json!({})).await;
    assert_down(seen, &format!("{} {own}", certificate_of("SELF_SIGNED")), "localhost");
    let seen = look("WRONG_HOST", trusting(), json!({})).await;
    assert_down(seen, &format!("{} is for another name: other.test", certificate_of("WRONG_HOST")), authority);

    let expired = format!(
        "{} has expired on 2021-01-01; valid from 2020-01-01 to 2021-01-01, issued by {authority}",
        certificate_of("EXPIRED")
    );
    assert_seen(look("EXPIRED", trusting(), json!({})).await, State::Down, &expired);
    // Its dates are looked at in any case.
    assert_seen(look("EXPIRED", json!({"verify": false}), json!({"min_days": 0})).await, State::Down, &expired);
}

#[tokio::test]
async fn trust_can_be_widened() {
    assert_operational(look("WRONG_HOST", json!({"server_name": "other.test", "ca": targets().file("CA")}), json!({})).await);
    let own = json!({"host": "localhost", "ca": targets().certificate("self-signed")});
    assert_operational(look("SELF_SIGNED", own, json!({})).await);
    for server in ["HTTPS", "WRONG_HOST", "SELF_SIGNED"] {
        let seen = look(server, json!({"verify": false}), json!({})).await.unwrap();
        assert_eq!(seen.expectations.len(), 1);
        assert_operational(Ok(seen));
    }
}

/// nginx takes the connection of a client without certificate, and refuses its requests.
#[tokio::test]
async fn a_server_that_wants_to_know_its_client_is_looked_at() {
    assert_operational(look("MTLS", trusting(), json!({})).await);
    let known = json!({"ca": targets().file("CA"), "cert": targets().file("CLIENT_CERT"), "key": targets().file("CLIENT_KEY")});
    assert_operational(look("MTLS", known.clone(), json!({})).await);

    let strict = TlsServer::start(Validity { own: 20, authority: 20 }, &["-tls1_2", "-Verify", "1", "-verify_return_error"]);
    let seen = look_at_port(strict.port, json!({"ca": strict.root}), json!({})).await.unwrap_err();
    assert!(seen.starts_with(&format!("127.0.0.1:{} ", strict.port)), "{seen}");
}

#[tokio::test]
async fn few_days_are_unhealthy() {
    let good = look("HTTPS", trusting(), json!({})).await.unwrap();
    let days = good.metrics[0].value;
    let until = good.expectations[1].seen.split_once(" to ").unwrap().1.split(',').next().unwrap();
    let seen = look("HTTPS", trusting(), json!({"min_days": 4000})).await.unwrap();
    let message = format!("{} expires in {days} days, on {until}; renew it", certificate_of("HTTPS"));
    assert_seen(Ok(seen), State::Unhealthy, &message);
}

/// The certificates of authorities expire, too, and with them all that they have signed.
#[tokio::test]
async fn every_certificate_that_is_sent_counts() {
    let server = TlsServer::start(Validity { own: 20, authority: 5 }, &[]);
    let which = format!("the certificate of the authority Authority, which 127.0.0.1:{} sends along,", server.port);
    for properties in [json!({"ca": server.root}), json!({"verify": false})] {
        let seen = look_at_port(server.port, properties.clone(), json!({})).await.unwrap();
        let message = seen.message.unwrap();
        assert_eq!(seen.state, State::Unhealthy);
        assert!(message.starts_with(&format!("{which} expires in 4 days, on ")), "{message}");
        assert_operational(look_at_port(server.port, properties, json!({"min_days": 4})).await);
    }
}

#[tokio::test]
async fn a_server_without_tls_is_down() {
    let port = targets().port("HTTP");
    assert_seen(look("HTTP", json!({}), json!({})).await, State::Down, &format!("127.0.0.1:{port} does not speak TLS"));
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_unknown() {
    let port = targets().port("CLOSED");
    assert_unknown(look("CLOSED", json!({}), json!({})).await, &format!("connection refused by 127.0.0.1:{port}"));
    let seen = look("HTTPS", json!({"host": "no such name", "server_name": "localhost"}), json!({})).await;
    assert_unknown(seen, "the name `no such name` could not be resolved");

    let server = OddServer::hanging();
    let seen = look_at_port(server.address.port(), json!({"timeout": 0.3}), json!({})).await;
    let message = format!("{} took the connection, but TLS did not begin within 0.3 s", server.address);
    assert_unknown(seen, &message);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || drop(listener.accept()));
    let seen = look_at_port(address.port(), json!({}), json!({})).await.unwrap_err();
    assert!(seen.contains(&address.to_string()), "{seen}");
}

#[test]
fn wrong_values_are_told() {
    for (properties, data, problem) in [
        (json!({"host": "no such name"}), json!({}), "`server_name`"),
        (json!({"host": "a.test", "ca": "marker"}), json!({}), "`ca` holds no certificate"),
        (json!({"host": "a.test", "cert": "marker"}), json!({}), "`cert` needs a `key`"),
        (json!({"host": "a.test"}), json!({"min_days": -1}), "`data.min_days`"),
    ] {
        let error = connect("tls", &properties, &data).err().unwrap();
        assert!(error.contains(problem) && !error.contains("marker"), "{error}");
    }
}

/// Anybody can show a certificate; what counts is the key.
#[tokio::test]
async fn a_certificate_without_its_key_is_down() {
    let port = impostor();
    let seen = look_at_port(port, trusting(), json!({})).await.unwrap();
    let message = seen.message.unwrap();
    let start = format!("the certificate of 127.0.0.1:{port} is not trusted (");
    assert!(seen.state == State::Down && message.starts_with(&start), "{message}");
}

/// A server that shows the certificate of another one.
fn impostor() -> u16 {
    let provider = Arc::new(ring::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(targets().certificate("server").as_bytes()).unwrap()];
    let own_key = PrivateKeyDer::from_pem_slice(targets().file("CLIENT_KEY").as_bytes()).unwrap();
    let shown = CertifiedKey::new(chain, ring::sign::any_supported_type(&own_key).unwrap());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(builder.with_no_client_auth().with_cert_resolver(Arc::new(SingleCertAndKey::from(shown))));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        }
    });
    port
}
