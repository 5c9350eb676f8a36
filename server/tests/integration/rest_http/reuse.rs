//! A kept connection does not stand for the service.

use super::close_notify::showing;
use super::*;
use crate::waiting;
use rustls::{ServerConnection, Stream};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers on its first connection for ever, and takes no other.
fn closed_after_the_first() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        drop(listener);
        answer_each(stream, usize::MAX);
    });
    address
}

/// Answers so many requests, and after that swallows them.
fn answer_each(stream: impl Read + Write, count: usize) {
    answer_each_and_then(stream, count, b"");
}

/// Answers so many requests, and further ones in another way.
fn answer_each_and_then(mut stream: impl Read + Write, mut count: usize, then: &[u8]) {
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).is_ok_and(|length| length > 0) {
        stream.write_all(if count > 0 { OK } else { then }).ok();
        count = count.saturating_sub(1);
    }
}

fn at_address(address: SocketAddr, connection: Value) -> Value {
    json!({"host": "127.0.0.1", "port": address.port(), "protocol": "http", "connection": connection})
}

#[tokio::test]
async fn a_server_that_takes_no_new_connections_is_noticed() {
    let refused = |address: SocketAddr| format!("connection refused by {address}");

    let address = closed_after_the_first();
    let anew = service(at_address(address, json!("new")), json!({}));
    assert_operational(observe(anew.as_ref()).await);
    assert_unknown(observe(anew.as_ref()).await, &refused(address));

    let address = closed_after_the_first();
    let aging = service(at_address(address, json!({"max_age": 0.5})), json!({}));
    assert_operational(observe(aging.as_ref()).await);
    let seen = waiting::eventually(async || match observe(aging.as_ref()).await {
        Ok(seen) => Err(format!("{seen:?}")),
        Err(message) => Ok(message),
    });
    assert_eq!(seen.await, refused(address));

    let address = closed_after_the_first();
    let kept = service(at_address(address, json!("reuse")), json!({}));
    for _ in 0..10 {
        assert_operational(observe(kept.as_ref()).await);
    }
}

#[tokio::test]
async fn a_kept_connection_that_swallows_a_request_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(thread::spawn(move || answer_each(stream, 1)))));
    let properties = with(at_address(address, json!("reuse")), json!({"timeout": 2}));
    let service = service(properties, json!({"max_elapsed": 0.9}));
    for _ in 0..3 {
        // What was lost on the old connection is not counted.
        assert_operational(observe(service.as_ref()).await);
    }
}

/// Servers say so before they close a connection on which nothing came for a while.
#[tokio::test]
async fn a_request_that_is_answered_with_408_on_a_kept_connection_is_sent_again() {
    const LATE: &[u8] = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    for (count, is_operational) in [(1, true), (0, false)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            listener.incoming().flatten().for_each(|stream| drop(thread::spawn(move || answer_each_and_then(stream, count, LATE))));
        });
        let service = service(at_address(address, json!("reuse")), json!({"search": "^ok$"}));
        for _ in 0..3 {
            let seen = observe(service.as_ref()).await;
            match is_operational {
                true => assert_operational(seen),
                // On a new connection it is the answer.
                false => assert!(seen.as_ref().unwrap().message.as_ref().unwrap().contains("HTTP 408"), "{seen:?}"),
            }
        }
    }
}

/// At the usual interval each check stands for a client that comes anew, even if the server still answers on earlier connections.
#[tokio::test]
async fn a_certificate_that_is_replaced_by_a_bad_one_is_noticed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let is_bad = Arc::new(AtomicBool::new(false));
    let (shows_bad, certificates) = (Arc::clone(&is_bad), [showing("server"), showing("expired")]);
    thread::spawn(move || {
        for mut socket in listener.incoming().flatten() {
            let config = Arc::clone(&certificates[usize::from(shows_bad.load(Ordering::SeqCst))]);
            thread::spawn(move || {
                let mut connection = ServerConnection::new(config).unwrap();
                answer_each(Stream::new(&mut connection, &mut socket), usize::MAX);
            });
        }
    });
    let properties = json!({"host": "127.0.0.1", "port": port, "protocol": "https", "ca": targets().file("CA")});
    let service = crate::looking::service_every(Duration::from_secs(60), "rest_http", &properties, &json!({"search": "ok"}));
    assert_operational(observe(service.as_ref()).await);
    is_bad.store(true, Ordering::SeqCst);
    let message = format!("the certificate of 127.0.0.1:{port} has expired on 2021-01-01");
    assert_unknown(observe(service.as_ref()).await, &message);
    is_bad.store(false, Ordering::SeqCst);
    assert_operational(observe(service.as_ref()).await);
}

#[tokio::test]
async fn a_connection_belongs_to_one_service() {
    let server = OddServer::answering(OK);
    let services: Vec<_> = (0..5).map(|_| service(at_odd(&server, json!({})), json!({"search": "ok"}))).collect();
    for _ in 0..3 {
        for service in &services {
            assert_operational(observe(service.as_ref()).await);
        }
    }
    assert_eq!(server.connections(), services.len());
}

/// A connection that is too old for the next check would only take a place at both ends.
#[tokio::test]
async fn a_connection_is_not_kept_for_a_check_that_comes_later() {
    for (interval, connections) in [(10, 1), (60, 3)] {
        let server = OddServer::answering(OK);
        let properties = at_odd(&server, json!({}));
        let service =
            crate::looking::service_every(Duration::from_secs(interval), "rest_http", &properties, &json!({"search": "ok"}));
        for _ in 0..3 {
            assert_operational(observe(service.as_ref()).await);
        }
        assert_eq!(server.connections(), connections, "every {interval} s");
    }
}

#[test]
fn wrong_values_are_reported() {
    for (connection, problem) in
        [(json!("never"), "connection"), (json!({"max_age": -1}), "`max_age` of `connection`"), (json!({"age": 3}), "connection")]
    {
        let properties = json!({"host": "a.test", "connection": connection});
        let error = crate::looking::connect("rest_http", &properties, &json!({})).err().unwrap();
        assert!(error.contains(problem), "{error}");
    }
}
