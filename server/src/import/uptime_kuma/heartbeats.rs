//! The heartbeats of Uptime Kuma: the results of its checks.

use super::database::{Database, open, refuse_unsaved};
use crate::import::input::ImportError;
use crate::import::past_check::PastCheck;
use chrono::{DateTime, NaiveDateTime, Utc};
use model::State;
use rusqlite::{Row, Rows, Statement};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;
use std::time::Duration;
use system::foreign_text;

/// What its columns `status` say.
const DOWN: i64 = 0;
const UP: i64 = 1;
/// Failed, and to be tried again before it is down.
const PENDING: i64 = 2;

/// Of one monitor, the earliest first. There is an index for that.
const OF_MONITOR: &str = "SELECT status, time, ping, msg FROM heartbeat WHERE monitor_id = ?1 AND time >= ?2 ORDER BY time, id";

/// The form of its times, which are in UTC.
const TIME: &str = "%Y-%m-%d %H:%M:%S%.f";

/// Fails when a database has none. Waits for the disk.
pub(super) fn require(path: &Path) -> Result<(), ImportError> {
    let wrong = |error: rusqlite::Error| ImportError::new(format!("{} cannot be read: {error}", path.display()));
    match Database::new(open(path)?).is_plain_table("heartbeat").map_err(wrong)? {
        true => Ok(()),
        false => Err(ImportError::new(format!("{} has no table `heartbeat`, and so no history", path.display()))),
    }
}

/// Hands over the heartbeats of these monitors since a time, in the order of their times, until `take` says `false`. Those that Uptime Kuma
/// made instead of a check, in maintenance, are left out, and so are those without a time. Waits for the disk.
pub fn read(
    path: &Path,
    monitors: &[i64],
    since: DateTime<Utc>,
    mut take: impl FnMut(PastCheck) -> bool,
) -> Result<(), ImportError> {
    refuse_unsaved(path)?;
    let wrong = |error: rusqlite::Error| ImportError::new(format!("the history in {} cannot be read: {error}", path.display()));
    let database = Database::new(open(path)?);
    let since = since.format(TIME).to_string();
    let statement = |_| database.connection().prepare(OF_MONITOR);
    let mut statements: Vec<Statement<'_>> = monitors.iter().map(statement).collect::<Result<_, _>>().map_err(wrong)?;
    let rows = statements.iter_mut().zip(monitors).map(|(statement, monitor)| statement.query((monitor, &since)));
    let mut rows: Vec<Rows<'_>> = rows.collect::<Result<_, _>>().map_err(wrong)?;

    let mut next = BinaryHeap::new();
    let mut pending: Vec<Option<PastCheck>> = vec![None; monitors.len()];
    for index in 0..monitors.len() {
        advance(index, monitors, &mut rows, &mut pending, &mut next).map_err(wrong)?;
    }
    while let Some(Reverse((_, index))) = next.pop() {
        if let Some(check) = pending.get_mut(index).and_then(Option::take)
            && !take(check)
        {
            break;
        }
        advance(index, monitors, &mut rows, &mut pending, &mut next).map_err(wrong)?;
    }
    Ok(())
}

/// Reads the next heartbeat of a monitor.
fn advance(
    index: usize,
    monitors: &[i64],
    rows: &mut [Rows<'_>],
    pending: &mut [Option<PastCheck>],
    next: &mut BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
) -> rusqlite::Result<()> {
    let (Some(rows), Some(pending), Some(monitor)) = (rows.get_mut(index), pending.get_mut(index), monitors.get(index)) else {
        return Ok(());
    };
    while let Some(row) = rows.next()? {
        if let Some(check) = past_check(*monitor, row)? {
            next.push(Reverse((check.at, index)));
            *pending = Some(check);
            break;
        }
    }
    Ok(())
}

fn past_check(monitor: i64, row: &Row<'_>) -> rusqlite::Result<Option<PastCheck>> {
    let state = match row.get::<_, Option<i64>>(0).ok().flatten() {
        Some(UP) => State::Operational,
        Some(DOWN | PENDING) => State::Down,
        _ => return Ok(None),
    };
    let time: Option<String> = row.get(1).ok();
    let Some(at) = time.and_then(|time| NaiveDateTime::parse_from_str(&time, TIME).ok()) else { return Ok(None) };
    let ping = row.get::<_, Option<f64>>(2).ok().flatten();
    let elapsed = ping.and_then(|ping| Duration::try_from_secs_f64(ping / 1_000.0).ok());
    let message = row.get::<_, Option<String>>(3).ok().flatten().filter(|message| !message.is_empty());
    let message = message.filter(|_| state != State::Operational).map(|message| foreign_text::message(&message));
    Ok(Some(PastCheck { monitor, at: at.and_utc(), state, elapsed, message }))
}
