//! Encrypted connections.

use super::*;
use crate::servers::free_port;
use crate::targets::targets;
use std::path::PathBuf;

/// A server that speaks TLS on a second port.
struct Encrypted {
    server: RedisServer,
    port: u16,
}

/// `clients` says whether the server wants a certificate of its clients: `yes` or `no`.
fn encrypted(clients: &str) -> Encrypted {
    encrypted_with(clients, &[])
}

fn encrypted_with(clients: &str, more: &[&str]) -> Encrypted {
    let port = free_port();
    let file = |name: &str| PathBuf::from(targets().get("CA")).with_file_name(name).to_str().unwrap().to_owned();
    let (certificate, key, authority) = (file("server.crt"), file("server.key"), file("ca.crt"));
    let settings = [
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &authority,
        "--tls-auth-clients",
        clients,
    ];
    let server = RedisServer::start(&[&settings, more].concat());
    Encrypted { server, port }
}

async fn look_at(port: u16, more: Value) -> Result<Observation, String> {
    look_at_one("redis", &at(port, more), &json!({"role": "master"})).await
}

#[tokio::test]
async fn the_authority_of_the_server_can_be_added() {
    let Encrypted { server, port } = encrypted("no");
    let trusting = json!({"tls": true, "ca": targets().file("CA")});
    let seen = look_at(port, trusting).await.unwrap();
    assert_eq!(seen.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect", "tls", "ping", "info"]);
    assert_operational(Ok(seen));
    assert_operational(look_at(port, json!({"tls": true, "verify": false})).await);

    let unknown = "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`";
    assert_unknown(look_at(port, json!({"tls": true})).await, &format!("the certificate of 127.0.0.1:{port} {unknown}"));
    let plain = format!("127.0.0.1:{port} closed the connection unexpectedly; if it speaks TLS, set `tls: true`");
    assert_unknown(look_at(port, json!({})).await, &plain);
    // Whether Redis answers to the greeting of TLS depends on whether there happens to be the end of a line in it.
    let encrypted = look_at(server.port, json!({"tls": true, "timeout": 0.5})).await.unwrap_err();
    let address = format!("127.0.0.1:{}", server.port);
    let silent = format!("no TLS connection with {address} within 0.5 s; if it does not speak TLS, set `tls: false`");
    assert!(encrypted == silent || encrypted == format!("{address} does not speak TLS"), "{encrypted}");
}

/// A server that speaks TLS 1.2 has no alert for it, and one that speaks TLS 1.3 sends it after the handshake.
#[tokio::test]
async fn a_missing_client_certificate_is_reported_by_every_check() {
    let Encrypted { port, server: _server } = encrypted("yes");
    let wanted = format!("127.0.0.1:{port} requires a client certificate; set `cert` and `key`");
    let celery = json!({"host": "127.0.0.1", "port": port, "transport": "rediss", "ca": targets().file("CA")});
    for db in [0, 3] {
        let mut celery = celery.clone();
        celery["db"] = json!(db);
        assert_unknown(look_at_one("celery_worker", &celery, &json!({"answer_within": 1})).await, &wanted);
    }
    let Encrypted { port, server: _server } = encrypted_with("yes", &["--tls-protocols", "TLSv1.2"]);
    let likely = format!(
        "127.0.0.1:{port} refuses the TLS connection (handshake failure): most likely it requires a client certificate, or another \
         one; look at `cert` and `key`"
    );
    assert_unknown(look_at(port, json!({"tls": true, "ca": targets().file("CA")})).await, &likely);
    let tls = json!({"host": "127.0.0.1", "port": port, "ca": targets().file("CA")});
    assert_unknown(look_at_one("tls", &tls, &json!({})).await, &likely);
}

#[tokio::test]
async fn certificates_of_the_client() {
    let Encrypted { port, server: _server } = encrypted("yes");
    let client = |certificate: &str, key: &str| json!({"tls": true, "ca": targets().file("CA"), "cert": targets().file(certificate), "key": targets().file(key)});
    assert_operational(look_at(port, client("CLIENT_CERT", "CLIENT_KEY")).await);
    let foreign = look_at(port, client("FOREIGN_CLIENT_CERT", "FOREIGN_CLIENT_KEY")).await.unwrap_err();
    assert!(foreign.contains("rejects the client certificate"), "{foreign}");
    let none = look_at(port, json!({"tls": true, "ca": targets().file("CA")})).await;
    assert_unknown(none, &format!("127.0.0.1:{port} requires a client certificate; set `cert` and `key`"));
}
