//! Limits of orders.

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta};
use model::OrderRefusal;
use std::ops::RangeInclusive;

/// The longest order that does not recur, and the longest time until the first occurrence of one that does.
pub(super) const LONGEST: TimeDelta = TimeDelta::days(366);

/// Years in which an order may begin and end. Others cannot be written in all forms, and calculating with them could overflow.
pub(super) const YEARS: RangeInclusive<i32> = 1970..=9999;

/// In bytes.
const LONGEST_COMMENT: usize = 1000;

/// Fails when that is too far away to be written.
pub(super) fn after(instant: DateTime<FixedOffset>, minutes: u32) -> Result<DateTime<FixedOffset>, OrderRefusal> {
    let end = instant.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    end.filter(|end| YEARS.contains(&end.year())).ok_or(OrderRefusal::OutOfYears)
}

pub(super) fn check_comment(comment: &str) -> Result<(), OrderRefusal> {
    if comment.len() > LONGEST_COMMENT {
        return Err(OrderRefusal::LongComment(LONGEST_COMMENT));
    }
    Ok(())
}
