//! What a suppression can be about: a notification or a row.

use crate::check_result::is_offline_message;
use crate::row::Row;
use chrono::{DateTime, FixedOffset};
use model::ServiceId;
use storage::Notification;

/// A notification that may be suppressed, or a row that shows whether notifications are.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub service: &'a ServiceId,
    pub group: &'a str,
    pub node: &'a str,
    pub incident: Option<u64>,
    /// Whether the node fails. False for a notification that the incident has ended.
    pub is_failing: bool,
    /// Whether it is a notification that the incident has ended. The receiver of earlier ones has to get it.
    pub ends_incident: bool,
    /// Absent for a row.
    pub notification: Option<Created>,
}

/// When and how a notification came about.
#[derive(Clone, Copy, Debug)]
pub struct Created {
    pub at: DateTime<FixedOffset>,
    /// The first failed check of the incident.
    pub failing_since: DateTime<FixedOffset>,
    /// Whether the state was unknown because Platus itself was offline.
    pub while_offline: bool,
}

impl<'a> Subject<'a> {
    pub fn notification(notification: &'a Notification) -> Self {
        let ends_incident = notification.ends_incident();
        Self {
            service: &notification.service,
            group: &notification.group,
            node: &notification.node,
            incident: Some(notification.incident),
            is_failing: !ends_incident,
            ends_incident,
            notification: Some(Created {
                at: notification.created,
                failing_since: notification.since.unwrap_or(notification.created),
                while_offline: is_offline_message(notification.message.as_deref()),
            }),
        }
    }

    pub fn row(row: &'a Row) -> Self {
        let status = &row.status;
        Self {
            service: &status.service,
            group: &status.group,
            node: &status.node,
            incident: status.incident,
            is_failing: row.is_failing(),
            ends_incident: false,
            notification: None,
        }
    }
}
