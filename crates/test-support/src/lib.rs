//! Helpers for the tests of all crates. Nothing that ships uses them.

pub mod fuzz;

use chrono::{DateTime, FixedOffset};

/// The moment at which most tests happen: 2017-04-30, noon, two hours east of Greenwich.
pub fn noon() -> DateTime<FixedOffset> {
    #[expect(clippy::expect_used, reason = "only tests call it")]
    DateTime::parse_from_rfc3339("2017-04-30T12:00:00+02:00").expect("a valid time")
}
