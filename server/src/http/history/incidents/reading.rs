//! Incidents of the store with their services, as users see them.

use super::super::watched::Watched;
use crate::http::Context;
use chrono::{DateTime, FixedOffset};
use history::NodeId;
use model::{IncidentView, ServiceSettings};
use std::collections::HashMap;
use storage::{Incident, IncidentQuery, SilenceKind};

/// Incidents that are read at most for one answer. Conditions that the store does not know are applied to these.
pub(super) const MOST_READ: usize = 5_000;

/// The query for the incidents of these services within a time, with one more than the limit, which shows whether there are more.
pub(super) fn query(watched: &Watched<'_>, from: DateTime<FixedOffset>, to: DateTime<FixedOffset>, limit: usize) -> IncidentQuery {
    IncidentQuery { nodes: Some(watched.ids().into_iter().collect()), from, to, limit: limit + 1 }
}

/// What makes incidents readable: the services of their nodes, and who acknowledged them.
pub(super) struct Names<'a> {
    nodes: HashMap<NodeId, (&'a ServiceSettings, &'a str)>,
    acknowledged: HashMap<u64, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(context: &Context, watched: &'a Watched<'a>) -> Self {
        let now = context.clock.now();
        let acknowledged = context.silences.all(now).into_iter().filter(|silence| silence.is_in_force(now));
        let acknowledged = acknowledged.filter_map(|silence| match silence.kind {
            SilenceKind::Acknowledgement { incident } => Some((incident, silence.author.clone())),
            SilenceKind::Silence | SilenceKind::Maintenance | SilenceKind::Pause => None,
        });
        Self { nodes: watched.by_id(), acknowledged: acknowledged.collect() }
    }

    /// The incident; `None` if it is of none of the services.
    pub(super) fn view(&self, incident: &Incident) -> Option<IncidentView> {
        let (service, node) = self.nodes.get(&incident.node)?;
        Some(IncidentView {
            id: incident.id,
            service: service.id.clone(),
            group: service.group.clone(),
            name: service.name.clone(),
            node: (*node).to_owned(),
            since: incident.since,
            opened: incident.opened,
            ended: incident.ended,
            worst: incident.worst,
            message: incident.message.clone(),
            acknowledged_by: self.acknowledged.get(&incident.id).filter(|_| incident.ended.is_none()).cloned(),
        })
    }
}
