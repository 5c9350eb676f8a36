//! `GET /metrics`: metrics of Platus itself and the states of the nodes, in the text format of Prometheus.

mod itself;
mod page;

use super::Context;
use crate::auth::{Principal, can_see};
use crate::{logging, process};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, extract};
use engine::row::Row;
use model::State;
use notify::dispatcher::ChannelHealth;
use page::{Kind, Page};
use std::sync::Arc;
use storage::StoreHealth;
use system::exhaustion;

/// The version of the format that this is.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metrics that the caller may see.
pub async fn metrics(extract::State(context): extract::State<Arc<Context>>, Extension(caller): Extension<Principal>) -> Response {
    let (_, rows) = context.events.rows();
    let health = context.store_health.borrow().clone();
    let mut page = Page::default();
    itself::build(&mut page);
    let configuration = context.reloads.status();
    itself::configuration(&mut page, &configuration);
    itself::tasks(&mut page, &context.health);
    itself::scheduler(&mut page, &context.activity);
    if let Some(vault) = &context.vault {
        itself::vault(&mut page, vault.health().borrow().outage.is_none(), vault.oldest_value());
    }
    store(&mut page, &health);
    let dropped = "Log lines that were dropped since the start because standard error was not read.";
    page.one("platus_log_lines_dropped_total", Kind::Counter, dropped, logging::dropped());
    exhaustion(&mut page);
    if sees_every_service(&context, &caller) {
        channels(&mut page, &context.channels.health());
        itself::lists(&mut page, &configuration.lists);
    }
    match process::usage().await {
        Ok(usage) => itself::process(&mut page, &usage),
        Err(error) => tracing::debug!(%error, "The metrics of the process cannot be read."),
    }
    nodes(&mut page, rows.iter().map(AsRef::as_ref).filter(|row| can_see(&caller, &row.roles)));
    ([(CONTENT_TYPE, FORMAT)], page.text).into_response()
}

/// Whether a caller may know of the channels and the lists: their names and numbers are about every service.
fn sees_every_service(context: &Context, caller: &Principal) -> bool {
    let services = &context.settings.services;
    caller.sees_all() || (!services.is_empty() && services.iter().all(|(roles, _)| can_see(caller, roles)))
}

fn store(page: &mut Page, health: &StoreHealth) {
    let up = u8::from(health.outage.is_none());
    page.one("platus_store_up", Kind::Gauge, "Whether history can be saved: 1, or 0 while the store is away.", up);
    page.one("platus_store_waiting_commits", Kind::Gauge, "Commits that wait to be saved.", health.waiting_commits);
    page.one("platus_store_waiting_samples", Kind::Gauge, "Checks in the commits that wait to be saved.", health.waiting_samples);
    let dropped = "Checks that are missing in history, since too many waited to be saved.";
    page.one("platus_store_dropped_samples_total", Kind::Counter, dropped, health.dropped_samples);
    page.one("platus_store_commits_total", Kind::Counter, "Commits saved since the start.", health.stored_commits);
    page.one("platus_store_samples_total", Kind::Counter, "Checks saved since the start.", health.stored_samples);
    let latest = "How long the latest commit took.";
    page.one("platus_store_latest_commit_seconds", Kind::Gauge, latest, health.latest_commit.as_secs_f64());
}

fn exhaustion(page: &mut Page) {
    let failures = "Failures since the start because file descriptors, memory, ports or processes were exhausted.";
    page.one("platus_exhaustion_failures_total", Kind::Counter, failures, exhaustion::failures());
}

/// A metric that each channel has.
struct ChannelMetric {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    value: fn(&ChannelHealth) -> u64,
}

const CHANNEL_METRICS: [ChannelMetric; 6] = [
    ChannelMetric {
        name: "platus_channel_up",
        kind: Kind::Gauge,
        help: "Whether the channel takes messages: 1, or 0 while it does not or failed its connection test.",
        value: |health| u64::from(health.failure.is_none()),
    },
    ChannelMetric {
        name: "platus_channel_waiting_messages",
        kind: Kind::Gauge,
        help: "Messages that are to be sent.",
        value: |health| health.waiting as u64,
    },
    ChannelMetric {
        name: "platus_channel_held_messages",
        kind: Kind::Gauge,
        help: "Messages that are suppressed now, of those that are to be sent.",
        value: |health| health.all_suppressed() as u64,
    },
    ChannelMetric {
        name: "platus_channel_given_up_messages",
        kind: Kind::Gauge,
        help: "Messages that were given up.",
        value: |health| health.given_up.len() as u64,
    },
    ChannelMetric {
        name: "platus_channel_deliveries_total",
        kind: Kind::Counter,
        help: "Deliveries that were taken since the start.",
        value: |health| health.delivered,
    },
    ChannelMetric {
        name: "platus_channel_failures_total",
        kind: Kind::Counter,
        help: "Attempts that failed since the start.",
        value: |health| health.failures,
    },
];

fn channels(page: &mut Page, channels: &[ChannelHealth]) {
    for ChannelMetric { name, kind, help, value } in CHANNEL_METRICS {
        page.head(name, kind, help);
        for channel in channels {
            page.line(name, &[("channel", &channel.name), ("type", &channel.kind)], value(channel));
        }
    }
}

fn nodes<'a>(page: &mut Page, rows: impl Iterator<Item = &'a Row>) {
    const NAME: &str = "platus_node_state";
    page.head(NAME, Kind::Gauge, "The state of a node: 1 for the one that it is in, 0 for the others.");
    for row in rows {
        for state in State::BY_URGENCY {
            let labels = [("service", row.status.service.as_str()), ("node", &row.status.node), ("state", state.as_str())];
            page.line(NAME, &labels, u8::from(row.status.state == state));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::row::NodeReport;
    use engine::testing::operational;
    use std::time::Duration;
    use storage::StoreOutage;
    use test_support::noon;

    #[test]
    fn the_store_is_written_in_the_text_format() {
        let health = StoreHealth {
            kind: "redis",
            place: "secret.lan".to_owned(),
            outage: Some(StoreOutage { since: noon(), message: "refused by secret.lan".to_owned() }),
            waiting_commits: 2,
            waiting_samples: 30,
            dropped_samples: 4,
            stored_samples: 500,
            stored_commits: 60,
            latest_commit: Duration::from_micros(1_250),
        };
        let mut page = Page::default();
        store(&mut page, &health);
        let values: Vec<_> = page.text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            values,
            [
                "platus_store_up 0",
                "platus_store_waiting_commits 2",
                "platus_store_waiting_samples 30",
                "platus_store_dropped_samples_total 4",
                "platus_store_commits_total 60",
                "platus_store_samples_total 500",
                "platus_store_latest_commit_seconds 0.00125",
            ]
        );
        // Each metric has its help and type before its value, and the place of the store does not appear.
        for lines in page.text.lines().collect::<Vec<_>>().chunks(3) {
            let name = lines[2].split(' ').next().unwrap();
            assert!(lines[0].starts_with(&format!("# HELP {name} ")), "{lines:?}");
            let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
            assert_eq!(lines[1], format!("# TYPE {name} {kind}"));
        }
        assert!(!page.text.contains("secret"), "{}", page.text);
    }

    #[test]
    fn a_node_has_a_line_for_each_state_and_its_name_cannot_break_out_of_it() {
        let service = operational("web \"1\"", &[]);
        let mut row = Row::new(&service, NodeReport::not_checked_yet(&service, noon()));
        row.status.node = "C:\\disk\nnext".to_owned();
        row.status.state = State::Down;
        let mut page = Page::default();
        nodes(&mut page, [row].iter());
        let lines: Vec<_> = page.text.lines().skip(2).collect();
        let line = |state: &str, value: u8| {
            format!(r#"platus_node_state{{service="web \"1\"",node="C:\\disk next",state="{state}"}} {value}"#)
        };
        assert_eq!(lines, [line("down", 1), line("unhealthy", 0), line("unknown", 0), line("operational", 0)]);
    }
}
