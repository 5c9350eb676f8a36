//! The event stream, read by a real client.

use crate::targets::targets;
use crate::test_app::TestApp;
use reqwest::StatusCode;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

/// A file that nginx serves, so that a test changes the state of a service by making and removing it.
struct Switch {
    file: std::path::PathBuf,
}

impl Switch {
    fn new(name: &str) -> Self {
        let switch = Self { file: Path::new(targets().get("FILES")).join(name) };
        switch.on();
        switch
    }

    fn on(&self) {
        fs::write(&self.file, "{\"status\":\"healthy\"}").unwrap();
    }

    fn off(&self) {
        fs::remove_file(&self.file).unwrap();
    }

    fn service(&self, id: &str) -> String {
        let (port, file) = (targets().port("HTTP"), self.file.file_name().unwrap().to_str().unwrap());
        format!(
            "{id}: {{type: rest_http, role: dev, properties: {{host: 127.0.0.1, port: {port}, protocol: http}}, \
             data: {{type: App, name: {id}, url: /files/{file}}}}}\n"
        )
    }
}

#[tokio::test]
async fn a_target_that_ends_and_comes_back_is_reported_with_its_counts() {
    let switch = Switch::new("counts.json");
    let app = TestApp::start(&switch.service("shop")).await;
    let mut stream = app.events("dev", &[]).await;
    stream.until(|event| event.data["state"] == "operational").await;

    switch.off();
    let down = stream.until(|event| event.data["state"] == "down").await;
    assert_eq!(
        (&down.name, &down.data["retries"], &down.data["last_state"]),
        (&"status".to_owned(), &1.into(), &"operational".into())
    );
    assert!(down.data["message"].as_str().unwrap().contains("404"), "{down:?}");
    let third = stream.until(|event| event.data["retries"] == 3).await;
    assert_eq!((&third.data["retry_limit"], &third.data["since"]), (&3.into(), &down.data["since"]));

    switch.on();
    let up = stream.until(|event| event.data["state"] == "operational").await;
    assert_eq!((&up.data["retries"], &up.data["last_state"]), (&0.into(), &"operational".into()));
}

#[tokio::test]
async fn a_lost_connection_resumes_where_it_was() {
    let app = TestApp::start(&Switch::new("resume.json").service("shop")).await;
    let mut stream = app.events("dev", &[]).await;
    let seen = stream.until(|event| event.name == "status").await.id.unwrap();
    let missed = stream.until(|event| event.name == "status").await;
    drop(stream);

    let mut stream = app.events("dev", &[("last-event-id", &seen)]).await;
    let first = stream.next().await.unwrap();
    assert_eq!((first.name, first.id, first.data), (missed.name, missed.id, missed.data));
}

#[tokio::test]
async fn a_position_that_is_not_known_asks_for_a_resync() {
    let app = TestApp::start(&Switch::new("resync.json").service("shop")).await;
    for unknown in ["1-1", "0-0", "nonsense", "-", "99999999999999999999-1"] {
        let mut stream = app.events("dev", &[("last-event-id", unknown)]).await;
        let first = stream.next().await.unwrap();
        assert_eq!(first.name, "resync", "{unknown}");
        assert_eq!(first.data.as_str(), first.id.as_deref());
    }
}

#[tokio::test]
async fn proxies_are_asked_not_to_buffer_the_stream() {
    let app = TestApp::start("{}").await;
    let stream = app.events("dev", &[("accept-encoding", "gzip, br")]).await;
    let headers = stream.response.headers();
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["x-accel-buffering"], "no");
    assert!(headers.get("content-encoding").is_none(), "{headers:?}");
}

#[tokio::test]
async fn a_hundred_open_streams_do_not_hold_up_the_end() {
    let app = TestApp::start(&Switch::new("end.json").service("shop")).await;
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(app.events("dev", &[]).await);
    }
    let address = app.address;
    timeout(Duration::from_secs(5), app.stop()).await.unwrap();
    for mut stream in streams {
        while stream.next().await.is_some() {}
    }
    assert!(std::net::TcpStream::connect(address).is_err(), "the port is closed");
}

#[tokio::test]
async fn the_stream_is_open_to_a_session_too() {
    let app = TestApp::start("{}").await;
    let (_, cookie) = app.log_in("dev", "dev", "/").await;
    let response = app.request(reqwest::Method::GET, "/api/v1.0/events").header("cookie", cookie).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}
