//! What a check answers first × fresh, after a flush and after a restart × each store.

use super::board::{self, Board, Rows, until};
use super::scripted::{self, Answer};
use crate::servers::redis::RedisServer;
use crate::test_app::TestApp;
use crate::waiting;
use Answer::{Error, Nodes, Nothing};
use model::State::{Down, Operational};
use std::fmt::Write;

/// What each service answers at first and later, and the rows of that.
struct Case {
    name: &'static str,
    first: Answer,
    first_rows: &'static [&'static str],
    later: Answer,
    later_rows: &'static [&'static str],
}

/// A row without answers has the node `host`.
const CASES: [Case; 8] = [
    Case {
        name: "own-name",
        first: Nodes(&[("host", Operational)]),
        first_rows: &["host operational"],
        later: Nodes(&[("host", Down)]),
        later_rows: &["host down"],
    },
    Case {
        name: "other-names",
        first: Nodes(&[("a", Operational), ("b", Down)]),
        first_rows: &["a operational", "b down"],
        later: Nodes(&[("b", Operational), ("c", Operational)]),
        later_rows: &["b operational", "c operational"],
    },
    Case {
        name: "own-name-among-others",
        first: Nodes(&[("host", Operational), ("a", Operational)]),
        first_rows: &["host operational", "a operational"],
        later: Nodes(&[("a", Operational)]),
        later_rows: &["a operational"],
    },
    Case { name: "empty", first: Nodes(&[]), first_rows: &["host unknown"], later: Nodes(&[]), later_rows: &["host unknown"] },
    Case {
        name: "empty-first",
        first: Nodes(&[]),
        first_rows: &["host unknown"],
        later: Nodes(&[("a", Operational)]),
        later_rows: &["a operational"],
    },
    Case {
        name: "empty-later",
        first: Nodes(&[("a", Operational), ("b", Down)]),
        first_rows: &["a operational", "b down"],
        later: Nodes(&[]),
        later_rows: &["host unknown"],
    },
    Case {
        name: "error-first",
        first: Error,
        first_rows: &["host unknown"],
        later: Nodes(&[("a", Operational)]),
        later_rows: &["a operational"],
    },
    Case { name: "never", first: Nothing, first_rows: &["host unknown"], later: Nothing, later_rows: &["host unknown"] },
];

/// Another script for each store, since their tests run side by side.
fn script(store: &str, case: &Case) -> String {
    format!("{store}/{}", case.name)
}

fn write(store: &str, answer: impl Fn(&Case) -> Answer) {
    CASES.iter().for_each(|case| scripted::write(&script(store, case), answer(case)));
}

fn expected(of: impl Fn(&Case) -> &'static [&'static str]) -> Rows {
    CASES.iter().flat_map(|case| of(case).iter().map(|row| format!("{}/{row}", case.name))).collect()
}

/// From the first answers to the later ones, on every route.
async fn go_through(store: &str, app: &TestApp, board: &mut Board) {
    write(store, |case| case.first);
    until(app, board, &expected(|case| case.first_rows)).await;
    let unchecked = Rows::from(["never/host".to_owned()]);
    waiting::until("every answer has come", async || board::unchecked(app).await == unchecked).await;
    write(store, |case| case.later);
    until(app, board, &expected(|case| case.later_rows)).await;
}

/// `backend` is the part of `config.yaml` that names the store.
async fn every_case_has_its_rows(store: &str, backend: &str, is_lasting: bool) {
    let mut services = String::new();
    for case in &CASES {
        let (name, script) = (case.name, script(store, case));
        let properties = format!("{{host: host, script: {script}}}");
        writeln!(services, "{name}: {{type: scripted, timeout: 600, properties: {properties}, data: {{type: App, name: {name}}}}}")
            .unwrap();
    }
    let config = format!("check_interval: 1\n{backend}");
    let start = async || TestApp::start_with(&config, &services, &scripted::check_types()).await;
    let unchecked = expected(|_| &["host unknown"]);

    let app = start().await;
    let mut board = Board::open(&app).await;
    until(&app, &mut board, &unchecked).await;
    go_through(store, &app, &mut board).await;

    write(store, |_| Nothing);
    waiting::until("all checks wait", async || CASES.iter().all(|case| scripted::waits(&script(store, case)))).await;
    assert_eq!(app.post_as("admin", "/api/v1.0/flush_status").await.status(), 200);
    until(&app, &mut board, &unchecked).await;
    go_through(store, &app, &mut board).await;
    write(store, |_| Nothing);
    app.stop().await;

    let app = start().await;
    let mut board = Board::open(&app).await;
    until(&app, &mut board, &if is_lasting { expected(|case| case.later_rows) } else { unchecked }).await;
    go_through(store, &app, &mut board).await;
    app.stop().await;
}

#[tokio::test]
async fn in_memory() {
    every_case_has_its_rows("memory", "persistent_data: false\n", false).await;
}

#[tokio::test]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("platus.db");
    let backend = format!("persistent_data_backend: {{type: sqlite, data: {{path: '{}'}}}}\n", path.display());
    every_case_has_its_rows("sqlite", &backend, true).await;
}

#[tokio::test]
async fn on_redis() {
    let server = RedisServer::start(&[]);
    let backend = format!("persistent_data_backend: {{type: redis, data: {{host: 127.0.0.1, port: {}}}}}\n", server.port);
    every_case_has_its_rows("redis", &backend, true).await;
}

#[cfg(feature = "mongodb")]
#[tokio::test]
async fn on_mongodb() {
    let server = tokio::task::spawn_blocking(|| crate::servers::mongod::Mongod::start(&[])).await.unwrap();
    let backend = format!("persistent_data_backend: {{type: mongodb, data: {{host: '{}'}}}}\n", server.name());
    every_case_has_its_rows("mongodb", &backend, true).await;
}
