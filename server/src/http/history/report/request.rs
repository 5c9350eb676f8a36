use crate::http::Context;
use crate::http::history::availability::Maintenance;
use crate::http::history::query::{BadParameter, Query};
use crate::http::history::time::days_before;
use chrono::Utc;
use chrono_tz::Tz;
use std::ops::Range;

/// Whole days before today.
const DEFAULT_DAYS: i64 = 30;

/// What the caller asks for.
pub(super) struct ReportRequest {
    pub zone: Tz,
    /// Milliseconds since 1970.
    pub asked: Range<i64>,
    /// The part of `asked` that history covers: aligned to its steps, and not before or after it.
    pub covered: Range<i64>,
    pub maintenance: Maintenance,
    pub now: i64,
}

impl ReportRequest {
    pub(super) fn read(query: &Query, context: &Context) -> Result<Self, BadParameter> {
        let (zone, now) = (query.zone()?, Utc::now());
        let words = [("include", Maintenance::Include), ("exclude", Maintenance::Exclude)];
        let maintenance = query.word("maintenance", &words)?.unwrap_or(Maintenance::Include);
        let period = query.period(zone, now, context.history.retention().day, |to| days_before(to, DEFAULT_DAYS))?;
        let (asked, now) = (period.milliseconds(), now.timestamp_millis());
        let covered = context.history.covered(asked.clone(), now);
        Ok(Self { zone, asked, covered, maintenance, now })
    }

    /// Milliseconds.
    pub(super) fn length(&self) -> u64 {
        u64::try_from(self.covered.end - self.covered.start).unwrap_or_default()
    }
}
