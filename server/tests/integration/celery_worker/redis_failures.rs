//! Failures over Redis that leave the state of the workers unknown. Each is one row, `unknown`.

use super::*;
use crate::servers::free_port;
use crate::servers::redis::RedisServer;
use crate::targets::{OddServer, targets};
use crate::waiting;
use std::net::Ipv4Addr;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The user `narrow` may not publish.
const USERS: [&str; 10] =
    ["--requirepass", "s3cret", "--user", "narrow", "on", ">s3cret", "~*", "resetchannels", "+@all", "-publish"];

fn at(port: u16, more: Value) -> Value {
    with(json!({"host": "127.0.0.1", "port": port, "transport": "redis"}), more)
}

async fn assert_unknown(properties: &Value, message: &str) {
    assert_eq!(look(properties, &json!({"expected_workers": ["w@somewhere"]})).await.unwrap_err(), message);
}

#[tokio::test]
async fn a_server_that_does_not_let_us_in_says_why() {
    let server = RedisServer::start(&USERS);
    let name = format!("127.0.0.1:{}", server.port);
    let wrong = format!("{name} refuses the user name or the password; look at `username` and `password`");
    assert_unknown(&at(server.port, json!({"password": "wrong"})), &wrong).await;
    assert_unknown(&at(server.port, json!({"username": "unknown", "password": "s3cret"})), &wrong).await;
    assert_unknown(&at(server.port, json!({})), &format!("{name} requires a password; set `password`")).await;
    let narrow = look(&at(server.port, json!({"username": "narrow", "password": "s3cret"})), &json!({})).await.unwrap_err();
    assert!(narrow.starts_with(&format!("{name} does not let the user do all that is needed; grant it publish on")), "{narrow}");
    let absent = look(&at(server.port, json!({"password": "s3cret", "db": 99})), &json!({})).await.unwrap_err();
    assert!(absent.contains("DB index is out of range"), "{absent}");
    let rows = look(&at(server.port, json!({"password": "s3cret"})), &json!({})).await.unwrap();
    assert_eq!(summaries(&rows), [("127.0.0.1", State::Down, "no worker is connected to celery.pidbox")]);
}

#[tokio::test]
async fn no_server_or_another_one_answers() {
    let port = free_port();
    assert_unknown(&at(port, json!({})), &format!("connection refused by 127.0.0.1:{port}")).await;
    let http = OddServer::answering("HTTP/1.1 400 Bad Request\r\n\r\n");
    let port = http.address.port();
    assert!(look(&at(port, json!({"timeout": 1})), &json!({})).await.is_err());
}

#[tokio::test]
async fn tls_is_verified() {
    let certificate = |extension| Path::new(targets().get("CA")).with_file_name(format!("server.{extension}"));
    let (certificate, key) = (certificate("crt"), certificate("key"));
    let tls_port = free_port().to_string();
    let settings = ["--tls-port", &tls_port, "--tls-auth-clients", "no", "--tls-ca-cert-file", targets().get("CA")];
    let files = ["--tls-cert-file", certificate.to_str().unwrap(), "--tls-key-file", key.to_str().unwrap()];
    let _server = RedisServer::start(&[&settings[..], &files[..]].concat());
    let properties = |more| at(tls_port.parse().unwrap(), with(json!({"transport": "rediss"}), more));
    for trusting in [json!({"ca": targets().file("CA")}), json!({"verify": false})] {
        let rows = look(&properties(trusting), &json!({})).await.unwrap();
        assert_eq!(summaries(&rows), [("127.0.0.1", State::Down, "no worker is connected to celery.pidbox")]);
        assert!(rows[0].phases.iter().any(|phase| phase.name == "tls"), "{:?}", rows[0].phases);
    }
    let reason = "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`";
    assert_unknown(&properties(json!({})), &format!("the certificate of 127.0.0.1:{tls_port} {reason}")).await;
}

#[tokio::test]
async fn a_server_that_goes_in_the_middle_is_no_fault_of_the_workers() {
    let mut server = RedisServer::start(&[]);
    let mut worker = CeleryWorker::launch(OLD, "w@ending", &format!("redis://127.0.0.1:{}/0", server.port), &[]);
    worker.wait();
    let name = format!("127.0.0.1:{}", server.port);
    worker.process.pause();
    // The worker itself waits for tasks in the same way, until Redis tells it that there are none.
    wait_for_waiting(server.port, 0).await;
    for (kill, message) in [
        (false, format!("{name} fell silent during the check: no answer to a command within 6 s")),
        (true, format!("{name} closed the connection unexpectedly")),
    ] {
        let check = service(&at(server.port, json!({"timeout": 6})), &json!({"answer_within": 5}));
        let looking = tokio::spawn(async move { check.check().await.map_err(|error| error.message) });
        wait_for_waiting(server.port, 1).await;
        if kill {
            server.process.kill()
        } else {
            server.process.pause()
        }
        assert_eq!(looking.await.unwrap().unwrap_err(), message);
        if !kill {
            server.process.resume();
        }
    }
}

/// Until so many clients wait for something to come into a list.
async fn wait_for_waiting(port: u16, clients: usize) {
    let wanted = format!("blocked_clients:{clients}\r");
    waiting::until(&wanted, async || {
        // No program is started, which may take longer on a busy machine than the check waits.
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(b"INFO clients\r\nQUIT\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.contains(&wanted)
    })
    .await;
}
