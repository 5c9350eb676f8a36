//! Limits of orders.

use super::order_error::OrderError;
use chrono::{DateTime, Datelike, FixedOffset, TimeDelta};
use std::ops::RangeInclusive;

/// The longest order that does not recur, and the longest time until the first occurrence of one that does.
pub(super) const LONGEST: TimeDelta = TimeDelta::days(366);

/// Years in which an order may begin and end. Others cannot be written in all forms, and calculating with them could overflow.
pub(super) const YEARS: RangeInclusive<i32> = 1970..=9999;

/// In bytes.
const LONGEST_COMMENT: usize = 1000;

pub(super) const TOO_LONG: &str = "it must end within a year; for longer use `maintenance` in config.yaml";

pub(super) const OUT_OF_RANGE: &str = "it must begin and end in the years from 1970 to 9999";

/// Fails when that is too far away to be written.
pub(super) fn after(instant: DateTime<FixedOffset>, minutes: u32) -> Result<DateTime<FixedOffset>, OrderError> {
    let end = instant.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
    end.filter(|end| YEARS.contains(&end.year())).ok_or_else(|| OrderError::Wrong(OUT_OF_RANGE.to_owned()))
}

pub(super) fn check_comment(comment: &str) -> Result<(), OrderError> {
    if comment.len() > LONGEST_COMMENT {
        return Err(OrderError::Wrong(format!("the comment is longer than {LONGEST_COMMENT} bytes")));
    }
    Ok(())
}
