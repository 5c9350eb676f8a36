//! Platus with all its parts, on its own port, and the actions of the tests.

use checks::CheckTypes;
use history::Retention;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use server::application::{Application, StartError};
use server::config::Config;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use storage::memory::MemoryStore;
use storage::writer;
use storage::writer::Start;
use storage::{FormerIds, Store};
use system::clock::Clock;
use system::descriptors::raise_limit;
use system::tasks::TaskFailure;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Nothing that a test waits for takes longer on a machine that is not broken.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Users with each kind of role. Their passwords are their names.
pub const USERS: &str = "
admin: {role: [admin], password: admin}
dev: {role: dev, password: dev}
ops: {role: [ops, qa], password: ops}
operator: {role: [dev, operator], password: operator}
superadmin: {role: [superadmin], password: superadmin}
jürgen: {role: [dev], password: pä:ss}
number: {role: [dev], password: 12345}
";

pub struct TestApp {
    pub address: SocketAddr,
    pub client: Client,
    stop: CancellationToken,
    running: JoinHandle<Result<(), TaskFailure>>,
    folder: TempDir,
}

/// Writes the three files into a folder of their own.
pub fn configuration(config: &str, services: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (file, content) in [("config.yaml", config), ("services.yaml", services), ("users.yaml", USERS)] {
        let path = folder.path().join(file);
        fs::write(&path, content).unwrap();
        // As they are when Platus is started again: written long before.
        fs::File::options().write(true).open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    folder
}

impl TestApp {
    /// Checks these services every second, and confirms failures at the third check.
    pub async fn start(services: &str) -> Self {
        Self::start_with("check_interval: 1\n", services, &CheckTypes::built_in()).await
    }

    pub async fn start_with(config: &str, services: &str, check_types: &CheckTypes) -> Self {
        let build = async |config, listen| Application::build(config, check_types, Some(listen)).await;
        Self::run(config, services, build).await
    }

    /// Goes on from what a store holds that the test has started.
    pub async fn start_on(store: Start, config: &str, services: &str, check_types: &CheckTypes) -> Self {
        let start_store = async move |_: &Config| Ok(store);
        let build =
            async |config, listen| Application::build_on(config, check_types, Some(listen), start_store, Clock::system()).await;
        Self::run(config, services, build).await
    }

    /// With this clock for notifications and suppression.
    pub async fn start_by(clock: Clock, config: &str, services: &str, check_types: &CheckTypes) -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let start = writer::start(store, Retention::default(), PATIENCE, false, FormerIds::default()).await.unwrap();
        let start_store = async move |_: &Config| Ok(start);
        let build = async |config, listen| Application::build_on(config, check_types, Some(listen), start_store, clock).await;
        Self::run(config, services, build).await
    }

    async fn run(
        config: &str,
        services: &str,
        build: impl AsyncFnOnce(Config, SocketAddr) -> Result<Application, StartError>,
    ) -> Self {
        Self::run_in(configuration(config, services), build).await
    }

    /// With files that the test has written.
    pub async fn start_in(folder: TempDir) -> Self {
        let build = async |config, listen| Application::build(config, &CheckTypes::built_in(), Some(listen)).await;
        Self::run_in(folder, build).await
    }

    async fn run_in(folder: TempDir, build: impl AsyncFnOnce(Config, SocketAddr) -> Result<Application, StartError>) -> Self {
        // As the program does; with the usual soft limit, a test with many connections would have more than its share.
        raise_limit();
        let config = Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let application = build(config, listen).await.unwrap();
        let address = application.address();
        let stop = CancellationToken::new();
        let running = tokio::spawn(application.run_until(stop.clone()));
        // The client wants to know how it would encrypt, even though it never does here.
        rustls::crypto::ring::default_provider().install_default().ok();
        // Every wait of every test has an end.
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build().unwrap();
        Self { address, client, stop, running, folder }
    }

    /// Where its configuration and its database are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// A request without credentials.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// A request by a user whose password is their name.
    pub async fn get_as(&self, user: &str, path: &str) -> Response {
        self.request(Method::GET, path).basic_auth(user, Some(user)).send().await.unwrap()
    }

    pub async fn post_as(&self, user: &str, path: &str) -> Response {
        self.request(Method::POST, path).basic_auth(user, Some(user)).send().await.unwrap()
    }

    /// The rows of `/status` as this user sees them.
    pub async fn status(&self, user: &str) -> Vec<Value> {
        let response = self.get_as(user, "/api/v1.0/status").await;
        assert_eq!(response.status(), StatusCode::OK);
        let answer: Value = response.json().await.unwrap();
        answer["result"].as_array().unwrap().clone()
    }

    /// Logs in by the form. Returns the answer and the header that a browser sends from then on.
    pub async fn log_in(&self, user: &str, password: &str, next: &str) -> (Response, String) {
        let form = [("username", user), ("password", password), ("next", next)];
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.request(Method::POST, "/login").header("content-type", "application/x-www-form-urlencoded");
        let response = request.body(body).send().await.unwrap();
        let cookie = cookie(response.headers());
        (response, cookie)
    }

    /// Opens the event stream.
    pub async fn events(&self, user: &str, headers: &[(&str, &str)]) -> EventStream {
        let mut request = self.request(Method::GET, "/api/v1.0/events").basic_auth(user, Some(user));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        EventStream { response, buffer: String::new() }
    }

    /// Waits until a row of this service is in this state, as a viewer of the stream sees it.
    pub async fn until(&self, service: &str, state: &str) -> Value {
        let mut stream = self.events("admin", &[]).await;
        let known = self.status("admin").await.into_iter().find(|row| row["name"] == service && row["state"] == state);
        match known {
            Some(row) => row,
            None => stream.until(|event| event.data["name"] == service && event.data["state"] == state).await.data,
        }
    }

    /// Ends it as a signal would.
    pub async fn stop(self) {
        drop(self.stop_keeping_files().await);
    }

    /// The same, with its files for a restart.
    pub async fn stop_keeping_files(self) -> TempDir {
        self.stop.cancel();
        timeout(Duration::from_secs(5), self.running).await.expect("it ends within five seconds").unwrap().unwrap();
        self.folder
    }
}

/// What a browser keeps of the cookies of this answer.
pub fn cookie(headers: &HeaderMap) -> String {
    let cookies = headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    cookies.map(|cookie| cookie.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
}

#[derive(Debug)]
pub struct StreamEvent {
    pub name: String,
    pub id: Option<String>,
    pub data: Value,
}

pub struct EventStream {
    pub response: Response,
    buffer: String,
}

impl EventStream {
    /// The stream that an answer begins.
    pub fn of(response: Response) -> Self {
        Self { response, buffer: String::new() }
    }

    /// Opens the stream of a program of its own, as an administrator whose password is their name.
    pub async fn open(client: &Client, address: SocketAddr) -> reqwest::Result<Self> {
        let request = client.get(format!("http://{address}/api/v1.0/events")).basic_auth("admin", Some("admin"));
        let response = request.send().await?.error_for_status()?;
        Ok(Self { response, buffer: String::new() })
    }

    /// The next event; nothing when the server has ended the stream.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let event = parse(event);
                self.buffer = rest.to_owned();
                return Some(event);
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("an event in time").unwrap()?;
            self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    pub async fn until(&mut self, wanted: impl Fn(&StreamEvent) -> bool) -> StreamEvent {
        timeout(PATIENCE, async {
            loop {
                let event = self.next().await.expect("the stream goes on");
                if wanted(&event) {
                    return event;
                }
            }
        })
        .await
        .expect("the event comes in time")
    }
}

fn parse(event: &str) -> StreamEvent {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned);
    let data = field("data").map(|data| serde_json::from_str(&data).unwrap()).unwrap_or(Value::Null);
    StreamEvent { name: field("event").unwrap_or_default(), id: field("id"), data }
}
