use chrono::{DateTime, FixedOffset};
use model::{Recurrence, ServiceId};
use storage::SilenceKind;

/// A silence, an acknowledgement or maintenance that has no number yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSilence {
    pub kind: SilenceKind,
    /// The services it is about, without repetitions once it is stored. Empty for all services.
    pub services: Vec<ServiceId>,
    pub author: String,
    pub comment: String,
    pub from: DateTime<FixedOffset>,
    /// Absent if it lasts until it is withdrawn.
    pub until: Option<DateTime<FixedOffset>>,
    /// When it is in force between its begin and its end. Absent if it always is.
    pub recurrence: Option<Recurrence>,
}
