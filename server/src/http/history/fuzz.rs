//! Entrances for `crate::fuzzing`.

use super::time;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

pub(crate) fn instant(text: &str, zone: Tz, now: DateTime<Utc>) {
    if let Some(instant) = time::read(text, zone, now) {
        time::written(instant);
        time::days_before(instant, 400);
    }
}
