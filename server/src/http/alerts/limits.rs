//! Limits of silences.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta};
use model::SilenceRefusal;
use std::ops::RangeInclusive;

/// The longest silence that does not recur, and the longest time until the first occurrence of one that does.
pub(super) const LONGEST: TimeDelta = TimeDelta::days(366);

/// Years in which a silence may begin and end. Others cannot be written in all forms, and calculating with them could overflow.
pub(super) const YEARS: RangeInclusive<i32> = 1970..=9999;

/// In bytes.
const LONGEST_COMMENT: usize = 1000;

/// Fails when that is too far away to be written.
pub(super) fn after(instant: DateTime<FixedOffset>, minutes: u32) -> Result<DateTime<FixedOffset>, SilenceRefusal> {
    let end = instant.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    end.filter(|end| YEARS.contains(&end.year())).ok_or(SilenceRefusal::OutOfYears)
}

pub(super) fn check_comment(comment: &str) -> Result<(), SilenceRefusal> {
    if comment.len() > LONGEST_COMMENT {
        return Err(SilenceRefusal::LongComment(LONGEST_COMMENT));
    }
    Ok(())
}
