//! Connections are used again, and none is left behind.

use super::*;
use std::fs;

const N_CHECKS: usize = 200;

/// How many sockets of this machine are connected to the port, or wait for this process to close them.
fn n_sockets_to(port: u16) -> usize {
    let remote = format!(":{port:04X}");
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let is_open = |line: &&str| {
        let mut columns = line.split_whitespace().skip(2);
        columns.next().is_some_and(|address| address.ends_with(&remote)) && matches!(columns.next(), Some("01" | "08"))
    };
    table.lines().filter(is_open).count()
}

#[tokio::test]
async fn frequent_checks_use_one_connection() {
    let server = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    for data in [json!({}), json!({"search": "ok"})] {
        let service = service(at_odd(&server, json!({})), data);
        let before = server.connections();
        for _ in 0..N_CHECKS {
            assert_operational(observe(service.as_ref()).await);
        }
        assert!(server.connections() - before <= 2, "{} connections", server.connections() - before);
        assert!(n_sockets_to(server.address.port()) <= 2);
    }
}

/// Every check of the original left a socket behind.
#[tokio::test]
async fn no_kind_of_check_leaves_sockets_behind() {
    let large = format!("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{}", "x".repeat(100_000));
    let servers = [
        OddServer::answering("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nbad"),
        OddServer::answering(large),
        OddServer::answering("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
        OddServer::breaking_off_after(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"),
        OddServer::breaking_off_after(b"nonsense\r\n\r\n"),
        OddServer::hanging(),
    ];
    for server in &servers {
        for method in ["GET", "POST"] {
            let properties = json!({"timeout": 0.01, "max_body": 10, "method": method, "body": "x"});
            let service = service(at_odd(server, properties), json!({"search": "y"}));
            for _ in 0..N_CHECKS {
                observe(service.as_ref()).await.ok();
            }
            // Connections are closed by tasks of their own, which take a moment.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            let left = n_sockets_to(server.address.port());
            assert!(left <= 2, "{left} sockets are left after {method}, {:?}", observe(service.as_ref()).await);
        }
    }
}

/// A server that ends an idle connection just when the next request goes out on it is not down.
#[tokio::test]
async fn connections_that_the_server_closes_are_replaced() {
    let server = OddServer::breaking_off_after(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let service = service(at_odd(&server, json!({})), json!({"search": "ok"}));
    for _ in 0..N_CHECKS {
        assert_operational(observe(service.as_ref()).await);
    }
}
