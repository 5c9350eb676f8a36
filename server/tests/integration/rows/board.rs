//! The rows as each route shows them.

use crate::metrics;
use crate::test_app::{EventStream, TestApp};
use crate::waiting::{LONGEST, eventually};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tokio::time::timeout;

/// `SERVICE/NODE STATE` of each row.
pub(super) type Rows = BTreeSet<String>;

pub(super) fn rows<T: AsRef<str>>(rows: &[T]) -> Rows {
    rows.iter().map(|row| row.as_ref().to_owned()).collect()
}

/// The rows of the API of the original. The names of the services are their ids.
pub(super) async fn status(app: &TestApp) -> Rows {
    app.status("admin").await.iter().map(row).collect()
}

pub(super) fn row(row: &Value) -> String {
    let text = |key: &str| row[key].as_str().unwrap();
    format!("{}/{} {}", text("name"), text("node"), text("state"))
}

/// Waits until there are these rows, and then asserts that every route has exactly these: the API, its services, the metrics, the
/// page, and the board of a browser that follows the events.
pub(super) async fn until(app: &TestApp, board: &mut Board, expected: &Rows) {
    eventually(async || {
        let seen = status(app).await;
        if seen == *expected { Ok(()) } else { Err(difference(&seen, expected)) }
    })
    .await;
    board.until(expected).await;
    assert_eq!(services(app).await, *expected);
    assert_eq!(metrics_rows(app).await, *expected);
    assert_eq!(page(app).await, *expected);
}

fn difference(seen: &Rows, expected: &Rows) -> String {
    let (surplus, missing): (Vec<_>, Vec<_>) = (seen.difference(expected).collect(), expected.difference(seen).collect());
    format!("there should not be {surplus:?}, and there is no {missing:?}")
}

/// `SERVICE/NODE` of the rows that no check has brought.
pub(super) async fn unchecked(app: &TestApp) -> Rows {
    nodes(app, |node, name| node.get("checked").is_none().then_some(name)).await
}

async fn services(app: &TestApp) -> Rows {
    nodes(app, |node, name| Some(format!("{name} {}", node["state"].as_str().unwrap()))).await
}

/// What is made of each node, and `SERVICE/NODE`, of the API of services.
async fn nodes(app: &TestApp, of: impl Fn(&Value, String) -> Option<String>) -> Rows {
    let answer: Value = app.get_as("admin", "/api/v1.0/services").await.json().await.unwrap();
    let mut rows = Rows::new();
    for service in answer["result"].as_array().unwrap() {
        let nodes = service["nodes"].as_array().unwrap().iter();
        let name = |node: &Value| format!("{}/{}", service["id"].as_str().unwrap(), node["node"].as_str().unwrap());
        rows.extend(nodes.filter_map(|node| of(node, name(node))));
    }
    rows
}

/// The rows of the page, which shows the nodes of all services.
async fn page(app: &TestApp) -> Rows {
    let services: BTreeSet<_> = app.status("admin").await.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    let open: String = services.iter().map(|service| format!("&open={service}")).collect();
    let page = app.get_as("admin", &format!("/?{open}")).await.text().await.unwrap();
    let tags = page.split("<tr ").skip(1).map(|rest| rest.split_once('>').unwrap().0);
    tags.filter_map(|tag| {
        let value = |attribute: &str| Some(tag.split_once(&format!("{attribute}=\""))?.1.split('"').next().unwrap());
        let state = value("class")?.split(' ').next().unwrap();
        Some(format!("{}/{} {state}", value("data-service")?, value("data-node")?))
    })
    .collect()
}

async fn metrics_rows(app: &TestApp) -> Rows {
    let page = app.get_as("admin", "/metrics").await.text().await.unwrap();
    let states = page.lines().filter_map(|line| line.strip_prefix("platus_node_state{")?.strip_suffix("} 1"));
    states
        .map(|labels| {
            let value = |name| metrics::label(labels, name);
            format!("{}/{} {}", value("service"), value("node"), value("state"))
        })
        .collect()
}

/// The board of a browser: what was there when it came, and the changes since.
pub(super) struct Board {
    stream: EventStream,
    /// By service and node.
    rows: BTreeMap<(String, String), String>,
}

impl Board {
    pub(super) async fn open(app: &TestApp) -> Self {
        let stream = app.events("admin", &[]).await;
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        let rows = app.status("admin").await;
        let rows = rows.iter().map(|row| ((text(row, "name"), text(row, "node")), text(row, "state"))).collect();
        Self { stream, rows }
    }

    fn shown(&self) -> Rows {
        self.rows.iter().map(|((service, node), state)| format!("{service}/{node} {state}")).collect()
    }

    async fn until(&mut self, expected: &Rows) {
        let follow = async {
            while self.shown() != *expected {
                let event = self.stream.next().await.expect("the stream goes on");
                let text = |key: &str| event.data[key].as_str().unwrap().to_owned();
                match event.name.as_str() {
                    "status" => {
                        self.rows.insert((text("service"), text("node")), text("state"));
                    }
                    "removed" => {
                        self.rows.remove(&(text("service"), text("node")));
                    }
                    _ => {}
                }
            }
        };
        timeout(LONGEST, follow).await.expect("the board has the rows in time");
    }
}
