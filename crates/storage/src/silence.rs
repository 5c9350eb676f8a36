//! What operators enter: silences, acknowledgements, maintenance and pauses, and the form in which it is stored. Databases name it
//! `directive`, as the first version did.

use chrono::{DateTime, FixedOffset};
use model::{Recurrence, ServiceId, SuppressionKind};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A silence, an acknowledgement, a maintenance window or a pause that an operator created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredSilence", into = "StoredSilence")]
pub struct Silence {
    /// Rises from 1.
    pub id: u64,
    pub kind: SilenceKind,
    /// Its services; all when empty.
    pub services: Vec<ServiceId>,
    pub author: String,
    pub comment: String,
    pub created: DateTime<FixedOffset>,
    /// Its begin. When it recurs: as `created`, and no occurrence begins it earlier.
    pub from: DateTime<FixedOffset>,
    /// Its end; absent when it is in force until it is withdrawn. When it recurs: the end of the last occurrence.
    pub until: Option<DateTime<FixedOffset>>,
    /// When it is in force between its begin and its end; absent when it always is.
    pub recurrence: Option<Recurrence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SilenceKind {
    /// No notifications.
    Silence,
    /// An operator works on this incident: no notifications except its end.
    Acknowledgement { incident: u64 },
    /// Planned work: no notifications, and reports can exclude the time.
    Maintenance,
    /// No checks and no notifications. Stored as a silence that pauses: for a version without pauses it is a silence.
    #[serde(skip)]
    Pause,
}

/// A silence in a database. Its kinds are those of the first version with silences, since that version cannot read others.
#[derive(Serialize, Deserialize)]
struct StoredSilence {
    id: u64,
    kind: SilenceKind,
    services: Vec<ServiceId>,
    author: String,
    comment: String,
    created: DateTime<FixedOffset>,
    from: DateTime<FixedOffset>,
    until: Option<DateTime<FixedOffset>>,
    /// Whether the services of the silence are not checked either.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pauses: bool,
    /// A version without recurrences would be silent without interruption, so for it the silence begins in the year 9999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recurrence: Option<Recurrence>,
}

/// The first second of the year 9999: no silence begins by then.
const NEVER: i64 = 253_370_764_800;

impl From<Silence> for StoredSilence {
    fn from(silence: Silence) -> Self {
        let Silence { id, kind, services, author, comment, created, from, until, recurrence } = silence;
        let pauses = kind == SilenceKind::Pause;
        let kind = if pauses { SilenceKind::Silence } else { kind };
        let never = DateTime::from_timestamp(NEVER, 0).map(|at| at.fixed_offset());
        let from = never.filter(|_| recurrence.is_some()).unwrap_or(from);
        Self { id, kind, services, author, comment, created, from, until, pauses, recurrence }
    }
}

impl From<StoredSilence> for Silence {
    fn from(stored: StoredSilence) -> Self {
        let StoredSilence { id, kind, services, author, comment, created, from, until, pauses, recurrence } = stored;
        let kind = if pauses && kind == SilenceKind::Silence { SilenceKind::Pause } else { kind };
        let from = if recurrence.is_some() { created } else { from };
        Self { id, kind, services, author, comment, created, from, until, recurrence }
    }
}

impl Silence {
    /// Whether this time is between its begin and its end. One that recurs is in force only in parts of that.
    pub fn is_in_force(&self, now: DateTime<FixedOffset>) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether it covers this service.
    pub fn covers(&self, service: &ServiceId) -> bool {
        self.services.is_empty() || self.services.contains(service)
    }

    /// Names the services by their present ids, where those differ. Returns whether any did.
    pub fn rename<'a>(&mut self, present: impl Fn(&ServiceId) -> Option<&'a ServiceId>) -> bool {
        let mut is_renamed = false;
        for service in &mut self.services {
            if let Some(present) = present(service) {
                *service = present.clone();
                is_renamed = true;
            }
        }
        if is_renamed {
            let mut known = HashSet::new();
            self.services.retain(|service| known.insert(service.clone()));
        }
        is_renamed
    }
}

impl SilenceKind {
    /// The kind for the API and the page.
    pub const fn suppression_kind(self) -> SuppressionKind {
        match self {
            Self::Silence => SuppressionKind::Silence,
            Self::Acknowledgement { .. } => SuppressionKind::Acknowledgement,
            Self::Maintenance => SuppressionKind::Maintenance,
            Self::Pause => SuppressionKind::Pause,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use test_support::noon;

    fn silence() -> Silence {
        Silence {
            id: 7,
            kind: SilenceKind::Silence,
            services: vec![ServiceId::new("web")],
            author: "ops".to_owned(),
            comment: String::new(),
            created: noon(),
            from: noon(),
            until: None,
            recurrence: None,
        }
    }

    #[test]
    fn an_older_version_reads_a_pause_as_a_silence() {
        let silence = silence();
        let mut stored = serde_json::to_value(Silence { kind: SilenceKind::Pause, ..silence.clone() }).unwrap();
        assert_eq!(serde_json::from_value::<Silence>(stored.clone()).unwrap().kind, SilenceKind::Pause);
        assert_eq!(stored.as_object_mut().unwrap().remove("pauses"), Some(json!(true)));
        assert_eq!(stored, serde_json::to_value(&silence).unwrap(), "what an older version knows is as it was");
        assert_eq!(serde_json::from_value::<Silence>(stored).unwrap(), silence);
    }

    #[test]
    fn for_an_older_version_a_recurring_silence_never_begins() {
        let sundays: Recurrence = serde_json::from_value(json!({"days": ["sun"], "from": "02:00", "to": "04:00"})).unwrap();
        let recurring = Silence { recurrence: Some(sundays), ..silence() };
        let mut stored = serde_json::to_value(&recurring).unwrap();
        assert_eq!(serde_json::from_value::<Silence>(stored.clone()).unwrap(), recurring);
        let rule = json!({"days": ["sun"], "from": "02:00", "to": "04:00", "zone": "UTC"});
        assert_eq!(stored.as_object_mut().unwrap().remove("recurrence"), Some(rule));
        let older: Silence = serde_json::from_value(stored).unwrap();
        assert_eq!(older.from.to_rfc3339(), "9999-01-01T00:00:00+00:00");
        assert_eq!(Silence { from: noon(), ..older }, silence());
    }
}
