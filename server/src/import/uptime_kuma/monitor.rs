//! The monitors, as services.

use super::checks;
use super::details::Details;
use super::record::Record;
use super::tables::Tables;
use crate::import::durations;
use crate::import::ids::Ids;
use crate::import::keys::quoted;
use crate::import::model::{Part, Presence};
use crate::import::value::{Value, without_references};
use std::collections::{HashMap, HashSet};

/// Groups in groups.
const DEEPEST: usize = 20;

/// Tags of a service, and letters of a tag.
const MOST_TAGS: usize = 16;
const LONGEST_TAG: usize = 32;

/// Shortest and longest interval in seconds, of a monitor without its own and in Platus.
const DEFAULT_INTERVAL: f64 = 60.0;
const INTERVALS: std::ops::RangeInclusive<f64> = 1.0..=86_400.0;

/// Shortest and longest pause between reminders, in seconds.
const REMINDERS: std::ops::RangeInclusive<f64> = 60.0..=2_592_000.0;

/// Columns that no check reads, with the value that changes nothing. Those of one type of monitors are named where its check is made.
const NOT_TAKEN: [(&str, &str); 3] = [("description", ""), ("cache_bust", "0"), ("ip_family", "")];

/// All monitors.
pub(super) struct Monitors {
    services: Vec<Part>,
    places: Places,
}

/// Which services came of a monitor.
#[derive(Clone, Default)]
pub(super) struct Places {
    /// The id of the service by that of the monitor; groups have none.
    services: HashMap<i64, String>,
    parents: HashMap<i64, i64>,
}

impl Monitors {
    pub(super) fn read(tables: &Tables, ids: &mut Ids) -> Self {
        let by_id: HashMap<i64, &Record> = tables.monitors.iter().filter_map(|record| Some((record.id("id")?, record))).collect();
        let mut places = Places::default();
        let mut services = Vec::new();
        for record in &tables.monitors {
            let id = record.id("id").unwrap_or_default();
            places.parents.extend(record.id("parent").map(|parent| (id, parent)));
            if record.text("type") == Some("group") {
                continue;
            }
            let name = record.text("name").unwrap_or("monitor");
            let group = group(record, &by_id);
            let mut service = Part::new(ids.of(&[group.as_deref().unwrap_or_default(), name]));
            let interval = record.number("interval").unwrap_or(DEFAULT_INTERVAL).clamp(*INTERVALS.start(), *INTERVALS.end());
            let proxy = record.id("proxy_id").and_then(|proxy| tables.proxies.get(&proxy)).filter(|proxy| proxy.flag("active"));
            let details = Details { record, name, group, proxy, interval };
            set_times(&mut service, record, interval);
            checks::set(&mut service, &details);
            set_tags(&mut service, tables.tags.get(&id));
            lose_columns(&mut service, record);
            if record.flag("upside_down") && service.presence != Presence::Absent {
                service.presence = Presence::Commented;
                service.lost("the monitor, which is upside down: Platus has no check that is operational while its target is not");
            }
            if record.get("active").is_some() && !record.flag("active") && service.presence == Presence::Active {
                service.presence = Presence::Commented;
                service.note("It is paused in Uptime Kuma.");
            }
            places.services.insert(id, service.name.clone());
            services.push(service);
        }
        Self { services, places }
    }

    pub(super) fn places(&self) -> Places {
        self.places.clone()
    }

    pub(super) fn into_services(self) -> Vec<Part> {
        self.services
    }
}

impl Places {
    /// The services of these monitors, and of those in them if they are groups.
    pub(super) fn of(&self, monitors: &HashSet<i64>) -> Vec<String> {
        let is_in = |id: i64| {
            let around = std::iter::successors(Some(id), |id| self.parents.get(id).copied());
            around.take(DEEPEST).any(|id| monitors.contains(&id))
        };
        let mut found: Vec<String> =
            self.services.iter().filter(|(id, _)| is_in(**id)).map(|(_, service)| service.clone()).collect();
        found.sort();
        found
    }

    /// The service of each monitor.
    pub(super) fn services(&self) -> HashMap<i64, String> {
        self.services.clone()
    }

    /// The service of a monitor alone.
    pub(super) fn only(&self, monitor: i64) -> Option<&String> {
        self.services.get(&monitor)
    }
}

/// The names of the groups of a monitor, from the outermost.
fn group(record: &Record, monitors: &HashMap<i64, &Record>) -> Option<String> {
    let mut names = Vec::new();
    let mut parent = record.id("parent");
    while let Some(group) = parent.and_then(|id| monitors.get(&id)).filter(|_| names.len() < DEEPEST) {
        names.push(group.text("name").unwrap_or("group"));
        parent = group.id("parent");
    }
    names.reverse();
    (!names.is_empty()).then(|| names.join(" / "))
}

fn set_times(service: &mut Part, record: &Record, interval: f64) {
    service.keys.set("interval", Value::Plain(durations::shown(interval.round())));
    let retries = record.number("maxretries").unwrap_or(0.0).clamp(0.0, 1_000.0);
    // The first failure is not a retry.
    service.keys.set("retries_before_notify", Value::Plain(durations::shown(retries.trunc() + 1.0)));
    let retry = record.number("retry_interval").unwrap_or(0.0);
    if retries >= 1.0 && retry >= 1.0 && retry < interval {
        service.keys.set("retry_interval", Value::Plain(durations::shown(retry.round())));
    }
    let resend = record.number("resend_interval").unwrap_or(0.0).trunc();
    if resend >= 1.0 {
        let seconds = (resend * interval).clamp(*REMINDERS.start(), *REMINDERS.end());
        service.keys.set("reminder", Value::Plain(durations::shown(seconds)));
    }
}

/// Columns that say how every type is checked or shown are named if Platus has nothing like them.
fn lose_columns(service: &mut Part, record: &Record) {
    let lost: Vec<&str> = NOT_TAKEN
        .iter()
        .filter(|(column, usual)| {
            record.shown(column).is_some_and(|value| value != *usual) || record.get(column) == Some(&true.into())
        })
        .map(|(column, _)| *column)
        .collect();
    if !lost.is_empty() && service.presence != Presence::Absent {
        service.lost(quoted(&lost));
    }
}

fn set_tags(service: &mut Part, tags: Option<&Vec<String>>) {
    let Some(tags) = tags.filter(|tags| !tags.is_empty()) else { return };
    let fits = |tag: &&String| !tag.is_empty() && tag.chars().count() <= LONGEST_TAG;
    let fitting: Vec<&String> = tags.iter().filter(fits).take(MOST_TAGS).collect();
    if fitting.len() < tags.len() {
        service.lost(format!("tags beyond {MOST_TAGS}, or with more than {LONGEST_TAG} letters"));
    }
    if !fitting.is_empty() {
        service.keys.set("tags", Value::texts(fitting.into_iter().map(|tag| without_references(tag))));
    }
}
