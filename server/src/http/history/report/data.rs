use super::request::ReportRequest;
use crate::http::Context;
use crate::http::history::availability::Tally;
use crate::http::history::watched::Watched;
use chrono::{DateTime, FixedOffset};
use history::{Bucket, NodeId};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use storage::{Incident, IncidentQuery, StoreError};

/// Incidents that are counted at most. If there are more, the report omits their number.
const MOST_INCIDENTS: usize = 10_000;

/// The data of a report.
pub(super) struct ReportData {
    totals: BTreeMap<NodeId, Bucket>,
    /// The number of incidents of each node. `None` if there were too many to count.
    incidents: Option<HashMap<NodeId, u64>>,
}

impl ReportData {
    pub(super) async fn read(context: &Context, watched: &Watched<'_>, request: &ReportRequest) -> Result<Self, StoreError> {
        let ids = watched.ids();
        // Reading everything is faster than thousands of lookups.
        let nodes = (!watched.is_everything).then_some(ids.as_slice());
        let query = IncidentQuery {
            nodes: Some(ids.iter().copied().collect()),
            from: instant(request.covered.start),
            to: instant(request.covered.end),
            limit: MOST_INCIDENTS + 1,
        };
        let totals = context.history.totals(nodes, request.asked.clone(), request.now);
        let (totals, incidents) = tokio::try_join!(totals, context.history.incidents(&query))?;
        Ok(Self { totals, incidents: count(&incidents, &request.covered) })
    }

    /// What is known of a node; `None` if nothing is.
    pub(super) fn of(&self, node: NodeId, request: &ReportRequest) -> Option<Tally> {
        let incidents = self.incidents.as_ref().map(|incidents| incidents.get(&node).copied().unwrap_or_default());
        let bucket = self.totals.get(&node)?;
        Some(Tally::of_node(bucket, request.length(), request.maintenance, incidents))
    }
}

fn count(incidents: &[Incident], time: &Range<i64>) -> Option<HashMap<NodeId, u64>> {
    if incidents.len() > MOST_INCIDENTS {
        return None;
    }
    let mut counts = HashMap::new();
    for incident in incidents.iter().filter(|incident| time.contains(&incident.opened.timestamp_millis())) {
        *counts.entry(incident.node).or_default() += 1;
    }
    Some(counts)
}

fn instant(milliseconds: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default().fixed_offset()
}
