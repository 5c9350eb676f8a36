//! Suppression: why notifications are not sent. Users enter silences, acknowledgements, maintenance and pauses, the configuration has
//! maintenance windows, and a failure that follows from the failure of a dependency or of the connection of Platus itself is not
//! notified. Checks continue in any case but a pause.

mod dependencies;
mod entry;
mod hours_text;
mod maintenance;
mod maintenance_ranges;
mod maintenance_text;
mod new_silence;
mod occurrences;
mod quota;
mod reason;
mod row_task;
mod silence_index;
mod silences;
mod subject;

pub use dependencies::Dependencies;
pub use entry::InForce;
pub use maintenance::{Maintenance, MaintenanceWindow, Recurring, Scope};
pub use new_silence::NewSilence;
pub use quota::Requester;
pub use reason::Suppression;
pub use row_task::RowTask;
pub use silences::Silences;
pub use subject::Subject;

use crate::row::Row;
use chrono::{DateTime, FixedOffset};
use std::sync::Arc;
use storage::Notification;

/// Everything that suppresses notifications.
pub struct SuppressionRules {
    pub silences: Arc<Silences>,
    pub maintenance: Arc<Maintenance>,
    pub dependencies: Dependencies,
}

impl SuppressionRules {
    /// Why notifications about this subject are suppressed now, or `None` if they are sent.
    ///
    /// A pause comes first, then an acknowledgement of the incident, then what names the service, then what is about all services. Of
    /// several of these, the one that ends last is the reason. A dependency or the connection of Platus is the reason only if there is no other.
    pub fn reason(&self, subject: &Subject<'_>, now: DateTime<FixedOffset>) -> Option<Suppression> {
        let pause = || self.silences.pausing(subject.service, now).map(Suppression::Entered);
        let acknowledgement = || self.silences.acknowledgement(subject, now).map(Suppression::Entered);
        let named = || {
            let silence = self.silences.naming(subject.service, now).map(Suppression::Entered);
            let window = self.maintenance.window(subject.service, subject.group, now);
            Suppression::longer(silence, window.map(|until| Suppression::MaintenanceWindow { until }))
        };
        let of_all = || self.silences.of_all(now).map(Suppression::Entered);
        pause().or_else(acknowledgement).or_else(named).or_else(of_all).or_else(|| self.dependencies.reason(subject, now))
    }

    /// Why this notification is not sent now.
    pub fn of_notification(&self, notification: &Notification, now: DateTime<FixedOffset>) -> Option<Suppression> {
        self.reason(&Subject::notification(notification), now)
    }

    /// Why no notifications are sent for the node of this row now, as the row shows it.
    pub fn of_row(&self, row: &Row, now: DateTime<FixedOffset>) -> Option<Box<model::Suppression>> {
        self.reason(&Subject::row(row), now).and_then(|reason| reason.view()).map(Box::new)
    }
}

#[cfg(test)]
mod tests;
