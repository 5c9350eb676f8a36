//! The heartbeats of Uptime Kuma: the results of its checks.

use super::database::{Database, open, refuse_unsaved};
use crate::import::input::ImportError;
use crate::import::past_check::PastCheck;
use chrono::{DateTime, NaiveDateTime, Utc};
use model::State;
use rusqlite::{ErrorCode, Row, Rows, Statement};
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
/// No check was made.
const MAINTENANCE: i64 = 3;

/// Of one monitor, the earliest first. There is an index for that.
const OF_MONITOR: &str = "SELECT status, time, ping, msg FROM heartbeat WHERE monitor_id = ?1 AND time >= ?2 ORDER BY time, id";

const ANY: &str = "SELECT 1 FROM heartbeat WHERE monitor_id = ?1";

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

/// Those of these monitors that have heartbeats. Waits for the disk.
pub fn with_any(path: &Path, monitors: &[i64]) -> Result<Vec<i64>, ImportError> {
    let wrong = |error: rusqlite::Error| unreadable(path, &error);
    let database = Database::new(open(path)?);
    let mut statement = database.connection().prepare(ANY).map_err(wrong)?;
    let mut found = Vec::new();
    for monitor in monitors {
        if statement.exists([monitor]).map_err(wrong)? {
            found.push(*monitor);
        }
    }
    Ok(found)
}

/// That the history cannot be read, with the remedy if there is one.
fn unreadable(path: &Path, error: &rusqlite::Error) -> ImportError {
    let remedy = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => {
            "; repair it with `sqlite3 kuma.db .recover | sqlite3 repaired.db`, and import repaired.db into another folder"
        }
        _ => "",
    };
    ImportError::new(format!("{} cannot be read: {error}{remedy}", path.display()))
}

/// Hands over the heartbeats of these monitors since a time, in the order of their times, until `take` says `false`. Those that Uptime Kuma
/// made instead of a check, in maintenance, are left out. Returns the number of those that say nothing. Waits for the disk.
pub fn read(
    path: &Path,
    monitors: &[i64],
    since: DateTime<Utc>,
    mut take: impl FnMut(PastCheck) -> bool,
) -> Result<usize, ImportError> {
    refuse_unsaved(path)?;
    let wrong = |error: rusqlite::Error| unreadable(path, &error);
    let database = Database::new(open(path)?);
    let since = since.format(TIME).to_string();
    let statement = |_| database.connection().prepare(OF_MONITOR);
    let mut statements: Vec<Statement<'_>> = monitors.iter().map(statement).collect::<Result<_, _>>().map_err(wrong)?;
    let rows = statements.iter_mut().zip(monitors).map(|(statement, monitor)| statement.query((monitor, &since)));
    let mut rows: Vec<Rows<'_>> = rows.collect::<Result<_, _>>().map_err(wrong)?;

    let mut next = BinaryHeap::new();
    let mut pending: Vec<Option<PastCheck>> = vec![None; monitors.len()];
    let mut unusable = 0;
    for index in 0..monitors.len() {
        unusable += advance(index, monitors, &mut rows, &mut pending, &mut next).map_err(wrong)?;
    }
    while let Some(Reverse((_, index))) = next.pop() {
        if let Some(check) = pending.get_mut(index).and_then(Option::take)
            && !take(check)
        {
            break;
        }
        unusable += advance(index, monitors, &mut rows, &mut pending, &mut next).map_err(wrong)?;
    }
    Ok(unusable)
}

/// Reads the next heartbeat of a monitor. Returns the number of those before it that say nothing.
fn advance(
    index: usize,
    monitors: &[i64],
    rows: &mut [Rows<'_>],
    pending: &mut [Option<PastCheck>],
    next: &mut BinaryHeap<Reverse<(DateTime<Utc>, usize)>>,
) -> rusqlite::Result<usize> {
    let mut unusable = 0;
    let (Some(rows), Some(pending), Some(monitor)) = (rows.get_mut(index), pending.get_mut(index), monitors.get(index)) else {
        return Ok(unusable);
    };
    while let Some(row) = rows.next()? {
        let status = row.get::<_, Option<i64>>(0).ok().flatten();
        if status == Some(MAINTENANCE) {
            continue;
        }
        let Some(check) = past_check(*monitor, status, row) else {
            unusable += 1;
            continue;
        };
        next.push(Reverse((check.at, index)));
        *pending = Some(check);
        break;
    }
    Ok(unusable)
}

fn past_check(monitor: i64, status: Option<i64>, row: &Row<'_>) -> Option<PastCheck> {
    let state = match status? {
        UP => State::Operational,
        DOWN | PENDING => State::Down,
        _ => return None,
    };
    let time: String = row.get(1).ok()?;
    let at = NaiveDateTime::parse_from_str(&time, TIME).ok()?;
    let ping = row.get::<_, Option<f64>>(2).ok().flatten();
    let elapsed = ping.and_then(|ping| Duration::try_from_secs_f64(ping / 1_000.0).ok());
    let message = row.get::<_, Option<String>>(3).ok().flatten().filter(|message| !message.is_empty());
    let message = message.filter(|_| state != State::Operational).map(|message| foreign_text::message(&message));
    Some(PastCheck { monitor, at: at.and_utc(), state, elapsed, message })
}
