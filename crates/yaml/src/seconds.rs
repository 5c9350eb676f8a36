use super::document::Node;
use super::error::LocatedError;
use std::time::Duration;

/// Between two checks of a service: from a second to a day.
pub fn read_interval(node: &Node) -> Result<Duration, LocatedError> {
    interval(node.read()?).ok_or_else(|| LocatedError::new(&node.location, format!("expected {INTERVAL_RANGE}")))
}

/// As [`read_interval`], from the text of an environment variable.
pub fn parse_interval(variable: &str, text: &str) -> Result<Duration, LocatedError> {
    text.trim().parse().ok().and_then(interval).ok_or_else(|| {
        LocatedError::without_place(format!("the environment variable {variable} is wrong: expected {INTERVAL_RANGE}"))
    })
}

/// After which a check is given up: more than nothing, at most an hour.
pub fn read_timeout(node: &Node) -> Result<Duration, LocatedError> {
    let wrong = || LocatedError::new(&node.location, "expected seconds, more than 0 and at most 3600");
    let seconds: f64 = node.read()?;
    if seconds > 3600.0 {
        return Err(wrong());
    }
    Duration::try_from_secs_f64(seconds).ok().filter(|timeout| !timeout.is_zero()).ok_or_else(wrong)
}

const INTERVAL_RANGE: &str = "seconds from 1 to 86400";

fn interval(seconds: f64) -> Option<Duration> {
    (1.0..=86400.0).contains(&seconds).then(|| Duration::try_from_secs_f64(seconds).ok()).flatten()
}
