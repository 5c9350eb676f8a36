//! The plugin `tcp` against nginx, Redis, and odd servers.

use crate::looking::{assert_operational, assert_seen, assert_unknown, connect, look_at_one};
use crate::servers::redis::RedisServer;
use crate::targets::{OddServer, targets};
use model::Observation;
use model::State;
use serde_json::{Value, json};
use socket2::{Domain, SockAddr, Socket, Type};
use std::net::{Ipv4Addr, SocketAddr};

async fn look(port: u16, data: Value) -> Result<Observation, String> {
    look_at_one("tcp", &json!({"host": "127.0.0.1", "port": port}), &data).await
}

#[tokio::test]
async fn an_open_port_is_operational_and_a_closed_one_is_down() {
    let seen = look(targets().port("HTTP"), json!({})).await.unwrap();
    assert_eq!(seen.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect"]);
    assert!(seen.expectations.is_empty());
    assert_operational(Ok(seen));

    let port = targets().port("CLOSED");
    let seen = look(port, json!({"expect": "x"})).await.unwrap();
    let message = format!("connection refused by 127.0.0.1:{port}");
    assert_eq!((seen.node.as_str(), seen.state, seen.message), ("127.0.0.1", State::Down, Some(message)));
    assert_eq!(seen.elapsed, None);
}

#[tokio::test]
async fn a_name_without_address_is_unknown() {
    let seen = look_at_one("tcp", &json!({"host": "no such name", "port": 80}), &json!({})).await;
    assert_unknown(seen, "the name `no such name` could not be resolved");
}

/// Everywhere in the same words.
#[tokio::test]
async fn a_link_local_address_without_zone_says_how_to_write_it() {
    let advice = "fe80::1 is a link-local address, which needs the zone of a network interface: write it as `fe80::1%eth0`, with the \
                  name of the interface in place of eth0";
    for host in ["fe80::1", "[fe80::1]"] {
        for (kind, data) in
            [("tcp", json!({})), ("tls", json!({})), ("redis", json!({})), ("rest_http", json!({})), ("ping", json!({}))]
        {
            let mut properties = json!({"host": host, "port": 80});
            if kind == "ping" {
                properties.as_object_mut().unwrap().remove("port");
            }
            assert_unknown(look_at_one(kind, &properties, &data).await, advice);
        }
    }
}

#[tokio::test]
async fn names_and_ipv6_are_connected_to() {
    let server = OddServer::answering_on_ipv6(b"hello");
    for host in ["::1", "[::1]"] {
        let properties = json!({"host": host, "port": server.address.port()});
        assert_operational(look_at_one("tcp", &properties, &json!({"send": "\r\n\r\n", "expect": "hello"})).await);
    }
    let properties = json!({"host": "localhost", "port": targets().port("HTTP")});
    assert_operational(look_at_one("tcp", &properties, &json!({})).await);
}

#[tokio::test]
async fn nginx_answers_what_is_expected() {
    let data = json!({"send": "GET /ok HTTP/1.0\r\n\r\n", "expect": "^HTTP/1.1 200 OK(.|\r|\n)*\r\n\r\nok"});
    let seen = look(targets().port("HTTP"), data).await.unwrap();
    assert_eq!(seen.phases.iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect", "answer"]);
    assert_operational(Ok(seen));

    let data = json!({"send": "nonsense\r\n\r\n", "expect": "^HTTP/1.1 200"});
    let seen = look(targets().port("HTTP"), data).await.unwrap();
    let message = seen.message.clone().unwrap();
    assert_eq!(seen.state, State::Unhealthy);
    assert!(message.starts_with("expected `^HTTP/1.1 200`, got \"HTTP/1.1 400 Bad Request\\r\\nServer: nginx/"), "{message}");
    assert!(message.ends_with("…\" before the connection was closed"), "{message}");
}

#[tokio::test]
async fn a_login_is_tried_and_never_shown() {
    let redis = RedisServer::start(&["--requirepass", "s3cret"]);
    let ping = |login: &str| json!({"send": format!("{login}PING\r\n"), "expect": r"\+PONG\r\n$"});
    assert_operational(look(redis.port, ping("AUTH s3cret\r\n")).await);
    let seen = look_at_one("tcp", &json!({"host": "127.0.0.1", "port": redis.port, "timeout": 0.5}), &ping("")).await;
    assert_seen(seen, State::Unhealthy, r#"expected `\+PONG\r\n$`, got "-NOAUTH Authentication required." within 0.5 s"#);

    // Redis repeats what it does not understand.
    let data = json!({"send": "LOGIN marker\r\nQUIT\r\n", "expect": "welcome"});
    let seen = look(redis.port, data).await.unwrap();
    let printed = format!("{seen:?}");
    assert!(printed.contains("[sent]") && !printed.contains("marker"), "{printed}");
}

#[tokio::test]
async fn a_silent_server_is_unhealthy_in_time() {
    let server = OddServer::hanging();
    let properties = json!({"host": "127.0.0.1", "port": server.address.port(), "timeout": 0.2});
    let seen = look_at_one("tcp", &properties, &json!({"send": "hello\r\n", "expect": "."})).await;
    assert_seen(seen, State::Unhealthy, "expected `.`, got nothing within 0.2 s");
}

/// Nobody takes the connections of a full queue, so that the next one gets no answer at all.
#[tokio::test]
async fn a_port_that_does_not_answer_is_down() {
    let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let listener = socket();
    listener.bind(&SockAddr::from(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let port = address.as_socket().unwrap().port();
    let waiting = [socket(), socket()];
    for socket in &waiting {
        socket.set_nonblocking(true).unwrap();
        socket.connect(&address).ok();
    }

    let properties = json!({"host": "127.0.0.1", "port": port, "timeout": 0.3});
    let seen = look_at_one("tcp", &properties, &json!({})).await.unwrap();
    let message = format!("no answer from 127.0.0.1:{port} within 0.3 s");
    assert_eq!((seen.state, seen.message), (State::Down, Some(message)));
}

#[tokio::test]
async fn a_slow_answer_is_unhealthy() {
    let seen = look(targets().port("HTTP"), json!({"max_elapsed": 1e-6})).await.unwrap();
    let message = seen.message.unwrap();
    assert!(seen.state == State::Unhealthy && message.starts_with("expected an answer within 0.000001 s, got 0.0"), "{message}");
    assert_operational(look(targets().port("HTTP"), json!({"max_elapsed": 60})).await);
}

#[test]
fn wrong_values_are_told_with_their_place() {
    for (data, problem) in [
        (json!({"expect": "("}), "`data.expect`: no regular expression: unclosed group"),
        (json!({"max_elapsed": 0}), "`data.max_elapsed`: expected seconds, more than 0"),
        (json!({"sned": "x"}), "did you mean `send`"),
    ] {
        let error = connect("tcp", &json!({"host": "127.0.0.1", "port": 1}), &data).err().unwrap();
        assert!(error.contains(problem), "{error}");
    }
}
