//! Failures over AMQP that leave the state of the workers unknown. Each is one row, `unknown`.

use super::*;
use crate::servers::free_port;
use crate::targets::OddServer;
use crate::waiting;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};

async fn assert_unknown(properties: &Value, message: &str) {
    assert_eq!(look(properties, &json!({"expected_workers": ["w@somewhere"]})).await.unwrap_err(), message);
}

#[tokio::test]
async fn a_broker_that_does_not_let_us_in_says_why() {
    let shared = shared().await;
    let server = format!("127.0.0.1:{}", shared.rabbit.port);
    let refused = format!("{server} refuses the user `platus` or the password; look at `username` and `password`");
    assert_unknown(&shared.at("/", json!({"password": "wrong"})), &refused).await;
    let absent = format!("there is no virtual host `nowhere` on {server}; look at `vhost`");
    assert_unknown(&shared.at("nowhere", json!({})), &absent).await;
    // In a URL this would be the virtual host `/`, or the empty one.
    let absent = format!("there is no virtual host `//` on {server}; look at `vhost`");
    assert_unknown(&shared.at("//", json!({})), &absent).await;
    let forbidden = format!("the user `least` may not use the virtual host `shop` of {server}; grant it, or look at `vhost`");
    assert_unknown(&shared.at("shop", json!({"username": "least"})), &forbidden).await;
    let missing = format!(
        "there is no exchange `reply.celery.pidbox` on {server}, and the user `least` may not make it; grant it to configure it"
    );
    assert_unknown(&shared.at("bare", json!({"username": "least"})), &missing).await;
}

#[tokio::test]
async fn no_server_or_another_one_answers() {
    let port = free_port();
    let refused = format!("connection refused by 127.0.0.1:{port}");
    assert_unknown(&json!({"host": "127.0.0.1", "port": port}), &refused).await;

    let http = OddServer::breaking_off_after(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let properties = json!({"host": "127.0.0.1", "port": http.address.port(), "timeout": 2});
    assert!(look(&properties, &json!({})).await.is_err());
}

/// The library speaks on a thread of its own, which waits as long as the connection lives.
#[tokio::test]
async fn a_broker_that_says_nothing_is_left_in_time() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).map(|_| heard)
    });
    let properties = json!({"host": "127.0.0.1", "port": port, "timeout": 0.5});
    assert_unknown(&properties, &format!("no answer to the login from 127.0.0.1:{port} within 0.5 s")).await;
    // The end of the connection is the end of the thread.
    let heard = tokio::task::spawn_blocking(|| heard.join().unwrap()).await.unwrap();
    assert_eq!(heard.unwrap(), b"AMQP\0\0\x09\x01");
}

/// The library parses nested values by recursion, and that before the login: they must not exhaust the stack.
#[tokio::test]
async fn a_broker_whose_greeting_is_nested_too_deeply_is_reported() {
    const LISTS: u32 = 100_000;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let lists = (0..LISTS).rev().flat_map(|inside| [&b"A"[..], &(inside * 5).to_be_bytes()].concat());
    let properties: Vec<u8> = b"\x01x".iter().copied().chain(lists).collect();
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_be_bytes();
    let locales = [&size(b"en_US")[..], b"en_US"].concat();
    let start = [&b"\0\x0a\0\x0a\0\x09"[..], &size(&properties), &properties, &size(b"PLAIN"), b"PLAIN", &locales].concat();
    let greeting = [&b"\x01\0\0"[..], &size(&start), &start, b"\xce"].concat();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(&greeting).ok();
        stream.read_to_end(&mut Vec::new())
    });
    let message = format!("no answer from 127.0.0.1:{port}: it sent values nested more than 32 levels deep");
    assert_unknown(&json!({"host": "127.0.0.1", "port": port, "timeout": 5}), &message).await;
}

#[tokio::test]
async fn a_broker_that_stops_in_the_middle_is_no_fault_of_the_workers() {
    drop(shared().await);
    let shared = SHARED.write().await;
    let asked = shared.workers[0].pings();
    let check = service(&shared.at("/", json!({"timeout": 3})), &json!({"answer_within": 1, "expected_workers": ["never@shared"]}));
    let looking = tokio::spawn(async move { check.check().await.map_err(|error| error.message) });
    waiting::until("it has been asked", async || shared.workers[0].pings() > asked).await;
    shared.rabbit.process.pause();
    let seen = looking.await.unwrap();
    shared.rabbit.process.resume();
    let message = format!(
        "127.0.0.1:{} fell silent during the check: the queue for the answers was not taken away within 3 s",
        shared.rabbit.port
    );
    assert_eq!(seen.unwrap_err(), message);

    // While it is short of memory it takes no questions, and says so.
    shared.rabbit.control(&["set_vm_memory_high_watermark", "absolute", "1"]);
    let seen = look(&shared.at("/", json!({})), &json!({})).await;
    shared.rabbit.control(&["set_vm_memory_high_watermark", "absolute", "512MB"]);
    let message = format!("127.0.0.1:{} accepts no messages now, so the workers cannot be asked (", shared.rabbit.port);
    assert!(seen.as_ref().is_err_and(|text| text.starts_with(&message)), "{seen:?}");
}

#[tokio::test]
async fn a_broker_that_ends_in_the_middle_is_no_fault_of_the_workers() {
    let mut rabbit = tokio::task::spawn_blocking(|| RabbitMq::start(&["/"], &[])).await.unwrap();
    let mut worker = CeleryWorker::launch(NEW, "w@ending", &rabbit.url("/"), &[]);
    worker.wait();
    let properties = json!({"host": "127.0.0.1", "port": rabbit.port, "username": "platus", "password": PASSWORD});
    let check = service(&properties, &json!({"answer_within": PATIENCE, "expected_workers": ["never@ending"]}));
    let looking = tokio::spawn(async move { check.check().await.map_err(|error| error.message) });
    waiting::until("it has been asked", async || worker.pings() > 0).await;
    rabbit.process.kill();
    assert_eq!(looking.await.unwrap().unwrap_err(), format!("127.0.0.1:{} closed the connection unexpectedly", rabbit.port));
}
