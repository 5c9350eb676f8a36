//! The cost of new connections: checks whose connections are kept for 30 s, and checks with a new connection each, with and without TLS.

use crate::figures::{Resources, milliseconds};
use crate::platus::{Platus, take_notes};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const SERVICES: u32 = 2_000;
/// At this interval three checks use a connection; at the usual one of 60 s each has a new one, as with `connection: new`.
const INTERVAL: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(30);

/// One kind of services.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    what: &'static str,
    protocol: &'static str,
    connection: &'static str,
}

/// Those without TLS first.
pub(crate) const KINDS: [Kind; 6] = [
    Kind { name: "http-kept", what: "http, every 10 s", protocol: "http", connection: "{max_age: 30}" },
    Kind { name: "http-new", what: "http, as every 60 s: each check anew", protocol: "http", connection: "new" },
    Kind { name: "http-lasting", what: "http, connection: reuse", protocol: "http", connection: "reuse" },
    Kind { name: "https-kept", what: "https, every 10 s", protocol: "https", connection: "{max_age: 30}" },
    Kind { name: "https-new", what: "https, as every 60 s: each check anew", protocol: "https", connection: "new" },
    Kind { name: "https-lasting", what: "https, connection: reuse", protocol: "https", connection: "reuse" },
];

#[derive(Serialize, Deserialize)]
pub(crate) struct Figures {
    checks: usize,
    failures: usize,
    measured: Duration,
    resources: Resources,
}

impl Figures {
    pub(crate) fn print_header() {
        println!("{SERVICES} services every {INTERVAL:?} for {MEASURED:?}, by what they do with their connections");
        println!("  {:<42} {:>9} {:>10} {:>9}", "", "checks/s", "CPU/check", "RSS");
    }

    pub(crate) fn print(&self, kind: Kind) {
        let per_check = self.resources.processor_time.as_secs_f64() / self.checks.max(1) as f64;
        println!(
            "  {:<42} {:>9.1} {:>10} {:>9}",
            kind.what,
            self.checks as f64 / self.measured.as_secs_f64(),
            milliseconds(per_check),
            format!("{} MiB", self.resources.memory >> 10)
        );
        if self.failures > 0 {
            println!("  {:<42} {} of {} checks FAILED, so the figures mean little", kind.what, self.failures, self.checks);
        }
    }
}

/// Platus checks services on the server at this port, which shows a certificate of this authority where it speaks TLS.
pub(crate) async fn measure(kind: Kind, port: u16, ca: &str) -> Figures {
    let platus = Platus::start(INTERVAL, &services(kind, port, ca)).await;
    // The first checks make the connections.
    sleep(INTERVAL).await;
    take_notes();
    let (start, before) = (Instant::now(), Resources::now());
    sleep(MEASURED).await;
    let (measured, resources) = (start.elapsed(), Resources::now().since(&before));
    let (starts, failures) = take_notes();
    platus.stop().await;
    Figures { checks: starts.iter().map(Vec::len).sum(), failures, measured, resources }
}

fn services(kind: Kind, port: u16, ca: &str) -> String {
    let Kind { protocol, connection, .. } = kind;
    // A text of JSON is one of YAML, too.
    let ca = serde_json::to_string(ca).unwrap();
    let url = if protocol == "https" { "/" } else { "/ok" };
    let mut yaml = String::new();
    for number in 0..SERVICES {
        writeln!(
            yaml,
            "service-{number}: {{type: rest_http, properties: {{host: 127.0.0.1, port: {port}, protocol: {protocol}, ca: {ca}, \
             connection: {connection}}}, data: {{type: Group {}, name: Service {number}, url: '{url}'}}}}",
            number % 7
        )
        .unwrap();
    }
    yaml
}
