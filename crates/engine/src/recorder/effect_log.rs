//! The log lines about changed states and notifications.

use crate::Service;
use crate::commit_builder::CommitBuilder;
use crate::machine::Effect;
use model::NotificationKind;

/// Logs what follows from a result. `commit` has its notifications.
pub(super) fn log(service: &Service, node: &str, effect: Effect, commit: &CommitBuilder) {
    match effect {
        Effect::Transition { from, to, .. } => {
            tracing::debug!(service.id = %service.id, node, %from, %to, "A node changed its state.");
        }
        Effect::Notify { kind: NotificationKind::Opened | NotificationKind::Recovered, state, last_state } => {
            let name = &service.name;
            tracing::warn!(service.id = %service.id, node, "{name} state changed to {state} before it was {last_state}");
        }
        Effect::Notify { kind: NotificationKind::Removed, last_state, .. } => {
            tracing::warn!(service.id = %service.id, node, %last_state, "A node with an open incident is no longer reported.");
        }
        Effect::Notify { kind, state, .. } if commit.has_notification(&service.id, node, kind) => {
            tracing::warn!(service.id = %service.id, node, %state, ?kind, "Notification queued.");
        }
        Effect::Notify { kind, state, .. } => {
            tracing::debug!(service.id = %service.id, node, %state, ?kind, "No channel is notified of this incident.");
        }
        Effect::IncidentOpened(_) | Effect::IncidentWorsened { .. } | Effect::IncidentEnded => {}
    }
}
