//! `platus demo`: one command that shows everything, and leaves nothing behind.

use crate::command_line::platus;
use crate::test_app::{PATIENCE, cookie};
use crate::waiting::eventually;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SERVICES: usize = 21;

/// A demo with a folder of its own for temporary files. It is killed when a test fails.
struct Demo {
    child: Child,
    address: String,
    said: String,
    temporary: TempDir,
    client: Client,
}

impl Demo {
    fn start() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut command = platus(&["demo", "--listen", "127.0.0.1:0"]);
        command.env("TMPDIR", temporary.path()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said: Vec<String> = lines.take(3).map(Result::unwrap).collect();
        let address = said[0].split_once("http://").expect("it says where it listens").1.trim_end_matches('/').to_owned();
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build().unwrap();
        Self { child, address, said: said.join("\n"), temporary, client }
    }

    async fn get(&self, user: &str, path: &str) -> Value {
        let request = self.client.get(format!("http://{}{path}", self.address)).basic_auth(user, Some(user));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    async fn status(&self, user: &str) -> Vec<Value> {
        self.get(user, "/api/v1.0/status").await["result"].as_array().unwrap().clone()
    }

    /// The rows once every service has been checked by this process.
    async fn checked(&self) -> Vec<Value> {
        eventually(async || {
            let rows = self.status("admin").await;
            let unknown: Vec<_> = rows.iter().filter(|row| row["state"] == "unknown").collect();
            let is_checked = rows.len() == SERVICES && unknown.is_empty() && self.have_run(SERVICES).await;
            if is_checked { Ok(rows) } else { Err(format!("{unknown:?} of {} rows", rows.len())) }
        })
        .await
    }

    /// Whether that many checks have run.
    async fn have_run(&self, checks: usize) -> bool {
        let request = self.client.get(format!("http://{}/metrics", self.address)).basic_auth("admin", Some("admin"));
        let metrics = request.send().await.unwrap().text().await.unwrap();
        let count = metrics.lines().find_map(|line| line.strip_prefix("platus_check_lateness_seconds_count "));
        count.unwrap().parse::<usize>().unwrap() > checks
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn texts<'a>(list: &'a [Value], key: &str) -> BTreeSet<&'a str> {
    list.iter().filter_map(|item| item[key].as_str()).collect()
}

#[tokio::test]
async fn the_demo_shows_services_history_and_incidents_and_leaves_nothing_behind() {
    let mut demo = Demo::start();
    for word in ["admin", "operator", "viewer", "invented", "Ctrl-C"] {
        assert!(demo.said.contains(word), "{}", demo.said);
    }

    // A login by the form, as a newcomer would.
    let form = "username=viewer&password=viewer&next=/";
    let login =
        demo.client.post(format!("http://{}/login", demo.address)).header("content-type", "application/x-www-form-urlencoded");
    let login = login.body(form).send().await.unwrap();
    let cookie = cookie(login.headers());
    assert!(login.status().is_redirection() && !cookie.is_empty(), "{login:?}");
    let page = demo.client.get(format!("http://{}/", demo.address)).header("cookie", cookie).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("Web shop") && page.contains("All services and data are invented"), "{page}");

    let rows = demo.checked().await;
    assert_eq!(texts(&rows, "type"), ["Back office", "Data", "Payments", "Platform", "Shop"].into());
    assert_eq!(demo.status("viewer").await.len(), SERVICES - 1, "the backup is for administrators");
    let state = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap()["state"].as_str().unwrap().to_owned();
    assert_eq!(["Web shop", "Cache", "Name server", "Nightly backup", "Stock synchronisation"].map(state), ["operational"; 5]);
    assert_eq!(["Label printer", "Fraud check", "Data warehouse"].map(state), ["down", "unhealthy", "down"]);

    let incidents = demo.get("admin", "/api/v1.0/incidents?open=true").await;
    let open = incidents["result"]["incidents"].as_array().unwrap();
    assert!(texts(open, "service").is_superset(&["label-printer", "fraud-check"].into()), "{incidents}");
    let weeks = demo.get("admin", "/api/v1.0/incidents?from=-14d").await;
    assert!(weeks["result"]["incidents"].as_array().unwrap().len() >= 20, "{weeks}");
    let silences = demo.get("operator", "/api/v1.0/silences").await;
    assert_eq!(silences["result"].as_array().unwrap().len(), 3, "{silences}");

    // The history goes on with the checks of this process, without a gap.
    let chart = demo.get("admin", "/api/v1.0/services/web-shop/history?from=-7d&points=100&merge=true").await;
    let points = chart["result"]["points"].as_array().unwrap();
    assert!(points.len() >= 80, "{chart}");
    let metrics = demo.get("admin", "/api/v1.0/services/cache/metrics").await;
    let metrics = metrics["result"]["nodes"][0]["metrics"].as_array().unwrap();
    assert_eq!(texts(metrics, "name"), ["connected clients", "lag", "replicas", "used memory"].into());
    let report = demo.get("admin", "/api/v1.0/report?from=-7d").await;
    for service in report["result"]["services"].as_array().unwrap() {
        let not_watched = service["not_watched"].as_f64().unwrap();
        assert!(not_watched < 120.0, "{service}");
    }

    let begun = Instant::now();
    crate::command_line::signal(demo.child.id(), "-TERM");
    let code = demo.child.wait().unwrap().code();
    assert_eq!(code, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let left: Vec<_> = fs::read_dir(demo.temporary.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_port_that_is_taken_is_reported_and_nothing_is_left_behind() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let temporary = tempfile::tempdir().unwrap();
    let mut child = platus(&["demo", "--listen", &address]).env("TMPDIR", temporary.path()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}
