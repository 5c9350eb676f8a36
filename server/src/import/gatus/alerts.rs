//! `alerts` of an endpoint, and `alerting`, which has the channels.

use super::references::carried;
use crate::import::durations;
use crate::import::keys::{Keys, quoted};
use crate::import::model::{Imported, Part, Presence};
use crate::import::routing;
use crate::import::value::{Map, Value};
use yaml::Node;

/// Failed checks in a row, and successful ones, of an alert without its own.
const FAILURES: u32 = 3;
const SUCCESSES: u32 = 2;

/// The kinds of alerts of which [`set_channel`] makes a channel.
const CARRIED: [&str; 10] =
    ["custom", "discord", "email", "mattermost", "ntfy", "pagerduty", "rocketchat", "slack", "teams-workflows", "telegram"];

/// Shortest and longest pause between reminders that Platus takes, in seconds.
const REMINDERS: std::ops::RangeInclusive<f64> = 60.0..=2_592_000.0;

/// The alerts that are switched on.
#[derive(Clone, Default)]
pub(super) struct Alerts(Vec<Alert>);

#[derive(Clone)]
struct Alert {
    kind: String,
    failures: u32,
    successes: u32,
    /// Seconds between reminders.
    reminder: Option<f64>,
    sends_recovery: bool,
    is_on: bool,
}

impl Alerts {
    /// The `default-alert` of each entry of `alerting`.
    pub(super) fn defaults(alerting: Option<&Node>) -> Self {
        let providers = alerting.and_then(Node::entries).unwrap_or_default();
        let defaults = providers.iter().filter_map(|provider| {
            let node = provider.value.get("default-alert")?;
            Some(Alert::read(&mut Keys::new(node), provider.key.value.clone(), &Self::default()))
        });
        Self(defaults.collect())
    }

    /// The alerts of an endpoint.
    pub(super) fn read(nodes: &[Node], defaults: &Self, service: &mut Part) -> Self {
        let mut alerts = Vec::new();
        for node in nodes {
            let mut keys = Keys::new(node);
            let Some(kind) = keys.text("type") else {
                service.lost("an alert without `type`");
                continue;
            };
            let alert = Alert::read(&mut keys, kind.to_owned(), defaults);
            if keys.flag("send-on-resolved") == Some(false) {
                service.lost(format!("`send-on-resolved: false` of the alert `{kind}`: Platus always sends recoveries"));
            }
            keys.report(service, &format!(" of the alert `{kind}`"));
            alerts.push(alert);
        }
        Self(alerts.into_iter().filter(|alert| alert.is_on).collect())
    }

    /// Whether a channel of this kind is used.
    pub(super) fn uses(&self, kind: &str) -> bool {
        self.0.iter().any(|alert| alert.kind == kind)
    }

    /// Whether one of them sends no recovery in Gatus.
    pub(super) fn is_silent_about_recovery(&self) -> bool {
        self.0.iter().any(|alert| !alert.sends_recovery)
    }

    /// The kinds of channels that are used.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|alert| alert.kind.as_str())
    }

    /// Sets retries and reminders of a service. Alerts without a channel in Platus count only if there are no others.
    pub(super) fn set_thresholds(&self, service: &mut Part) {
        let carried: Vec<&Alert> = self.0.iter().filter(|alert| CARRIED.contains(&alert.kind.as_str())).collect();
        let alerts = if carried.is_empty() { self.0.iter().collect() } else { carried };
        let Some(first) = alerts.first() else { return };
        let failures = alerts.iter().map(|alert| alert.failures).min().unwrap_or(first.failures);
        let successes = alerts.iter().map(|alert| alert.successes).min().unwrap_or(first.successes);
        let reminder = alerts.iter().filter_map(|alert| alert.reminder).reduce(f64::min);
        let is_same = |alert: &&Alert| (alert.failures, alert.successes) == (failures, successes) && alert.reminder == reminder;
        if !alerts.iter().all(is_same) {
            service.lost("thresholds and reminders that differ between its alerts; the lowest apply to all channels");
        }
        service.keys.set("retries_before_notify", Value::number(failures));
        service.keys.set("successes_before_recovery", Value::number(successes));
        service.keys.set_if("reminder", reminder.map(|seconds| Value::Plain(durations::shown(seconds))));
    }
}

impl Alert {
    fn read(keys: &mut Keys<'_>, kind: String, defaults: &Alerts) -> Self {
        let default = defaults.0.iter().find(|alert| alert.kind == kind);
        let count = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
        let reminder = keys.parsed("minimum-reminder-interval", |text| durations::seconds(text).filter(|seconds| *seconds > 0.0));
        Self {
            failures: keys.parsed("failure-threshold", count).or(default.map(|alert| alert.failures)).unwrap_or(FAILURES),
            successes: keys.parsed("success-threshold", count).or(default.map(|alert| alert.successes)).unwrap_or(SUCCESSES),
            reminder: reminder
                .map(|seconds| seconds.clamp(*REMINDERS.start(), *REMINDERS.end()))
                .or(default.and_then(|alert| alert.reminder)),
            sends_recovery: keys.flag("send-on-resolved").or(default.map(|alert| alert.sends_recovery)).unwrap_or(false),
            is_on: keys.flag("enabled").or(default.map(|alert| alert.is_on)).unwrap_or(true),
            kind,
        }
    }
}

/// Makes channels of `alerting`. `used` says which service uses which alerts.
pub(super) fn channels(alerting: Option<&Node>, used: &[(String, Alerts)], imported: &mut Imported) {
    let providers = alerting.and_then(Node::entries).unwrap_or_default();
    for provider in providers {
        let kind = provider.key.value.as_str();
        let mut channel = Part::new(kind);
        set_channel(&mut channel, kind, &provider.value);
        let users: Vec<String> = used.iter().filter(|(_, alerts)| alerts.uses(kind)).map(|(id, _)| id.clone()).collect();
        routing::restrict(&mut channel, &users, imported, "Gatus");
        imported.channels.push(channel);
    }
    let mut unknown: Vec<&str> = used.iter().flat_map(|(_, alerts)| alerts.kinds()).collect();
    unknown.sort_unstable();
    unknown.dedup();
    unknown.retain(|kind| !providers.iter().any(|provider| provider.key.value == *kind));
    if !unknown.is_empty() {
        imported.note(format!("Alerts of the types {} have no entry in `alerting`, so Gatus ignores them.", quoted(&unknown)));
    }
}

fn set_channel(channel: &mut Part, kind: &str, provider: &Node) {
    let mut keys = Keys::new(provider);
    let mut default = keys.map("default-alert");
    Alert::read(&mut default, kind.to_owned(), &Alerts::default());
    if default.flag("send-on-resolved") == Some(false) {
        channel.lost("`send-on-resolved: false`: Platus always sends recoveries");
    }
    let mut data = Map::new();
    let mut take = |to: &str, from: &'static str| {
        let value = keys.text(from).map(carried);
        let number_or_text =
            |text: &str| if matches!(to, "port" | "thread") { Value::number_or_text(text) } else { Value::text(text) };
        data.set_if(to, value.as_deref().map(number_or_text));
    };
    let own = match kind {
        "slack" | "discord" => {
            take("url", "webhook-url");
            kind
        }
        // They accept messages of Slack.
        "mattermost" | "rocketchat" => {
            take("url", "webhook-url");
            "slack"
        }
        "teams-workflows" => {
            take("url", "webhook-url");
            "msteams"
        }
        "telegram" => {
            take("token", "token");
            take("chat_id", "id");
            take("thread", "topic-id");
            take("url", "api-url");
            kind
        }
        "ntfy" => {
            take("url", "url");
            take("topic", "topic");
            take("token", "token");
            kind
        }
        "pagerduty" => {
            take("routing_key", "integration-key");
            kind
        }
        "email" => {
            take("fr", "from");
            take("to", "to");
            take("host", "host");
            take("port", "port");
            take("username", "username");
            take("password", "password");
            if data.get("username").is_none() && data.get("password").is_some() {
                let from = keys.text("from").map(|text| Value::text(carried(text)));
                data.set_if("username", from);
            }
            kind
        }
        "custom" => return set_webhook(channel, keys),
        _ => {
            channel.lost_altogether(format!("Platus has no channel `{kind}`; `webhook` sends a request to any address"));
            return;
        }
    };
    if data.get("url").is_none() && matches!(own, "slack" | "discord" | "msteams") {
        channel.lost_altogether("it has no `webhook-url` of its own");
    }
    if own == "email" && keys.map("client").flag("insecure") == Some(true) {
        data.set("verify", Value::flag(false));
    }
    keys.report(channel, "");
    finish(channel, kind, own, data);
}

/// An address that is called. The body has placeholders of Gatus, so the request has Platus' own document.
fn set_webhook(channel: &mut Part, mut keys: Keys<'_>) {
    let mut data = Map::new();
    let url = keys.text("url").map(|text| carried(text).into_owned());
    let Some(url) = url.filter(|url| !url.contains('[')) else {
        return channel.lost_altogether("the address of `custom` is absent or depends on the alert; `webhook` has one address");
    };
    data.set("url", Value::text(url));
    let method = keys.text("method").unwrap_or("GET").to_ascii_uppercase();
    match method.as_str() {
        "POST" => {}
        "PUT" | "PATCH" => data.set("method", Value::text(method)),
        _ => channel.lost(format!("the method {method}; the channel sends POST")),
    }
    let mut headers = Map::new();
    for (name, value) in keys.texts("headers") {
        headers.set(name, Value::text(carried(value)));
    }
    data.set_if("headers", headers.into_value());
    if keys.get("body").is_some() {
        channel.lost(
            "`body`, whose placeholders Platus does not have; the channel sends its own document, or write a template as `body`",
        );
    }
    if keys.map("client").flag("insecure") == Some(true) {
        data.set("verify", Value::flag(false));
    }
    keys.report(channel, "");
    finish(channel, "custom", "webhook", data);
}

fn finish(channel: &mut Part, name: &str, kind: &str, data: Map) {
    channel.keys.set("type", Value::text(kind));
    if name != kind {
        channel.keys.set("name", Value::text(name));
    }
    channel.keys.set_if("data", data.into_value());
    if channel.presence == Presence::Active {
        channel.note("Its secrets are in this file as they were in Gatus'; Vault keeps them out of it (`vault_KEY` in `data`).");
    }
}
