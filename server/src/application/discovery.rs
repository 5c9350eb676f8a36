//! Lists of services that servers have: asks for them, and keeps the last good ones.

use super::blocking::blocking;
use crate::config::{Discovered, HttpList, KnownLists};
use crate::reload::DiscoveredList;
use futures::future::join_all;
use hyper::header::{ACCEPT, HeaderValue, USER_AGENT};
use hyper::{Method, StatusCode};
use net::advice::Keys;
use net::deadline::Deadline;
use net::http::{Client, Connector, Proxies, ProxyChoice, Request, Reuse};
use net::stopwatch::Stopwatch;
use net::tls::{TlsSettings, shared_client_config};
use parking_lot::Mutex;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The lists that are known, and what asks for them.
pub(super) struct Discovery {
    /// `config.yaml`, beside which the last good lists are kept.
    file: PathBuf,
    known: Arc<Mutex<KnownLists>>,
    news: Arc<Notify>,
    asked: watch::Sender<Vec<Arc<HttpList>>>,
}

/// Asks the servers until the shutdown.
pub(super) struct Asking {
    known: Arc<Mutex<KnownLists>>,
    news: Arc<Notify>,
    asked: watch::Receiver<Vec<Arc<HttpList>>>,
}

impl Discovery {
    /// Continues with the last good lists beside this `config.yaml`, which has these entries. Waits for the disk.
    pub(super) fn new(file: PathBuf, mut known: KnownLists, discovered: &[Discovered]) -> (Self, Asking) {
        let is_news = known.accept(discovered);
        let (known, news) = (Arc::new(Mutex::new(known)), Arc::<Notify>::default());
        let (asked, asking) = watch::channel(servers(discovered));
        let asking = Asking { known: Arc::clone(&known), news: Arc::clone(&news), asked: asking };
        let discovery = Self { file, known, news, asked };
        if is_news {
            discovery.save();
        }
        (discovery, asking)
    }

    /// The lists as they are known now.
    pub(super) fn known(&self) -> KnownLists {
        self.known.lock().clone()
    }

    /// Completes when a server has another list, or none any more.
    pub(super) fn news(&self) -> Arc<Notify> {
        Arc::clone(&self.news)
    }

    /// These entries are in use from now on.
    pub(super) async fn accept(self: &Arc<Self>, discovered: &[Discovered]) {
        let is_news = self.known.lock().accept(discovered);
        let servers = servers(discovered);
        self.asked.send_if_modified(|asked| {
            let is_other = *asked != servers;
            *asked = servers;
            is_other
        });
        if is_news {
            let discovery = Arc::clone(self);
            blocking(move || discovery.save()).await;
        }
    }

    /// Waits for the disk.
    fn save(&self) {
        let known = self.known();
        if let Err(error) = known.save(&self.file) {
            tracing::warn!(
                %error,
                "The lists of discovered services cannot be kept beside config.yaml; after a restart, those whose source is away are missing."
            );
        }
    }
}

/// What `GET /config` says of the entries.
pub(super) fn status(discovered: &[Discovered]) -> Vec<DiscoveredList> {
    let list = |Discovered { entry, source, services, failure, .. }: &Discovered| DiscoveredList {
        entry: entry.clone(),
        source: source.clone(),
        services: *services,
        failure: failure.clone(),
    };
    discovered.iter().map(list).collect()
}

/// The entries whose latest list is not used as a whole, each with the reason.
pub(super) fn unused(discovered: &[Discovered]) -> Vec<String> {
    let reason = |entry: &Discovered| {
        let awaited = || format!("{} was not asked yet", entry.source);
        entry.failure.clone().or_else(|| entry.is_awaited.then(awaited))
    };
    discovered.iter().filter_map(|each| Some(format!("{}: {}", each.entry, reason(each)?))).collect()
}

/// The requests of these entries, each once.
fn servers(discovered: &[Discovered]) -> Vec<Arc<HttpList>> {
    let mut servers: Vec<Arc<HttpList>> = Vec::new();
    for list in discovered.iter().filter_map(|entry| entry.http.as_ref()) {
        if !servers.contains(list) {
            servers.push(Arc::clone(list));
        }
    }
    servers
}

impl Asking {
    /// Asks each server at once, and then from time to time.
    pub(super) async fn run(mut self, shutdown: CancellationToken) {
        loop {
            let lists = self.asked.borrow_and_update().clone();
            let asking = join_all(lists.iter().map(|list| self.ask_always(list)));
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = asking, if !lists.is_empty() => {}
                changed = async { self.asked.clone().changed().await } => if changed.is_err() {
                    return shutdown.cancelled().await;
                },
            }
        }
    }

    async fn ask_always(&self, list: &Arc<HttpList>) {
        let client = client(list);
        loop {
            let answer = match &client {
                Ok(client) => ask(client, list).await,
                Err(problem) => Err(problem.clone()),
            };
            if self.known.lock().answered(list, answer) {
                self.news.notify_one();
            }
            sleep(list.every).await;
        }
    }
}

fn client(list: &HttpList) -> Result<Client, String> {
    let settings = TlsSettings { verify: list.verify, ca: list.ca.as_deref(), cert: None, key: None };
    let tls = shared_client_config(settings, &["h2", "http/1.1"]).map_err(|error| error.message)?;
    let connector = Connector { tls, proxy: ProxyChoice::Environment(Proxies::of_process()), keys: Keys::TRUST };
    Ok(Client::new(connector, list.host.clone(), Reuse::Never))
}

/// The list, or why there is none.
async fn ask(client: &Client, list: &HttpList) -> Result<String, String> {
    let deadline = Deadline::after(list.timeout);
    let server = list.host.with_port(list.url.port_or_known_default().unwrap_or_default());
    let mut headers = list.headers.clone();
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
    headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(concat!("Platus/", env!("CARGO_PKG_VERSION"))));
    let request = Request { method: &Method::GET, url: &list.url, headers: &headers, body: None };
    let failed = |error: net::http::HttpError| error.describe(&server, Keys::TRUST);
    let mut answer = client.send(&request, deadline, &mut Stopwatch::start()).await.map_err(failed)?;
    if answer.status() != StatusCode::OK {
        return Err(format!("{server} answered with status {}", answer.status().as_u16()));
    }
    let mut body = Vec::new();
    let reading = async {
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > KnownLists::LARGEST {
                return Err(format!("{server} answered with more than {} MiB", KnownLists::LARGEST >> 20));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(())
    };
    deadline.wait_for(reading).await.map_err(|over| format!("{server} did not answer completely {over}"))??;
    String::from_utf8(body).map_err(|_| format!("{server} answered with text that is not in UTF-8"))
}
