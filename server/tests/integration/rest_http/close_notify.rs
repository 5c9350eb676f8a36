//! Servers that end TLS without `close_notify`: the end of the connection may be the end of the body, or a truncation by an attacker.

use super::*;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

/// How a server shows a certificate such as `expired`.
pub(super) fn showing(certificate: &str) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::from_pem_slice(targets().key(certificate).as_bytes()).unwrap();
    let certificate = vec![CertificateDer::from_pem_slice(targets().certificate(certificate).as_bytes()).unwrap()];
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    Arc::new(builder.unwrap().with_no_client_auth().with_single_cert(certificate, key).unwrap())
}

/// Answers every request with these bytes and ends the connection, with a farewell if it `is_polite`.
pub(crate) fn server(answer: &'static [u8], is_polite: bool) -> Value {
    let config = showing("server");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = Stream::new(&mut connection, &mut socket);
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.push(byte[0]);
            }
            stream.write_all(answer).ok();
            stream.flush().ok();
            if is_polite {
                connection.send_close_notify();
                connection.complete_io(&mut socket).ok();
            }
        }
    });
    json!({"host": "127.0.0.1", "port": port, "protocol": "https", "ca": targets().file("CA")})
}

const MISSING: &str = "the server ended the connection without the TLS message close_notify, so that the body may be cut off";

#[tokio::test]
async fn a_body_that_ends_with_the_connection_counts() {
    for answer in [&b"HTTP/1.1 200 OK\r\n\r\nall is well"[..], b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nall is well"] {
        assert_operational(look(server(answer, true), json!({"search": "is well$"})).await);
        assert_seen(look(server(answer, false), json!({"search": "is well$"})).await, State::Operational, MISSING);
        let seen = look(server(answer, false), json!({"search": "^nothing"})).await.unwrap();
        let message = seen.message.unwrap();
        assert!(seen.state == State::Unhealthy && message.ends_with(&format!("; {MISSING}")), "{message}");
    }
}

#[tokio::test]
async fn a_body_that_says_where_it_ends_has_to_come_to_its_end() {
    let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nall is well";
    assert_operational(look(server(whole, false), json!({"search": "is well$"})).await);
    let whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nall is well\r\n0\r\n\r\n";
    assert_operational(look(server(whole, false), json!({"search": "is well$"})).await);
    for (cut, part) in [
        (&b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nall is well"[..], "body"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nall is well\r\n", "body"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "headers"),
    ] {
        let properties = server(cut, false);
        let message = format!("127.0.0.1:{} answered, but ended the connection before the end of the {part}", properties["port"]);
        assert_unknown(look(properties, json!({"search": "well"})).await, &message);
    }
}
