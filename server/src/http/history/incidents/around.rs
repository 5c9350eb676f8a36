//! The checks around an incident.

use super::super::watched::Watched;
use super::detail;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::service_page;
use chrono::Utc;
use model::{HistoryRange, ServiceHistoryView};

/// The most points: one for three pixels of the chart.
const POINTS: u32 = 240;

/// The least time before and after an incident, in milliseconds.
const LEAST: i64 = 3_600_000;

/// The history of the node from some time before the incident to as long after it. Fails with [`ApiError::NotFound`] if the user sees no
/// incident with this number.
pub async fn around(context: &Context, caller: &Principal, id: u64) -> Result<ServiceHistoryView, ApiError> {
    let incident = detail::read(context, caller, &Watched::all(context, caller), id).await?.incident;
    let place = service_page::place_of(context, caller, incident.service.as_str())?;
    let ended = incident.ended.map(|ended| ended.timestamp_millis());
    let (from, to) = range(incident.since.timestamp_millis(), ended, Utc::now().timestamp_millis());
    let range = HistoryRange { from, to, node: Some(incident.node), or_all: false, points: POINTS };
    service_page::chart(context, caller, place, range).await
}

/// With a quarter of the duration before and after, at least an hour, and at most until now. In milliseconds since 1970.
fn range(since: i64, ended: Option<i64>, now: i64) -> (i64, i64) {
    let end = ended.unwrap_or(now);
    let margin = (end.saturating_sub(since) / 4).max(LEAST);
    (since.saturating_sub(margin), end.saturating_add(margin).min(now))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn the_range_has_some_time_before_and_after() {
        const HOUR: i64 = 3_600_000;
        assert_eq!(range(10 * HOUR, Some(11 * HOUR), 99 * HOUR), (9 * HOUR, 12 * HOUR));
        assert_eq!(range(40 * HOUR, Some(80 * HOUR), 99 * HOUR), (30 * HOUR, 90 * HOUR));
        assert_eq!(range(10 * HOUR, Some(11 * HOUR), 11 * HOUR + 1), (9 * HOUR, 11 * HOUR + 1));
        assert_eq!(range(40 * HOUR, None, 80 * HOUR), (30 * HOUR, 80 * HOUR));
    }
}
