//! One incident and its course.

use super::super::question::{Weight, ask};
use super::super::watched::Watched;
use super::deliveries::deliveries;
use super::reading::{self, Names};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::note_numbers::MOST_NOTES;
use chrono::{TimeDelta, Utc};
use history::NodeId;
use model::{DeliveryView, IncidentView, TransitionView};
use std::collections::HashSet;
use storage::{Note, StoreError, Transition, TransitionQuery};

/// Transitions of an answer.
const MOST_TRANSITIONS: usize = 100;

/// Incidents around another one that are read. The store has the latest first, and the nearest may be far behind them in a storm.
const MOST_AROUND: usize = 1_000;

/// The time around the begin of an incident in which others are read.
const AROUND: TimeDelta = TimeDelta::minutes(5);

pub(super) struct Detail {
    pub incident: IncidentView,
    /// The latest first.
    pub transitions: Vec<TransitionView>,
    /// The channels that are notified of it.
    pub channels: Vec<String>,
    /// The results of its notifications, in order.
    pub deliveries: Vec<DeliveryView>,
    /// Incidents that lasted when it began, itself included, the latest first.
    pub around: Vec<IncidentView>,
    /// In the order of entering.
    pub notes: Vec<Note>,
}

/// Reads an incident of one of these services. Fails with [`ApiError::NotFound`] if there is none with this number.
pub(super) async fn read(context: &Context, caller: &Principal, watched: &Watched<'_>, id: u64) -> Result<Detail, ApiError> {
    let nodes: HashSet<NodeId> = watched.ids().into_iter().collect();
    let question = async {
        // What the user may not see is not even read further.
        let Some(incident) = context.history.incident(id).await?.filter(|incident| nodes.contains(&incident.node)) else {
            return Ok::<_, StoreError>(None);
        };
        let moment = TimeDelta::milliseconds(1);
        let end = incident.ended.unwrap_or_else(|| Utc::now().fixed_offset());
        let transitions = TransitionQuery {
            nodes: Some(HashSet::from([incident.node])),
            from: incident.since - moment,
            to: end + moment,
            limit: MOST_TRANSITIONS,
        };
        let around = reading::query(watched, incident.since - AROUND, incident.since + AROUND, MOST_AROUND);
        let history = &context.history;
        let notes = history.notes(id, MOST_NOTES);
        let (transitions, around, notes) = tokio::try_join!(history.transitions(&transitions), history.incidents(&around), notes)?;
        Ok(Some((incident, transitions, around, notes)))
    };
    let (incident, transitions, around, notes) =
        ask(context, caller, watched, Weight::Light, question).await?.ok_or(ApiError::NotFound)?;
    let names = Names::new(context, watched);
    let view = names.view(&incident).ok_or(ApiError::NotFound)?;
    let transitions = transitions.into_iter().map(|Transition { at, from, to, message, lasted, .. }| TransitionView {
        at,
        node: view.node.clone(),
        from,
        to,
        lasted,
        message,
    });
    Ok(Detail {
        transitions: transitions.collect(),
        channels: incident.notified_channels,
        deliveries: deliveries(caller, incident.deliveries),
        around: around.iter().filter_map(|other| names.view(other)).collect(),
        notes,
        incident: view,
    })
}
