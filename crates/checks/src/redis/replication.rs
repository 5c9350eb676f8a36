//! Compares the replication in INFO with the expectations.

use crate::{Expectation, Metric};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// The expected replication.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Expected {
    pub(super) role: Option<Role>,
    /// In seconds.
    pub(super) max_lag: Option<f64>,
    pub(super) min_replicas: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    #[serde(alias = "primary")]
    Master,
    #[serde(alias = "slave")]
    Replica,
}

/// The lines of INFO.
pub(super) struct Info<'a>(BTreeMap<&'a str, &'a str>);

/// A replica as its master sees it.
struct Replica {
    /// Host and port.
    address: String,
    is_online: bool,
    /// Seconds since its last acknowledgement.
    lag: Option<f64>,
}

impl Expected {
    /// Whether only PING is checked.
    pub(super) fn is_empty(&self) -> bool {
        self.role.is_none() && self.max_lag.is_none() && self.min_replicas.is_none()
    }
}

/// The expectations of the replication, and what was found.
pub(super) fn compare(info: &Info<'_>, expected: &Expected) -> Vec<Expectation> {
    let role = expected.role.map(|role| {
        let seen = info.role().map_or_else(|| "no role".to_owned(), |role| role.to_string());
        Expectation::new(format!("role {role}"), seen, info.role() == Some(role))
    });
    let link = (info.role() == Some(Role::Replica)).then(|| info.link());
    let lag = expected.max_lag.into_iter().flat_map(|most| lags(info, most));
    let replicas = expected.min_replicas.map(|least| {
        let online = info.replicas().filter(|replica| replica.is_online).count();
        let is_enough = u32::try_from(online).is_ok_and(|online| online >= least);
        Expectation::new(format!("{least} replicas or more online"), online.to_string(), is_enough)
    });
    role.into_iter().chain(link).chain(lag).chain(replicas).collect()
}

/// One on a replica; on a master one for each online replica.
fn lags(info: &Info<'_>, most: f64) -> Vec<Expectation> {
    let within = |lag: Option<f64>| lag.is_some_and(|lag| lag <= most);
    let seconds = |lag: Option<f64>| lag.map_or_else(|| "nothing".to_owned(), |lag| format!("{lag} s"));
    if info.role() == Some(Role::Replica) {
        let lag = info.silence_of_master();
        return vec![Expectation::new(format!("contact with the master within {most} s"), seconds(lag), within(lag))];
    }
    let online = info.replicas().filter(|replica| replica.is_online);
    online
        .map(|Replica { address, lag, .. }| {
            Expectation::new(format!("contact with the replica {address} within {most} s"), seconds(lag), within(lag))
        })
        .collect()
}

/// The metrics in INFO.
pub(super) fn metrics(info: &Info<'_>) -> Vec<Metric> {
    let metric = |name: &str, value: Option<f64>, unit: &str| value.map(|value| Metric::new(name, value, unit));
    let lag = match info.role() {
        Some(Role::Replica) => info.silence_of_master(),
        _ => info.replicas().filter_map(|replica| replica.lag).reduce(f64::max),
    };
    let metrics = [
        metric("connected clients", info.number("connected_clients"), ""),
        metric("used memory", info.number("used_memory"), "B"),
        metric("replicas", info.number("connected_slaves"), ""),
        metric("lag", lag, "s"),
    ];
    metrics.into_iter().flatten().collect()
}

impl<'a> Info<'a> {
    pub(super) fn parse(text: &'a str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| line.trim_end().split_once(':')).collect())
    }

    fn role(&self) -> Option<Role> {
        match *self.0.get("role")? {
            "master" => Some(Role::Master),
            "slave" | "replica" => Some(Role::Replica),
            _ => None,
        }
    }

    /// Negative numbers mean unknown.
    fn number(&self, key: &str) -> Option<f64> {
        self.0.get(key)?.parse().ok().filter(|number| *number >= 0.0)
    }

    /// In seconds; `None` if the replica never had a link.
    fn silence_of_master(&self) -> Option<f64> {
        self.number("master_last_io_seconds_ago").or_else(|| self.number("master_link_down_since_seconds"))
    }

    /// Whether a replica is connected to its master.
    fn link(&self) -> Expectation {
        let address = |key| self.0.get(key).copied().unwrap_or("?");
        let is_up = self.0.get("master_link_status") == Some(&"up");
        let seen = if is_up {
            "up".to_owned()
        } else if self.number("master_sync_in_progress") == Some(1.0) {
            "a synchronisation that is not done yet".to_owned()
        } else {
            let since = self.number("master_link_down_since_seconds").map(|seconds| format!(" for {seconds} s"));
            format!("none{}", since.unwrap_or_default())
        };
        Expectation::new(format!("a link to the master {}:{}", address("master_host"), address("master_port")), seen, is_up)
    }

    /// The replicas that are connected to it, in any role.
    fn replicas(&self) -> impl Iterator<Item = Replica> {
        let numbered = |key: &str| key.strip_prefix("slave").is_some_and(|number| number.parse::<u32>().is_ok());
        self.0.iter().filter(move |(key, _)| numbered(key)).map(|(_, line)| Replica::parse(line))
    }
}

impl Replica {
    /// For example `ip=127.0.0.1,port=6380,state=online,offset=42,lag=1`.
    fn parse(line: &str) -> Self {
        let fields: BTreeMap<_, _> = line.split(',').filter_map(|field| field.split_once('=')).collect();
        let field = |key| fields.get(key).copied().unwrap_or("?");
        Self {
            address: format!("{}:{}", field("ip"), field("port")),
            is_online: field("state") == "online",
            lag: field("lag").parse().ok().filter(|lag| *lag >= 0.0),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Master => "master",
            Self::Replica => "replica",
        })
    }
}
