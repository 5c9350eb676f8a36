//! Incidents as JSON and as a table.

use super::super::csv::Table;
use super::super::seconds::Seconds;
use super::super::time;
use super::detail::Detail;
use super::notes::NoteAnswer;
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use model::{DeliveryResult, DeliveryView, IncidentView, NotificationKind, ServiceId, State, TransitionView};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct IncidentsAnswer {
    pub timezone: &'static str,
    /// Absent, as is `to`, when the open ones were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The latest opened first.
    pub incidents: Vec<IncidentAnswer>,
    /// Whether there were more.
    pub truncated: bool,
    /// The parameter `before` of the next page, if there are more that could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct IncidentAnswer {
    id: u64,
    service: ServiceId,
    #[serde(rename = "type")]
    group: String,
    name: String,
    node: String,
    since: String,
    opened: String,
    /// Absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// Up to now, while it lasts.
    lasted: Seconds,
    worst: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Absent unless it lasts and is acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged_by: Option<String>,
}

/// One incident with its course.
#[derive(Serialize)]
pub(super) struct IncidentDetailAnswer {
    timezone: &'static str,
    #[serde(flatten)]
    incident: IncidentAnswer,
    /// The latest first.
    transitions: Vec<TransitionAnswer>,
    /// The results of its notifications, in order. Absent if none is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    deliveries: Vec<DeliveryAnswer>,
    /// In the order of entering. Absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteAnswer>,
}

/// The result of one notification to one channel.
#[derive(Serialize)]
struct DeliveryAnswer {
    at: String,
    kind: NotificationKind,
    result: DeliveryResult,
    /// Only for administrators, as is `reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct TransitionAnswer {
    at: String,
    from: State,
    to: State,
    /// How long the node was in `from`.
    lasted: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl IncidentsAnswer {
    /// The incidents as a table, one a line.
    pub(super) fn table(&self) -> String {
        let mut table = Table::default();
        for title in
            ["id", "service", "type", "name", "node", "since", "opened", "ended", "lasted", "worst", "acknowledged_by", "message"]
        {
            table.text(title);
        }
        table.end_line();
        for incident in &self.incidents {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            table.number(Some(incident.id)).text(incident.service.as_str()).text(&incident.group).text(&incident.name);
            table.text(&incident.node).text(&incident.since).text(&incident.opened).text(&text(&incident.ended));
            table.number(Some(incident.lasted)).text(incident.worst.as_str());
            table.text(&text(&incident.acknowledged_by)).text(&text(&incident.message)).end_line();
        }
        table.finish()
    }

    /// `platus-incidents_2026-10-01_2026-11-01.csv`.
    pub(super) fn file_name(&self) -> String {
        let day = |instant: &Option<String>| instant.as_deref().and_then(|it| it.split('T').next()).unwrap_or("open").to_owned();
        format!("platus-incidents_{}_{}.csv", day(&self.from), day(&self.to))
    }
}

impl IncidentAnswer {
    pub(super) fn new(incident: IncidentView, zone: Tz, now: DateTime<FixedOffset>) -> Self {
        let lasted = Seconds(incident.lasted(now));
        let IncidentView { id, service, group, name, node, since, opened, ended, worst, message, acknowledged_by } = incident;
        let [since, opened] = [since, opened].map(|instant| written_in(instant, zone));
        let ended = ended.map(|ended| written_in(ended, zone));
        Self { id, service, group, name, node, since, opened, ended, lasted, worst, message, acknowledged_by }
    }
}

impl IncidentDetailAnswer {
    pub(super) fn new(detail: Detail, zone: Tz, now: DateTime<FixedOffset>) -> Self {
        let Detail { incident, transitions, deliveries, notes, .. } = detail;
        let deliveries = deliveries.into_iter().map(|DeliveryView { at, kind, result, channel, reason }| DeliveryAnswer {
            at: written_in(at, zone),
            kind,
            result,
            channel,
            reason,
        });
        let deliveries = deliveries.collect();
        let notes = notes.into_iter().map(|note| NoteAnswer::new(note, zone)).collect();
        let transitions = transitions.into_iter().map(|TransitionView { at, from, to, lasted, message, .. }| TransitionAnswer {
            at: written_in(at, zone),
            from,
            to,
            lasted: Seconds(lasted),
            message,
        });
        let transitions = transitions.collect();
        Self { timezone: zone.name(), incident: IncidentAnswer::new(incident, zone, now), transitions, deliveries, notes }
    }
}

pub(super) fn written_in(instant: DateTime<FixedOffset>, zone: Tz) -> String {
    time::written(instant.with_timezone(&zone))
}
