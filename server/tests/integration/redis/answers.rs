//! Responses of Redis, and failures to respond.

use super::*;
use crate::servers::free_port;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

#[tokio::test]
async fn one_that_answers_is_operational() {
    let seen = look(shared(), json!({}), json!({})).await.unwrap();
    assert_eq!(seen.node, "127.0.0.1");
    assert_eq!(seen.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect", "ping", "info"]);
    let of_phases: Duration = seen.phases.iter().map(|phase| phase.elapsed).sum();
    assert!(seen.elapsed >= Some(of_phases), "{:?} and {:?}", seen.elapsed, seen.phases);
    assert!(metric(&seen, "connected clients") >= Some(1.0), "{:?}", seen.metrics);
    assert!(metric(&seen, "used memory") > Some(10_000.0), "{:?}", seen.metrics);
    assert_operational(Ok(seen));
    assert_operational(look(shared(), json!({"db": 3}), json!({"role": "master"})).await);
}

#[tokio::test]
async fn no_server_answers() {
    let port = free_port();
    let seen = look_at_one("redis", &at(port, json!({})), &json!({})).await;
    assert_unknown(seen, &format!("connection refused by 127.0.0.1:{port}"));
    let seen = look_at_one("redis", &at(port, json!({"host": "no-such-name.invalid"})), &json!({})).await;
    assert_unknown(seen, "the name `no-such-name.invalid` could not be resolved");
}

#[tokio::test]
async fn one_that_hangs_is_waited_for_until_the_deadline() {
    let server = RedisServer::start(&[]);
    server.process.pause();
    let begun = Instant::now();
    let seen = look(&server, json!({"timeout": 0.5}), json!({})).await;
    assert_unknown(seen, &format!("no answer to PING from 127.0.0.1:{} within 0.5 s", server.port));
    assert!(begun.elapsed() >= Duration::from_millis(500));
    server.process.resume();
    assert_operational(look(&server, json!({}), json!({})).await);
}

#[tokio::test]
async fn one_that_loads_its_data_is_unhealthy() {
    let full = RedisServer::start(&["--enable-debug-command", "yes"]);
    assert_eq!(full.command("DEBUG POPULATE 20000"), "+OK");
    assert_eq!(full.command("SAVE"), "+OK");
    // Half a millisecond for each key, as Redis's own tests have it.
    let folder = full.folder().to_str().unwrap();
    let slow = ["--dir", folder, "--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"];
    let loading = RedisServer::start(&slow);
    let seen = look(&loading, json!({}), json!({})).await;
    assert_seen(seen, State::Unhealthy, "PING is answered with LOADING: Redis is loading the dataset in memory");
}

#[tokio::test]
async fn one_that_is_busy_with_a_script_is_unhealthy() {
    let server = RedisServer::start(&["--busy-reply-threshold", "10"]);
    let mut script = server.connect();
    script.write_all(b"EVAL \"while true do end\" 0\r\n").unwrap();
    let seen = look_until(&server, json!({}), |seen| seen.state != State::Operational).await;
    let message = "PING is answered with BUSY: Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
    assert_seen(Ok(seen), State::Unhealthy, message);
}

#[tokio::test]
async fn a_server_that_accepts_no_connection_is_unhealthy() {
    let server = RedisServer::start(&["--maxclients", "1"]);
    let only_client = first_client(&server);
    let seen = look_until(&server, json!({}), |seen| seen.state == State::Unhealthy).await;
    drop(only_client);
    assert_eq!(seen.message, Some(format!("127.0.0.1:{} rejects new clients: max number of clients reached", server.port)));
    look_until(&server, json!({}), |seen| seen.state == State::Operational).await;
}

/// A connection that is let in. The one that waited for the server to start may still be there for a moment.
fn first_client(server: &RedisServer) -> TcpStream {
    loop {
        let mut client = server.connect();
        client.write_all(b"PING\r\n").unwrap();
        let mut answer = [0; 5];
        if client.read_exact(&mut answer).is_ok() && &answer == b"+PONG" {
            return client;
        }
    }
}

#[tokio::test]
async fn another_server_answers() {
    for (answer, reason) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "answers, but not in the Redis protocol"),
        (b"+HELLO\r\n", "does not answer PING with PONG: is it Redis?"),
        (b"\0\0\0\0\n", "answers, but not in the Redis protocol"),
        (b"", "closed the connection unexpectedly; if it speaks TLS, set `tls: true`"),
    ] {
        let port = stranger(answer);
        let seen = look_at_one("redis", &at(port, json!({})), &json!({})).await;
        assert_unknown(seen, &format!("127.0.0.1:{port} {reason}"));
    }
}

/// The port of a server that is no Redis: it says this to its first client, whatever that wants, and ends.
fn stranger(words: &'static [u8]) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 14]).unwrap();
        stream.write_all(words).unwrap();
    });
    port
}
