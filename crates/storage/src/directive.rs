//! What operators order: silences, acknowledgements, maintenance and pauses, and the form in which it is stored.

use chrono::{DateTime, FixedOffset};
use model::{ServiceId, SuppressionKind};
use serde::{Deserialize, Serialize};

/// A silence, an acknowledgement, a maintenance window or a pause that an operator created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredDirective", into = "StoredDirective")]
pub struct Directive {
    /// Rises from 1.
    pub id: u64,
    pub kind: DirectiveKind,
    /// Its services; all when empty.
    pub services: Vec<ServiceId>,
    pub author: String,
    pub comment: String,
    pub created: DateTime<FixedOffset>,
    pub from: DateTime<FixedOffset>,
    /// Its end; absent when it is in force until it is withdrawn.
    pub until: Option<DateTime<FixedOffset>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DirectiveKind {
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

/// A directive in a database. Its kinds are those of the first version with directives, since that version cannot read others.
#[derive(Serialize, Deserialize)]
struct StoredDirective {
    id: u64,
    kind: DirectiveKind,
    services: Vec<ServiceId>,
    author: String,
    comment: String,
    created: DateTime<FixedOffset>,
    from: DateTime<FixedOffset>,
    until: Option<DateTime<FixedOffset>>,
    /// Whether the services of the silence are not checked either.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pauses: bool,
}

impl From<Directive> for StoredDirective {
    fn from(directive: Directive) -> Self {
        let Directive { id, kind, services, author, comment, created, from, until } = directive;
        let pauses = kind == DirectiveKind::Pause;
        let kind = if pauses { DirectiveKind::Silence } else { kind };
        Self { id, kind, services, author, comment, created, from, until, pauses }
    }
}

impl From<StoredDirective> for Directive {
    fn from(stored: StoredDirective) -> Self {
        let StoredDirective { id, kind, services, author, comment, created, from, until, pauses } = stored;
        let kind = if pauses && kind == DirectiveKind::Silence { DirectiveKind::Pause } else { kind };
        Self { id, kind, services, author, comment, created, from, until }
    }
}

impl Directive {
    /// Whether it is in force at this time.
    pub fn is_in_force(&self, now: DateTime<FixedOffset>) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether it covers this service.
    pub fn covers(&self, service: &ServiceId) -> bool {
        self.services.is_empty() || self.services.contains(service)
    }
}

impl DirectiveKind {
    /// The kind for the API and the page.
    pub const fn hold(self) -> SuppressionKind {
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

    #[test]
    fn an_older_version_reads_a_pause_as_a_silence() {
        let silence = Directive {
            id: 7,
            kind: DirectiveKind::Silence,
            services: vec![ServiceId::new("web")],
            author: "ops".to_owned(),
            comment: String::new(),
            created: noon(),
            from: noon(),
            until: None,
        };
        let mut stored = serde_json::to_value(Directive { kind: DirectiveKind::Pause, ..silence.clone() }).unwrap();
        assert_eq!(serde_json::from_value::<Directive>(stored.clone()).unwrap().kind, DirectiveKind::Pause);
        assert_eq!(stored.as_object_mut().unwrap().remove("pauses"), Some(json!(true)));
        assert_eq!(stored, serde_json::to_value(&silence).unwrap(), "what an older version knows is as it was");
        assert_eq!(serde_json::from_value::<Directive>(stored).unwrap(), silence);
    }
}
