//! The uptime bars of all rows, made once for all viewers: reading a day of thousands of nodes takes a while, and each viewer sees only a
//! part of them.

mod bars;
mod latest;

use crate::auth::{Principal, can_see};
use bars::{DAY, HOUR, Span, is_young};
use chrono::{DateTime, FixedOffset, Local};
use engine::events::Events;
use engine::row::Row;
use history::NodeId;
use latest::Latest;
use model::{HistoryRefusal, NodeKey, Refusal, Roles, ServiceId, UptimeBar, UptimeBarsView};
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
pub struct UptimeBars {
    events: Arc<Events>,
    history: Arc<HistoryReader>,
    latest: Latest<Result<AllBars, StoreError>>,
}

struct AllBars {
    from: DateTime<FixedOffset>,
    span: Span,
    strips: Vec<(Roles, UptimeBar)>,
}

impl UptimeBars {
    pub fn new(events: Arc<Events>, history: Arc<HistoryReader>) -> Self {
        Self { events, history, latest: Latest::default() }
    }

    /// Those that this viewer may see, of all services or of one, as of half a minute ago at most. Fails while history cannot be read.
    pub async fn of(&self, viewer: &Principal, service: Option<&ServiceId>) -> Result<UptimeBarsView, Refusal> {
        let (events, history) = (Arc::clone(&self.events), Arc::clone(&self.history));
        let made = self.latest.get(|| async move {
            let late = || StoreError::Away(format!("history could not be read within {} s", MAKING.as_secs()));
            timeout(MAKING, make(&events, &history)).await.unwrap_or_else(|_| Err(late()))
        });
        match made.await.as_deref() {
            Some(Ok(all)) => Ok(all.seen_by(viewer, service)),
            // The reason is for administrators: the log and the settings page show it.
            Some(Err(_)) => Err(Refusal::History(HistoryRefusal::StoreAway { details: None })),
            None => Err(Refusal::ShuttingDown),
        }
    }
}

impl AllBars {
    fn seen_by(&self, viewer: &Principal, service: Option<&ServiceId>) -> UptimeBarsView {
        let wanted = self.strips.iter().filter(|(_, strip)| service.is_none_or(|service| strip.key.service == *service));
        let visible = wanted.filter(|(roles, _)| can_see(viewer, roles));
        UptimeBarsView {
            from: self.from,
            step: self.span.step,
            bars: self.span.bars,
            nodes: visible.map(|(_, strip)| strip.clone()).collect(),
        }
    }
}

/// The last day of all rows, or the last hour while none has a longer history: all bars of a board show the same time, and those of a new
/// installation are not empty. Then the whole history is
/// small, so that the second reading costs little.
async fn make(events: &Events, history: &HistoryReader) -> Result<AllBars, StoreError> {
    let now = Local::now().fixed_offset();
    let (_, rows) = events.rows();
    let rows = with_history(rows, history);
    let (day, first) = read(&rows, history, DAY, now).await?;
    if is_young(first, now.timestamp_millis()) {
        return Ok(read(&rows, history, HOUR, now).await?.0);
    }
    Ok(day)
}

/// The bars of these rows, and when the first of their points begins, in milliseconds since 1970.
async fn read(
    rows: &[(NodeId, Arc<Row>)],
    history: &HistoryReader,
    span: Span,
    now: DateTime<FixedOffset>,
) -> Result<(AllBars, Option<i64>), StoreError> {
    let from = span.beginning(now);
    let time = from.timestamp_millis()..span.end(from).timestamp_millis();
    let mut strips = Vec::with_capacity(rows.len());
    let mut earliest: Option<i64> = None;
    for some in rows.chunks(NODES_AT_ONCE) {
        let ids: Vec<_> = some.iter().map(|(id, _)| *id).collect();
        let series = history.series(&ids, time.clone(), span.bars, now.timestamp_millis()).await?;
        let firsts = series.nodes.values().filter_map(|points| points.first().map(|point| point.at));
        earliest = firsts.chain(earliest).min();
        strips.extend(some.iter().filter_map(|(id, row)| {
            let points = series.nodes.get(id)?;
            let key = NodeKey { service: row.status.service.clone(), node: row.status.node.clone() };
            Some((row.roles.clone(), span.strip(key, points, series.step, time.start)))
        }));
    }
    Ok((AllBars { from, span, strips }, earliest))
}

/// The rows with the ids of their nodes in history. The rows of a service are adjacent.
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
