//! Connections are closed.

use super::*;
use crate::waiting;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// How many clients the server has, the one that asks among them.
fn n_clients(connection: &mut BufReader<TcpStream>) -> usize {
    connection.get_mut().write_all(b"CLIENT LIST\r\n").unwrap();
    let mut length = String::new();
    connection.read_line(&mut length).unwrap();
    let mut list = vec![0; length.trim_start_matches('$').trim_end().parse::<usize>().unwrap() + 2];
    connection.read_exact(&mut list).unwrap();
    String::from_utf8(list).unwrap().matches(" addr=").count()
}

/// The server takes a moment to see that connections have ended.
async fn wait_until_alone(connection: &mut BufReader<TcpStream>) {
    waiting::eventually(async || match n_clients(connection) {
        1 => Ok(()),
        clients => Err(format!("{clients} clients")),
    })
    .await;
}

#[tokio::test]
async fn no_kind_of_check_leaves_a_connection_behind() {
    let server = RedisServer::start(&["--user", "mute", "on", "nopass", "-@all"]);
    let mut connection = BufReader::new(server.connect());
    for properties in [json!({}), json!({"db": 99}), json!({"username": "mute"}), json!({"password": "x", "username": "unknown"})] {
        let service = looking::service("redis", &at(server.port, properties), &json!({}));
        for _ in 0..200 {
            service.check().await.ok();
        }
    }
    wait_until_alone(&mut connection).await;
}

#[tokio::test]
async fn time_outs_leave_no_connection_behind() {
    let server = RedisServer::start(&[]);
    let mut connection = BufReader::new(server.connect());
    assert_eq!(server.command("PING"), "+PONG");
    server.process.pause();
    let service = looking::service("redis", &at(server.port, json!({"timeout": 0.005})), &json!({}));
    for _ in 0..200 {
        service.check().await.unwrap_err();
    }
    server.process.resume();
    wait_until_alone(&mut connection).await;
}
