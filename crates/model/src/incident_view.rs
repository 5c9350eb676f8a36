//! What the pages of incidents show.

use super::{DeliveryView, IncidentView, PeriodProblem, ServiceId, SilenceView, State, TransitionView};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// How far an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IncidentStatus {
    /// It lasts, and no user has acknowledged it.
    Open,
    /// It lasts, and a user works on it.
    Acknowledged,
    Resolved,
}

impl IncidentStatus {
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Resolved];

    /// The value in the API and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

impl IncidentView {
    pub fn status(&self) -> IncidentStatus {
        match (self.ended, &self.acknowledged_by) {
            (Some(_), _) => IncidentStatus::Resolved,
            (None, Some(_)) => IncidentStatus::Acknowledged,
            (None, None) => IncidentStatus::Open,
        }
    }

    /// How long it has lasted at `now`, in milliseconds.
    pub fn lasted(&self, now: DateTime<FixedOffset>) -> u64 {
        let lasted = self.ended.unwrap_or(now).signed_duration_since(self.since).num_milliseconds();
        u64::try_from(lasted).unwrap_or_default()
    }
}

/// Conditions for incidents. Absent and empty ones exclude nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentFilter {
    pub status: Option<IncidentStatus>,
    /// The worst state.
    pub state: Option<State>,
    /// The group of the service.
    pub group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceId>,
    /// A part of the id, the name, the node or the message, in any case; or `#` with the number of the incident.
    pub search: String,
}

impl IncidentFilter {
    /// Whether an incident meets all conditions.
    pub fn has(&self, incident: &IncidentView) -> bool {
        self.status.is_none_or(|status| status == incident.status()) && self.has_besides_status(incident)
    }

    /// Whether an incident meets all conditions but that of its status.
    pub fn has_besides_status(&self, incident: &IncidentView) -> bool {
        self.state.is_none_or(|state| state == incident.worst)
            && self.group.as_ref().is_none_or(|group| *group == incident.group)
            && self.service.as_ref().is_none_or(|service| *service == incident.service)
            && self.is_found(incident)
    }

    fn is_found(&self, incident: &IncidentView) -> bool {
        let text = self.search.trim();
        if text.is_empty() {
            return true;
        }
        if let Some(number) = text.strip_prefix('#') {
            return number.parse() == Ok(incident.id);
        }
        let text = text.to_lowercase();
        let message = incident.message.as_deref().unwrap_or_default();
        [incident.service.as_str(), &incident.name, &incident.node, message]
            .iter()
            .any(|field| field.to_lowercase().contains(&text))
    }
}

/// Which incidents a user asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentsRequest {
    pub filter: IncidentFilter,
    /// The begin of the time, as in the API: `-30d`, a day, an instant. Default: `-30d`.
    pub from: Option<String>,
    /// The end of the time. Default: now.
    pub to: Option<String>,
    /// Only incidents with a lower number: the next page.
    pub before: Option<u64>,
    /// The name of the time zone of the days. Default: that of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// The incidents that a user asks for, without those that the board has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentsView {
    /// What is wrong with the time that was asked for. The answer is about another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<PeriodProblem>,
    /// When this was answered.
    pub now: DateTime<FixedOffset>,
    pub from: DateTime<FixedOffset>,
    pub to: DateTime<FixedOffset>,
    /// Open incidents, also acknowledged ones, the latest first; at most 1000. Those that meet the conditions besides the status.
    pub open: Vec<ListedIncident>,
    /// The groups of all services that the user sees, sorted.
    pub groups: Vec<String>,
    /// The name of the service that was asked for, if the user sees one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// A page of the resolved incidents that meet the conditions besides the status, the latest first.
    pub resolved: Vec<ListedIncident>,
    /// The number of the last of these, if there are more.
    pub next: Option<u64>,
    /// The number of resolved incidents of the time that meet the conditions.
    pub resolved_count: u32,
    /// Their mean duration in milliseconds. Absent if there are none.
    pub mean: Option<u64>,
    /// Whether there were more incidents than could be read, so that the counts are too low.
    pub is_truncated: bool,
    /// The last 30 days until today, with the incidents that began in each. They meet the conditions besides status and time.
    pub days: Vec<IncidentDay>,
}

/// An incident in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedIncident {
    pub incident: IncidentView,
    /// The number of channels that are notified of it.
    pub channels: u32,
    /// The services that its service needs, also indirectly, as far as the user sees them. Only of open incidents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<ServiceId>,
}

/// The incidents that began on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentDay {
    /// The first instant of the day, in the time zone of the request.
    pub begin: DateTime<FixedOffset>,
    /// Those that were down at worst.
    pub down: u32,
    /// Those that were unhealthy or unknown at worst.
    pub others: u32,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentDetailView {
    /// When this was answered.
    pub now: DateTime<FixedOffset>,
    pub incident: IncidentView,
    /// Absent if it is not acknowledged, or has ended.
    pub acknowledgement: Option<SilenceView>,
    /// The transitions of the node from the first failed check to the end, the latest first; at most 100.
    pub transitions: Vec<TransitionView>,
    /// The number of channels that are notified of it.
    pub channels: u32,
    /// Their names, only for administrators.
    pub channel_names: Vec<String>,
    /// The results of its notifications, in order; at most the latest 50.
    pub deliveries: Vec<DeliveryView>,
    /// The roles that see the service, only for administrators.
    pub roles: Option<Vec<String>>,
    /// Other incidents that began at most five minutes before or after it, the nearest first; at most five.
    pub related: Vec<IncidentView>,
    /// In the order of entering.
    pub notes: Vec<NoteView>,
}

/// A note of a user on an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    pub id: u64,
    pub at: DateTime<FixedOffset>,
    pub author: String,
    /// May have several lines.
    pub text: String,
}

/// A request to add a note to an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteRequest {
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident() -> IncidentView {
        let at = |minute| DateTime::parse_from_rfc3339(&format!("2026-11-29T12:{minute}:00+01:00")).unwrap();
        IncidentView {
            id: 7,
            service: ServiceId::new("shop-eu"),
            group: "App".to_owned(),
            name: "Shop".to_owned(),
            node: "web-1".to_owned(),
            since: at("00"),
            opened: at("02"),
            ended: None,
            worst: State::Down,
            message: Some("Connection refused".to_owned()),
            acknowledged_by: None,
        }
    }

    #[test]
    fn the_status_follows_from_the_end_and_the_acknowledgement() {
        let mut incident = incident();
        assert_eq!(incident.status(), IncidentStatus::Open);
        incident.acknowledged_by = Some("ops".to_owned());
        assert_eq!(incident.status(), IncidentStatus::Acknowledged);
        incident.ended = Some(incident.opened);
        assert_eq!((incident.status(), incident.lasted(incident.since)), (IncidentStatus::Resolved, 120_000));
    }

    #[test]
    fn every_condition_excludes() {
        let has = |change: &dyn Fn(&mut IncidentFilter)| {
            let mut filter = IncidentFilter::default();
            change(&mut filter);
            filter.has(&incident())
        };
        assert!(has(&|_| {}));
        assert!(has(&|filter| filter.status = Some(IncidentStatus::Open)));
        assert!(!has(&|filter| filter.status = Some(IncidentStatus::Resolved)));
        assert!(!has(&|filter| filter.state = Some(State::Unknown)));
        assert!(!has(&|filter| filter.group = Some("app".to_owned())));
        assert!(has(&|filter| filter.service = Some(ServiceId::new("shop-eu"))));
        assert!(!has(&|filter| filter.service = Some(ServiceId::new("shop"))), "the id as a whole");
        for (text, expected) in [
            ("  SHOP ", true),
            ("-eu", true),
            ("web", true),
            ("refused", true),
            ("#7", true),
            ("#70", false),
            ("#", false),
            ("mail", false),
        ] {
            assert_eq!(has(&|filter| text.clone_into(&mut filter.search)), expected, "{text}");
        }
    }
}
