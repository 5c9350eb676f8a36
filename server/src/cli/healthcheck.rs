use super::output::{print_error, print_line};
use super::{WRONG_INPUT, failed};
use crate::application::DEFAULT_LISTEN;
use clap::Args;
use net::advice::Keys;
use net::deadline::Deadline;
use net::host::{HostName, parse_url};
use net::http::{Client, Connector, ProxyChoice, Request, Reuse};
use net::stopwatch::Stopwatch;
use net::tls::{TlsSettings, shared_client_config};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// For the whole check. Container engines wait 30 s by default.
const DEADLINE: Duration = Duration::from_secs(5);

/// More of an answer is not read, in bytes.
const LONGEST_ANSWER: usize = 64 << 10;

#[derive(Args)]
pub(super) struct Healthcheck {
    /// Where Platus is, as the start of its URL; else it is expected at the address of --listen on this machine.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The address on which Platus listens, as ADDRESS:PORT.
    #[arg(long, value_name = "ADDRESS:PORT", env = "PLATUS_LISTEN", default_value_t = DEFAULT_LISTEN)]
    listen: SocketAddr,
}

/// What `/api/v1.0/health` answers.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "health")]
    _health: String,
    #[serde(default)]
    problems: Vec<String>,
}

impl Healthcheck {
    pub(super) fn run(self) -> ExitCode {
        let base = self.url.unwrap_or_else(|| format!("http://{}", reachable(self.listen)));
        let url = parse_url(&format!("{}/api/v1.0/health", base.trim_end_matches('/')));
        let Some((url, host)) = url.filter(|(url, _)| matches!(url.scheme(), "http" | "https")) else {
            print_error(format_args!("platus: `{base}` is not a URL such as http://127.0.0.1:5001"));
            return ExitCode::from(WRONG_INPUT);
        };
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return failed(&format!("cannot start the threads: {error}")),
        };
        let checked = runtime.block_on(async { timeout(DEADLINE, check(&url, host)).await });
        runtime.shutdown_background();
        match checked.unwrap_or_else(|_| Err(format!("no answer within {} s", DEADLINE.as_secs()))) {
            Ok(()) => {
                print_line("Platus works.");
                ExitCode::SUCCESS
            }
            Err(problem) => failed(&problem),
        }
    }
}

/// Where this machine reaches a server that listens there.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The error says what is wrong.
async fn check(url: &Url, host: HostName) -> Result<(), String> {
    let server = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
    let settings = TlsSettings { verify: true, ca: None, cert: None, key: None };
    let tls = shared_client_config(settings, &["http/1.1"]).map_err(|error| error.message)?;
    let client = Client::new(Connector { tls, proxy: ProxyChoice::Direct, keys: Keys::NONE }, host, Reuse::Never);
    let request = Request { method: &Method::GET, url, headers: &Default::default(), body: None };
    let sent = client.send(&request, Deadline::after(DEADLINE), &mut Stopwatch::start()).await;
    let mut response = sent.map_err(|error| error.describe(&server, Keys::NONE))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await
        && body.len() < LONGEST_ANSWER
    {
        body.extend_from_slice(&chunk[..chunk.len().min(LONGEST_ANSWER - body.len())]);
    }
    match serde_json::from_slice::<Answer>(&body) {
        Ok(answer) if !answer.problems.is_empty() => Err(answer.problems.join(" ")),
        Ok(_) if status == StatusCode::OK => Ok(()),
        _ => Err(format!("what answers at {server} is not Platus (HTTP {status})")),
    }
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
}
