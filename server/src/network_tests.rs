//! What checks and channels do with names that have several addresses, with international names, and with zones.

use checks::{CheckConfig, CheckTypes, Host};
use model::{CheckError, Observation, State};
use net::testing::{half_dead, set_addresses};
use notify::ChannelConfig;
use notify::testing::test as delivery;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use yaml::{Located, Location, parse};

/// Answers as whatever it is taken for.
async fn server(address: IpAddr) -> u16 {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    port
}

async fn answer(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        let question = String::from_utf8_lossy(&buffer[..length]);
        let answer: &[u8] = if question.contains("HTTP/1.1") {
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        } else if question.contains("PING") {
            b"+PONG\r\n"
        } else if question.contains("INFO") {
            b"$0\r\n\r\n"
        } else {
            b"nonsense\r\n"
        };
        stream.write_all(answer).await.ok();
        if answer == b"nonsense\r\n" {
            break;
        }
    }
}

fn located(text: &str) -> Located<String> {
    Located { value: text.to_owned(), location: Location { file: "services.yaml".into(), line: 1, column: 1 } }
}

async fn check(plugin: &str, properties: &str) -> Result<Vec<Observation>, CheckError> {
    let read = |text: &str| parse("services.yaml", text).unwrap();
    let config = CheckConfig { plugin: located(plugin), properties: read(properties), data: read("{}") };
    let host = Host::new("service", "node", Duration::from_secs(30));
    CheckTypes::built_in().connect(&config, &host).unwrap().check().await
}

/// The message and the notes about a server that answers in the wrong protocol.
async fn message_of(plugin: &str, properties: &str) -> (String, Vec<String>) {
    match check(plugin, properties).await {
        Ok(mut seen) => {
            let seen = seen.remove(0);
            (seen.message.unwrap_or_else(|| seen.state.to_string()), seen.notes)
        }
        Err(error) => (error.message, error.notes),
    }
}

/// The checks that make their connections themselves, and what each says of the server above.
fn checks(host: &str, port: u16) -> Vec<(&'static str, String, &'static str)> {
    let more = |more: &str| format!("{{host: '{host}', port: {port}{more}}}");
    let mut checks = vec![
        ("tcp", more(""), ""),
        ("rest_http", more(", protocol: http"), ""),
        ("rest_http", more(""), "does not speak TLS"),
        ("redis", more(""), ""),
        ("tls", more(""), "does not speak TLS"),
    ];
    if cfg!(feature = "celery") {
        checks.push(("celery_worker", more(""), "does not speak AMQP"));
        checks.push(("celery_worker", more(", transport: redis"), "closed the connection unexpectedly"));
    }
    checks
}

#[tokio::test]
async fn every_check_uses_the_address_that_answers_and_notes_the_other() {
    let port = server(Ipv4Addr::LOCALHOST.into()).await;
    let _hole = half_dead("checks-half-dead.test", port);
    for (plugin, properties, problem) in checks("checks-half-dead.test", port) {
        let (message, notes) = message_of(plugin, &properties).await;
        let [note] = notes.as_slice() else { panic!("{plugin}: {message} {notes:?}") };
        assert!(note.starts_with("127.0.0.2 no answer within 0.") && note.ends_with(" s, 127.0.0.1 answered"), "{plugin}: {note}");
        let is_told = if problem.is_empty() { message == *note } else { message.contains(problem) };
        assert!(is_told, "{plugin}: {message}");
    }
}

#[tokio::test]
async fn every_check_knows_international_names_and_zones() {
    let port = server(Ipv4Addr::LOCALHOST.into()).await;
    set_addresses("xn--mnchen-3ya.checks.test", &[Ipv4Addr::LOCALHOST.into()]);
    for host in ["münchen.checks.test", "::1%1", "::1%251", "::1"] {
        let (message, _) = message_of("ping", &format!("{{host: '{host}'}}")).await;
        assert_eq!(message, "operational", "ping {host}");
    }
    for (plugin, properties, problem) in checks("münchen.checks.test", port) {
        let (message, _) = message_of(plugin, &properties).await;
        assert!(if problem.is_empty() { message == "operational" } else { message.contains(problem) }, "{plugin}: {message}");
    }
    let port = server(Ipv6Addr::LOCALHOST.into()).await;
    // The loopback interface is the first of every machine.
    for host in ["::1%1", "[::1%251]", "[::1]"] {
        for (plugin, properties, problem) in checks(host, port) {
            let (message, _) = message_of(plugin, &properties).await;
            let is_right = if problem.is_empty() { message == "operational" } else { message.contains(problem) };
            assert!(is_right, "{plugin} {host}: {message}");
        }
    }
}

#[tokio::test]
async fn channels_do_the_same() {
    let port = server(Ipv4Addr::LOCALHOST.into()).await;
    let _hole = half_dead("xn--mnchen-3ya.channels.test", port);
    let port_of_ipv6 = server(Ipv6Addr::LOCALHOST.into()).await;
    let connect = |kind: &str, data: String| {
        let backend = ChannelConfig { kind: located(kind), data: parse("config.yaml", &data).unwrap() };
        notify::ChannelTypes::built_in().connect(&backend).unwrap()
    };
    for server in [format!("münchen.channels.test:{port}"), format!("[::1%251]:{port_of_ipv6}")] {
        for (kind, data) in [
            ("webhook", format!("url: 'http://{server}/hook'")),
            ("discord", format!("url: 'http://{server}/hook'")),
            ("ntfy", format!("url: 'http://{server}', topic: platus")),
        ] {
            connect(kind, format!("{{{data}}}"))
                .deliver(&delivery())
                .await
                .unwrap_or_else(|error| panic!("{kind} {server}: {error:?}"));
        }
        let mail = connect("email", format!("{{host: '{server}', to: a@lan.test, tls: implicit}}"));
        let refused = mail.deliver(&delivery()).await.unwrap_err().message;
        assert!(refused.contains("does not speak TLS"), "{refused}");
    }
}

/// A kept connection is not used when the name of its server has other addresses now.
#[tokio::test]
async fn a_kept_connection_ends_with_the_address_of_its_name() {
    let port = server(Ipv4Addr::LOCALHOST.into()).await;
    let read = |text: String| parse("services.yaml", &text).unwrap();
    let properties = read(format!("{{host: moving.test, port: {port}, protocol: http, connection: reuse}}"));
    let config = CheckConfig { plugin: located("rest_http"), properties, data: read("{}".to_owned()) };
    let service = CheckTypes::built_in().connect(&config, &Host::new("service", "node", Duration::from_secs(30))).unwrap();
    let phases = async || {
        let seen = service.check().await.unwrap().remove(0);
        assert_eq!((seen.state, seen.message), (State::Operational, None));
        seen.phases.iter().map(|phase| phase.name).collect::<Vec<_>>()
    };
    set_addresses("moving.test", &[Ipv4Addr::LOCALHOST.into()]);
    assert_eq!(phases().await, ["resolve", "connect", "first byte"]);
    assert_eq!(phases().await, ["resolve", "first byte"]);
    set_addresses("moving.test", &[IpAddr::from([127, 0, 0, 3])]);
    let error = service.check().await.unwrap_err();
    assert_eq!(error.message, format!("connection refused by moving.test:{port}"));
}
