//! What one user can take of Platus: event streams, memory for them, and places for orders. Others must not notice.

use super::{ADMINISTRATOR, resident};
use crate::command_line::{PLATUS, Running};
use crate::test_app::{EventStream, TestApp, configuration};
use crate::waiting::until;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::join_all;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};

const DESCRIPTORS: usize = 512;

/// Of the descriptors, an eighth is for streams; of these a quarter is for a user, a quarter for an address, and an eighth for
/// administrators.
const STREAMS: usize = DESCRIPTORS / 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_a_user_nor_an_address_takes_all_event_streams() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let folder = configuration("{}", "{}");
    let running = limited(&folder.path().join("config.yaml"));
    let mut open = Vec::new();
    let mut fill = async |user: &str, from: u8| {
        let client = Client::builder().no_proxy().local_address(IpAddr::from([127, 0, 0, from])).build().unwrap();
        let before = open.len();
        loop {
            let response = events(&client, running.address(), user).await;
            if response.status() != StatusCode::OK {
                assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
                assert!(response.headers().contains_key("retry-after"));
                return (open.len() - before, response.text().await.unwrap());
            }
            open.push(response);
            assert!(open.len() <= STREAMS, "there are more than there may be");
        }
    };
    let mut check = async |user, from, expected, whose: &str| {
        let (opened, refusal) = fill(user, from).await;
        assert_eq!(opened, expected, "{user}");
        assert!(refusal.contains(whose), "{user}: {refusal}");
    };
    check("dev", 3, STREAMS / 4, "of this user").await;
    check("dev", 4, 0, "of this user").await;
    check("ops", 3, 0, "from this address").await;
    check("ops", 4, STREAMS / 4, "of this user").await;
    check("operator", 5, STREAMS / 4, "of this user").await;
    check("superadmin", 6, STREAMS / 8, "of all users").await;
    // The administrator gets in, from an address that has its share as well.
    check("admin", 3, STREAMS / 8, "of all users").await;
}

async fn events(client: &Client, address: SocketAddr, user: &str) -> Response {
    client.get(format!("http://{address}/api/v1.0/events")).basic_auth(user, Some(user)).send().await.unwrap()
}

/// Platus on a system that allows few descriptors.
fn limited(config: &std::path::Path) -> Running {
    let program = format!("ulimit -n {DESCRIPTORS}; exec \"$0\" serve --listen 127.0.0.1:0 --config \"$1\"");
    let mut command = Command::new("sh");
    command.args(["-c", &program, PLATUS]).arg(config).stdin(Stdio::null());
    Running::start(&mut command)
}

/// Each order of all these services changes all their rows, and so makes as many events.
const SERVICES: usize = 900;
const ORDERS: usize = 2;

/// Streams that are not read, and what they may cost together. Copies of what each of them missed are more than ten times as much.
const UNREAD: usize = 24;
const COST: usize = UNREAD * (200 << 10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resumed_stream_that_is_not_read_costs_little() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut services = String::new();
    for number in 0..SERVICES {
        writeln!(services, "s{number}: {{type: tcp, properties: {{host: 127.0.0.1, port: 9}}, data: {{name: s{number}}}}}")
            .unwrap();
    }
    let folder = configuration("check_interval: 86400\n", &services);
    let running = Running::serve(folder.path());
    let client = Client::builder().no_proxy().local_address(ADMINISTRATOR).build().unwrap();
    let site = format!("http://{}/api/v1.0", running.address());
    let ask = async |method: Method, path: &str, body: String| -> Value {
        let request = client.request(method, format!("{site}{path}")).basic_auth("admin", Some("admin"));
        request.body(body).send().await.unwrap().json().await.unwrap()
    };
    until("all were checked", async || {
        let status = ask(Method::GET, "/status", String::new()).await;
        status["result"].as_array().unwrap().iter().all(|row| row["state"] == "down")
    })
    .await;
    let seen = position(&client, running.address()).await;
    let sequence = |position: &str| position.split_once('-').unwrap().1.parse::<usize>().unwrap();
    let mut expected = sequence(&seen);
    let mut until_marked = async || {
        expected += SERVICES;
        until("all rows are marked", async || sequence(&position(&client, running.address()).await) >= expected).await;
    };
    for _ in 0..ORDERS {
        let order = json!({"minutes": 60, "comment": "x".repeat(1000)}).to_string();
        let id = ask(Method::POST, "/silences", order).await["result"]["id"].as_u64().unwrap();
        until_marked().await;
        ask(Method::DELETE, &format!("/silences/{id}"), String::new()).await;
        until_marked().await;
    }
    // What all streams share is made by the first.
    let mut read =
        EventStream::of(client.get(format!("{site}/events?after={seen}")).basic_auth("admin", Some("admin")).send().await.unwrap());
    let mut events = 0;
    while read.next().await.unwrap().name != "heartbeat" {
        events += 1;
    }
    assert!(events >= 2 * ORDERS * SERVICES, "only {events} events were missed");

    let before = resident(running.id());
    let unread: Vec<_> = (0..UNREAD).map(|_| resume(running.address(), &seen)).collect();
    let cost = resident(running.id()).saturating_sub(before);
    println!("{UNREAD} streams that are not read, of {events} events each, cost {} KiB", cost >> 10);
    assert!(cost < COST, "{UNREAD} streams that are not read cost {} KiB", cost >> 10);
    drop(unread);
}

/// The position of now.
async fn position(client: &Client, address: SocketAddr) -> String {
    EventStream::open(client, address).await.unwrap().next().await.unwrap().id.unwrap()
}

/// Opens a stream that resumes, and reads no more than the beginning of the answer.
fn resume(address: SocketAddr, seen: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    // So little that the events wait at the server.
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&address.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    let credentials = STANDARD.encode("admin:admin");
    write!(
        stream,
        "GET /api/v1.0/events HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credentials}\r\nLast-Event-ID: {seen}\r\n\r\n"
    )
    .unwrap();
    let mut beginning = [0; 512];
    stream.read_exact(&mut beginning).unwrap();
    assert!(beginning.starts_with(b"HTTP/1.1 200 OK\r\n"));
    stream
}

/// Silences that one user may have.
const OF_A_USER: usize = 500;

/// Of each there is a kilobyte of comment.
const LONGEST_ANSWER: usize = 300 << 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_operator_takes_neither_the_places_for_orders_nor_the_pages_of_others() {
    let app = TestApp::start("a: {role: dev, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {name: a}}\n").await;
    let order = async |user: &str, services: &[&str]| {
        let body = json!({"services": services, "minutes": 5, "comment": "x".repeat(1000)}).to_string();
        let request = app.request(Method::POST, "/api/v1.0/silences").basic_auth(user, Some(user)).body(body);
        let response = request.send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let (status, answer) = order("operator", &["a"; 6400]).await;
    assert_eq!((status, &answer["result"]["services"]), (StatusCode::CREATED, &json!(["a"])), "a name counts once");
    let answers = join_all((0..OF_A_USER + 20).map(|_| order("operator", &["a"]))).await;
    let taken = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).count();
    assert_eq!(taken, OF_A_USER - 1);
    let (status, answer) = answers.iter().find(|(status, _)| *status != StatusCode::CREATED).unwrap();
    assert_eq!(*status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer["error"].as_str().unwrap().contains("withdraw some of yours"), "{answer}");
    let (status, ordered) = order("admin", &["a"]).await;
    assert_eq!(status, StatusCode::CREATED, "{ordered}");
    for path in ["/incidents", "/silences", "/silences?after=1", "/api/v1.0/silences", "/api/v1.0/silences?limit=1000"] {
        let length = app.get_as("dev", path).await.bytes().await.unwrap().len();
        assert!(length < LONGEST_ANSWER, "{path} has {length} bytes");
    }

    // All of them can be read in parts, each once.
    let (mut listed, mut path) = (Vec::new(), "/api/v1.0/silences".to_owned());
    loop {
        let answer: Value = app.get_as("dev", &path).await.json().await.unwrap();
        listed.extend(answer["result"].as_array().unwrap().iter().map(|order| order["id"].as_u64().unwrap()));
        match answer.get("next") {
            Some(next) => path = format!("/api/v1.0/silences?after={next}"),
            None => break,
        }
    }
    assert_eq!(listed, (1..=OF_A_USER as u64 + 1).collect::<Vec<_>>());
    let first = app.get_as("dev", "/silences").await.text().await.unwrap();
    let more = first.split("href=\"/silences?after=").nth(1).and_then(|rest| rest.split(['#', '"']).next()).unwrap();
    let more: u64 = more.parse().unwrap();
    let second = app.get_as("dev", &format!("/silences?after={more}")).await.text().await.unwrap();
    assert!(first.contains(&format!("data-silence=\"{more}\"")) && second.contains(&format!("data-silence=\"{}\"", more + 1)));
    for wrong in ["limit=0", "after=x", "befor=1"] {
        let answer = app.get_as("dev", &format!("/api/v1.0/silences?{wrong}")).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
}
