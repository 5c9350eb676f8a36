//! Places where a store cannot be, and stores in use by another process: the behaviour of `platus serve`.

use crate::command_line::{Running, serve};
use crate::servers::redis::RedisServer;
use crate::test_app::{PATIENCE, configuration};
use crate::waiting::until_blocking;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::process::{Command, Output};
use std::thread;

/// If it waited for such a store, it would do so for half a minute.
const WAITS: &str = "connect_timeout: 30\n";

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned()
}

/// What the metrics say of the store.
fn is_up(running: &Running) -> bool {
    let answer = get(running, "/metrics");
    assert!(answer.contains("\nplatus_store_up "), "{answer}");
    answer.contains("\nplatus_store_up 1\n")
}

/// What the administrator gets.
fn get(running: &Running, path: &str) -> String {
    let mut stream = TcpStream::connect(running.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_path_where_no_database_can_be_stops_the_start_at_once_and_says_what_to_do() {
    let folder = configuration("{}", "{}");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir(path("folder")).unwrap();
    symlink(path("nothing"), path("dangling")).unwrap();
    assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    for (place, words) in [
        (path("folder"), "is a folder"),
        (path("pipe"), "is a named pipe"),
        (path("dangling"), "is a link to"),
        (path("missing/platus.db"), "missing does not exist"),
        ("/sys/platus.db".to_owned(), "/sys"),
    ] {
        let config = format!("persistent_data_backend: {{type: sqlite, data: {{path: {place}}}}}\n{WAITS}");
        fs::write(path("config.yaml"), config).unwrap();
        let output = serve(folder.path()).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("config.yaml:1:47: `persistent_data_backend.data`: the sqlite store cannot be used: "), "{said}");
        assert!(said.contains(words) && said.contains(&place.replace("/platus.db", "")), "{said}");
        assert!(said.contains("set another `path`") && said.contains("`start_without_store: true`"), "{said}");
    }
}

#[test]
fn it_begins_without_such_a_store_where_that_is_wanted_and_uses_it_once_it_can() {
    let folder = configuration("{}", "{}");
    let missing = folder.path().join("missing");
    let config = format!(
        "persistent_data_backend: {{type: sqlite, data: {{path: {}/platus.db}}}}\nstart_without_store: true\n{WAITS}",
        missing.display()
    );
    fs::write(folder.path().join("config.yaml"), config).unwrap();
    let running = Running::serve(folder.path());
    assert!(!is_up(&running));
    fs::create_dir(&missing).unwrap();
    until_blocking("the store is used", || is_up(&running));
}

#[test]
fn the_default_store_is_required_only_if_configured_so() {
    let folder = configuration(WAITS, "{}");
    fs::create_dir(folder.path().join("platus.db")).unwrap();
    let mut running = Running::serve(folder.path());
    assert!(!is_up(&running));
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));

    fs::write(folder.path().join("config.yaml"), format!("start_without_store: false\n{WAITS}")).unwrap();
    let output = serve(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("platus.db is a folder"), "{}", said(&output));
}

#[test]
fn a_second_process_is_refused_also_when_the_file_of_the_lock_is_gone() {
    let folder = configuration("{}", "{}");
    let mut first = Running::serve(folder.path());
    assert!(is_up(&first));
    fs::remove_file(folder.path().join("platus.db-lock")).unwrap();
    let output = serve(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("platus.db is used by another Platus"), "{}", said(&output));
    assert!(is_up(&first));
    first.signal("-TERM");
    assert_eq!(first.end().0, Some(0));
}

/// Redis has no lock that a process keeps, so the second one takes over.
#[test]
fn the_first_of_two_processes_on_one_redis_says_that_it_stores_nothing_any_more() {
    let redis = RedisServer::start(&[]);
    let store = format!("redis, data: {{host: 127.0.0.1, port: {}}}", redis.port);
    the_first_of_two_processes_says_that_it_stores_nothing_any_more(&store, "another Platus has begun to write to");
}

/// Nor has MongoDB.
#[cfg(feature = "mongodb")]
#[test]
fn the_first_of_two_processes_on_one_mongodb_says_that_it_stores_nothing_any_more() {
    let mongod = crate::servers::mongod::Mongod::start(&[]);
    let store = format!("mongodb, data: {{host: '{}'}}", mongod.name());
    the_first_of_two_processes_says_that_it_stores_nothing_any_more(&store, "another Platus writes to");
}

fn the_first_of_two_processes_says_that_it_stores_nothing_any_more(store: &str, words: &str) {
    let config = format!("persistent_data_backend: {{type: {store}}}\n");
    let services = "shop: {type: exec, interval: 1, properties: {command: [echo, fine]}, data: {name: shop}}";
    let (one, other) = (configuration(&config, services), configuration(&config, services));
    let mut first = Running::serve(one.path());
    until_blocking("the first one stores", || get(&first, "/metrics").contains("\nplatus_store_up 1\n"));
    let second = Running::serve(other.path());
    until_blocking("the first one says so", || get(&first, "/settings").contains(words));
    assert!(!is_up(&first) && is_up(&second));
    assert!(get(&first, "/").contains("History cannot be saved since"));
    // It goes on to check, which is what its health is about.
    assert!(get(&first, "/api/v1.0/health").contains("Good doctor!"));
    assert!(!get(&second, "/settings").contains(words) && !get(&second, "/").contains("History cannot be saved since"));
    first.signal("-TERM");
    assert_eq!(first.end().0, Some(0));
    let log = first.log();
    assert!(log.iter().any(|line| line.contains(words)), "{log:?}");
}

#[test]
fn a_redis_store_at_another_server_is_reported_in_plain_words() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.read_exact(&mut [0; 4]).unwrap();
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").unwrap();
        }
    });
    let folder =
        configuration(&format!("persistent_data_backend: {{type: redis, data: {{host: 127.0.0.1, port: {port}}}}}\n"), "{}");
    let output = serve(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let expected = format!(
        "the server at 127.0.0.1:{port} does not answer as Redis does. Is it another server, or does it speak TLS (`tls: true`)? Look \
         at `host` and `port`"
    );
    assert!(said(&output).ends_with(&expected), "{}", said(&output));
}
