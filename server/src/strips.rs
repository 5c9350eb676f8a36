//! The recent history of all rows as bars, made once for all who look: reading a day of thousands of nodes takes a while, and what
//! one viewer sees is only a part of what all see.

mod bars;
mod latest;

use crate::auth::{Principal, can_see};
use bars::BARS;
use chrono::{DateTime, FixedOffset, Local};
use engine::events::{Events, Row};
use history::NodeId;
use latest::Latest;
use model::{NodeKey, Roles, ServiceId, UptimeBar, UptimeBarsView};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use storage::{HistoryReader, StoreError};
use tokio::time::timeout;

/// Nodes whose history is read at once. A day of one has 1440 buckets, which are held until they have become bars.
const NODES_AT_ONCE: usize = 64;

/// How long making them may take altogether.
const MAKING: Duration = Duration::from_secs(60);

/// The bars of all rows.
pub struct Strips {
    events: Arc<Events>,
    history: Arc<HistoryReader>,
    latest: Latest<Result<AllStrips, StoreError>>,
}

struct AllStrips {
    from: DateTime<FixedOffset>,
    strips: Vec<(Roles, UptimeBar)>,
}

impl Strips {
    pub fn new(events: Arc<Events>, history: Arc<HistoryReader>) -> Self {
        Self { events, history, latest: Latest::default() }
    }

    /// Those that this viewer may see, as of half a minute ago at most. Fails while history cannot be read.
    pub async fn of(&self, viewer: &Principal) -> Result<UptimeBarsView, String> {
        let (events, history) = (Arc::clone(&self.events), Arc::clone(&self.history));
        let made = self.latest.get(|| async move {
            let late = || StoreError::Away(format!("history could not be read within {} s", MAKING.as_secs()));
            timeout(MAKING, make(&events, &history)).await.unwrap_or_else(|_| Err(late()))
        });
        match made.await.as_deref() {
            Some(Ok(all)) => Ok(all.seen_by(viewer)),
            // Why concerns administrators alone; the log of the writer and the settings say it.
            Some(Err(_)) => Err("History cannot be read now.".to_owned()),
            None => Err("The server is shutting down.".to_owned()),
        }
    }
}

impl AllStrips {
    fn seen_by(&self, viewer: &Principal) -> UptimeBarsView {
        let visible = self.strips.iter().filter(|(roles, _)| can_see(viewer, roles));
        UptimeBarsView {
            from: self.from,
            step: bars::STEP,
            bars: BARS as u32,
            nodes: visible.map(|(_, strip)| strip.clone()).collect(),
        }
    }
}

async fn make(events: &Events, history: &HistoryReader) -> Result<AllStrips, StoreError> {
    let now = Local::now().fixed_offset();
    let from = bars::beginning(now);
    let time = from.timestamp_millis()..bars::end(from).timestamp_millis();
    let (_, rows) = events.rows();
    let rows = with_history(rows, history);
    let mut strips = Vec::with_capacity(rows.len());
    for some in rows.chunks(NODES_AT_ONCE) {
        let ids: Vec<_> = some.iter().map(|(id, _)| *id).collect();
        let series = history.series(&ids, time.clone(), BARS as u32, now.timestamp_millis()).await?;
        strips.extend(some.iter().filter_map(|(id, row)| {
            let points = series.nodes.get(id)?;
            let key = NodeKey { service: row.status.service.clone(), node: row.status.node.clone() };
            Some((row.roles.clone(), bars::strip(key, points, series.step, time.start)))
        }));
    }
    Ok(AllStrips { from, strips })
}

/// The rows by the numbers that their nodes have in history. The rows of a service stand together.
fn with_history(rows: Vec<Arc<Row>>, history: &HistoryReader) -> Vec<(NodeId, Arc<Row>)> {
    let mut known: Option<(ServiceId, BTreeMap<String, NodeId>)> = None;
    let numbered = rows.into_iter().filter_map(|row| {
        let service = &row.status.service;
        let (_, nodes) = match &mut known {
            Some(known) if known.0 == *service => known,
            known => known.insert((service.clone(), history.nodes(service))),
        };
        Some((*nodes.get(&row.status.node)?, row))
    });
    numbered.collect()
}
