use chrono::{DateTime, FixedOffset};
use model::ServiceId;
use storage::DirectiveKind;

/// A directive that has no number yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub kind: DirectiveKind,
    /// The services it is about, of which repetitions are dropped; all when there is none.
    pub services: Vec<ServiceId>,
    pub author: String,
    pub comment: String,
    pub from: DateTime<FixedOffset>,
    /// Absent when it holds until it is withdrawn.
    pub until: Option<DateTime<FixedOffset>>,
}
