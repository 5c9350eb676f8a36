//! Pings a host with ICMP echo requests, like the program `ping`.

mod echo;
mod series;
mod socket;

use super::{CheckError, Expectation, Host, Metric, Observation, Plugin};
use model::State;
use net::deadline::Deadline;
use net::dial;
use net::host::HostName;
use net::max_elapsed::MaxElapsed;
use net::stopwatch::Stopwatch;
use schemars::JsonSchema;
use serde::Deserialize;
use series::Series;
use socket::EchoSocket;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use system::exhaustion::Exhausted;
use yaml::InvalidSetting;

/// More would take too long and disturb the network.
const MOST_PINGS: u16 = 100;

/// The check of one host.
pub(super) struct Ping {
    host: String,
    data: Data,
    /// Name of the one row.
    node: String,
    timeout: Duration,
}

/// The host to ping.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name, IPv4 or IPv6 address. For a name, the first address with a route is used. Also the name of the row.
    host: String,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check, in addition to at least one answer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Number of pings, sent 0.2 seconds apart; at most 100. Default: 3.
    #[serde(default = "default_count")]
    count: u16,
    /// Percentage of pings that may be lost, fractions allowed; more is unhealthy. Default: 0.
    #[serde(default)]
    max_loss: f64,
    /// Average round-trip time in seconds, fractions allowed; slower is unhealthy. Default: the `timeout`.
    max_elapsed: Option<MaxElapsed>,
}

impl Plugin for Ping {
    const NAME: &'static str = "ping";
    const SUMMARY: &'static str = "Pings a host, and checks the loss and the round-trip time.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
gateway:
  role: [dev]
  type: ping
  properties:
    host: gateway.example.org
    timeout: 5
  data:
    type: Network
    name: Gateway
    count: 5
    max_loss: 20
    max_elapsed: 0.1
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        if !(1..=MOST_PINGS).contains(&data.count) {
            return Err(InvalidSetting::new(format!("`count` must be from 1 to {MOST_PINGS}")));
        }
        if !(0.0..=100.0).contains(&data.max_loss) {
            return Err(InvalidSetting::new("`max_loss` must be from 0 to 100 percent"));
        }
        Ok(Self { host: properties.host, data, node: host.node.clone(), timeout: host.timeout })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let deadline = Deadline::after(self.timeout);
        let mut watch = Stopwatch::start();
        // ICMP has no ports.
        let addresses = match dial::resolve(&HostName::new(&self.host), 0, deadline, &mut watch).await {
            Ok(addresses) => addresses,
            Err(error) => return Err(error.into_check_error(watch)),
        };
        // This machine may have no route to the first address, usually because it has no IPv6.
        let (socket, address) = match open_first(&addresses) {
            Ok(opened) => opened,
            Err(message) => return Err(CheckError::new(message).with_watch(watch)),
        };
        watch.begin("answers");
        match Series::of(self.data.count, &socket, deadline).await {
            Ok(series) => {
                watch.lap("answers");
                let seen = judge(&self.node, &series, &self.data, address.ip(), self.timeout);
                Ok(vec![seen.with_watch(watch)])
            }
            Err(error) => {
                let reason = Exhausted::of(&error).map_or_else(|| error.to_string(), Exhausted::noted);
                let message = format!("the ping to {} could not be sent: {reason}", address.ip());
                Err(CheckError::new(message).with_watch(watch))
            }
        }
    }
}

/// Opens a socket for the first address with a route.
fn open_first(addresses: &[SocketAddr]) -> Result<(EchoSocket, SocketAddr), String> {
    let mut opened = Err("the host has no address".to_owned());
    for address in addresses {
        opened = EchoSocket::open(*address).map(|socket| (socket, *address));
        if opened.is_ok() {
            break;
        }
    }
    opened
}

/// Derives the row from the pings to `address`.
fn judge(node: &str, series: &Series, data: &Data, address: IpAddr, timeout: Duration) -> Observation {
    let Some(average) = series.average() else {
        let reason = series.refusal.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let message = format!("no answer from {address} to {} within {} s{reason}", pings(series.sent()), timeout.as_secs_f64());
        return Observation::new(node, State::Down).with_message(message).with_metrics(metrics(series));
    };
    let seen = format!("{} of {} without answer", series.lost(), series.sent());
    let loss = Expectation::new(format!("at most {} % of the pings lost", data.max_loss), seen, series.loss() <= data.max_loss);
    let expectations = [Some(loss), data.max_elapsed.map(|max| max.judge(average))].into_iter().flatten().collect();
    Observation::judged(node, expectations, State::Unhealthy).with_elapsed(average).with_metrics(metrics(series))
}

fn pings(number: usize) -> String {
    if number == 1 { "a ping".to_owned() } else { format!("{number} pings") }
}

fn metrics(series: &Series) -> Vec<Metric> {
    let milliseconds = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
    let times = series.fastest().zip(series.slowest());
    let times = times.map(|(fastest, slowest)| {
        [Metric::new("fastest", milliseconds(fastest), "ms"), Metric::new("slowest", milliseconds(slowest), "ms")]
    });
    [Metric::new("loss", series.loss(), "%")].into_iter().chain(times.into_iter().flatten()).collect()
}

fn default_count() -> u16 {
    3
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    /// Series trips in milliseconds, `None` for pings without answer.
    #[track_caller]
    fn check(trips: &[Option<u64>], max_loss: f64, max_elapsed: Option<f64>, state: State, message: Option<&str>) {
        let max_elapsed = max_elapsed.map(|seconds| MaxElapsed::try_from(seconds).unwrap());
        let data = Data { count: 3, max_loss, max_elapsed };
        let series = Series::new(trips.iter().map(|trip| trip.map(Duration::from_millis)).collect());
        let seen = judge("host", &series, &data, ADDRESS, Duration::from_secs(5));
        assert_eq!((seen.state, seen.message.as_deref()), (state, message));
        assert_eq!(seen.elapsed.is_some(), state != State::Down);
    }

    #[test]
    fn answers_are_judged() {
        let all = [Some(10), Some(20), Some(60)];
        let some = [Some(10), None, None];
        check(&all, 0.0, None, State::Operational, None);
        check(&all, 0.0, Some(0.03), State::Operational, None);
        check(&all, 0.0, Some(0.029), State::Unhealthy, Some("expected an answer within 0.029 s, got 0.030 s"));
        check(&some, 70.0, None, State::Operational, None);
        check(&some, 50.0, None, State::Unhealthy, Some("expected at most 50 % of the pings lost, got 2 of 3 without answer"));
        check(&[None, None, None], 100.0, None, State::Down, Some("no answer from 192.0.2.1 to 3 pings within 5 s"));
        check(&[None], 0.0, Some(1.0), State::Down, Some("no answer from 192.0.2.1 to a ping within 5 s"));
    }

    #[test]
    fn a_refusal_is_reported() {
        let mut series = Series::new(vec![None]);
        series.refusal = Some("no route to host".to_owned());
        let data = Data { count: 1, max_loss: 0.0, max_elapsed: None };
        let seen = judge("host", &series, &data, ADDRESS, Duration::from_secs(1));
        assert_eq!(seen.message.as_deref(), Some("no answer from 192.0.2.1 to a ping within 1 s (no route to host)"));
    }

    #[test]
    fn what_was_measured_is_kept() {
        let series = Series::new(vec![Some(Duration::from_micros(1500)), None, Some(Duration::from_millis(3)), None]);
        let metrics: Vec<_> =
            metrics(&series).iter().map(|metric| format!("{} {}{}", metric.name, metric.value, metric.unit)).collect();
        assert_eq!(metrics, ["loss 50%", "fastest 1.5ms", "slowest 3ms"]);
    }
}
