//! Requests of the commands to a running Platus.

use super::configuration::Configuration;
use crate::application::DEFAULT_LISTEN;
use crate::config::masked_url;
use clap::Args;
use net::advice::Keys;
use net::deadline::Deadline;
use net::host::{HostName, parse_url};
use net::http::{Client, Connector, ProxyChoice, Request, Reuse};
use net::stopwatch::Stopwatch;
use net::tls::{TlsSettings, shared_client_config};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use system::files::read_ordinary_text;
use tokio::time::timeout;
use url::Url;

/// Bytes of a file with certificate authorities.
const MOST_AUTHORITIES: u64 = 4 << 20;

/// Where Platus runs.
#[derive(Args)]
pub(super) struct RunningPlatus {
    /// Base URL of Platus. Default: the address of --listen on this machine.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The address on which Platus listens, as ADDRESS:PORT. Default: the key `listen` in config.yaml, else 0.0.0.0:5001.
    #[arg(long, value_name = "ADDRESS:PORT", env = "PLATUS_LISTEN")]
    listen: Option<SocketAddr>,
    /// The file with certificate authorities in PEM. They are trusted in addition to those of the system.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    #[command(flatten)]
    configuration: Configuration,
}

/// What to ask.
pub(super) struct Question<'a> {
    /// Of the API, such as `/api/v1.0/health`.
    pub path: &'a str,
    /// The API key of the caller.
    pub key: Option<&'a str>,
    pub deadline: Duration,
    /// Bytes of the answer that are read at most.
    pub longest_answer: usize,
}

/// What was answered.
pub(super) struct Answer {
    pub status: StatusCode,
    pub body: Vec<u8>,
    /// Host and port.
    pub server: String,
}

/// Why there is no answer, in one sentence.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// The command line or the API key is wrong.
    WrongInput(String),
    Failed(String),
}

impl RunningPlatus {
    /// The command line of Platus with these arguments, for the same configuration.
    pub(super) fn command(&self, arguments: &str) -> String {
        self.configuration.command(arguments)
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask(&self, question: &Question<'_>) -> Result<Answer, NoAnswer> {
        let base = self.url.clone().unwrap_or_else(|| format!("http://{}", reachable(self.listen())));
        let (url, host) = address(&base, question.path).map_err(NoAnswer::WrongInput)?;
        let headers = headers(question.key)?;
        let ca = self.authorities().map_err(NoAnswer::WrongInput)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| NoAnswer::Failed(format!("cannot start the threads: {error}")))?;
        let asked = runtime.block_on(async {
            let answer = get(&url, host, &headers, ca.as_deref(), question);
            timeout(question.deadline, answer).await
        });
        runtime.shutdown_background();
        let late = |_| Err(format!("no answer within {} s", question.deadline.as_secs()));
        asked.unwrap_or_else(late).map_err(NoAnswer::Failed)
    }

    /// The text of the file with certificate authorities. The error is a sentence.
    fn authorities(&self) -> Result<Option<String>, String> {
        let Some(file) = &self.ca else { return Ok(None) };
        let text =
            read_ordinary_text(file, MOST_AUTHORITIES).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        Ok(Some(text))
    }

    fn listen(&self) -> SocketAddr {
        self.listen.or_else(|| self.configuration.listen()).unwrap_or(DEFAULT_LISTEN)
    }
}

/// The URL of a path below the base URL. The error is a sentence.
fn address(base: &str, path: &str) -> Result<(Url, HostName), String> {
    let known = parse_url(base).filter(|(url, _)| matches!(url.scheme(), "http" | "https"));
    let Some((url, _)) = known else { return Err(format!("`{base}` is not a URL such as http://127.0.0.1:5001")) };
    let shown = masked_url(base);
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("`{shown}` is no base URL: leave out what follows `?` or `#`, as in https://example.org/platus"));
    }
    let url = parse_url(&format!("{}{path}", base.trim().trim_end_matches('/')));
    url.ok_or_else(|| format!("`{shown}` is not the base URL of Platus"))
}

fn headers(key: Option<&str>) -> Result<HeaderMap, NoAnswer> {
    let mut headers = HeaderMap::new();
    if let Some(key) = key {
        let value = HeaderValue::from_str(&format!("Bearer {key}"));
        let mut value = value.map_err(|_| NoAnswer::WrongInput("the API key has characters that no key has".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// The address at which this machine reaches a server that listens there.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The error says what is wrong.
async fn get(url: &Url, host: HostName, headers: &HeaderMap, ca: Option<&str>, question: &Question<'_>) -> Result<Answer, String> {
    let server = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
    let settings = TlsSettings { verify: true, ca, cert: None, key: None };
    let tls = shared_client_config(settings, &["http/1.1"]).map_err(|error| error.message)?;
    let client = Client::new(Connector { tls, proxy: ProxyChoice::Direct, keys: Keys::NONE }, host, Reuse::Never);
    let request = Request { method: &Method::GET, url, headers, body: None };
    let sent = client.send(&request, Deadline::after(question.deadline), &mut Stopwatch::start()).await;
    let mut response = sent.map_err(|error| error.describe(&server, Keys::NONE))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await
        && body.len() < question.longest_answer
    {
        body.extend_from_slice(&chunk[..chunk.len().min(question.longest_answer - body.len())]);
    }
    Ok(Answer { status, body, server })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unspecified_address_is_reached_on_this_machine() {
        for (listen, expected) in [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:81", "[::1]:81"), ("10.0.0.1:82", "10.0.0.1:82")] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), expected);
        }
    }

    #[test]
    fn only_a_base_url_is_taken() {
        let asked = |base: &str| address(base, "/api").map(|(url, _)| url.to_string());
        assert_eq!(asked("https://example.org/platus/"), Ok("https://example.org/platus/api".to_owned()));
        for base in ["https://example.org/?a=b", "https://example.org?", "http://example.org/#health"] {
            assert!(asked(base).unwrap_err().contains("is no base URL"), "{base}");
        }
        for base in ["example.org", "ftp://example.org", "http://", ""] {
            assert!(asked(base).unwrap_err().contains("is not a URL such as"), "{base}");
        }
    }
}
