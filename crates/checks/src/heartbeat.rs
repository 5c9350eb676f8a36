//! Expects heartbeats of a job that cannot be polled: backups, cron jobs, queues. The job calls `POST /api/v1.0/heartbeat/TOKEN`
//! when it is done.

mod judge;

use super::{CheckError, Host, Observation, Plugin};
use crate::heartbeats::Registration;
use judge::{Schedule, judge};
use schemars::JsonSchema;
use serde::Deserialize;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};
use yaml::{InvalidSetting, Secret};

/// In characters. Shorter tokens can be guessed.
const TOKEN_LENGTH: RangeInclusive<usize> = 16..=200;

/// A year and a day, in seconds.
const LONGEST: f64 = 366.0 * 86_400.0;

/// Minimum of the default grace, for clocks, queues and networks.
const LEAST_DEFAULT_GRACE: Duration = Duration::from_secs(60);

/// The check of one job.
pub(super) struct Heartbeat {
    node: String,
    schedule: Schedule,
    /// `None` in a process that receives no heartbeats.
    registration: Option<Registration>,
}

/// How the job identifies itself.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// The last part of the address and the only credential of the job: 16 to 200 letters, digits, `-`, `_`, `.` or `~`, for
    /// example from `openssl rand -hex 16`. Each service needs its own token. The job calls `POST /api/v1.0/heartbeat/TOKEN` after
    /// a success, `TOKEN/fail` after a failure, or `TOKEN/CODE` with its exit code, and optionally `TOKEN/start` at its start. The
    /// last line of the body of a failure is shown; at most 16 MiB of the body are read. Every exit code except 0 is a failure,
    /// including negative ones and those above 255. `TOKEN/log` accepts a log and changes nothing.
    token: Secret,
    /// Name of the row, for example the machine of the job. Default: `n/a`.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "host")]
    _host: Option<String>,
}

/// When heartbeats are due. The row changes at the next check, so a short `interval` makes it more current.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Seconds between two successes, at most 366 days. A new job has `every` and `grace` for its first success, counted from the
    /// first start of Platus with this job; until then its row is `unknown`, without an incident. The same applies to a job that
    /// is added again after Platus ran without it. Heartbeats are stored before they are answered, so a restart loses none; while
    /// the store is unavailable they are kept in memory only. A job that is late only because Platus was not running is `unknown`,
    /// since its heartbeat may have been sent during that time.
    every: f64,
    /// Seconds that the job may be late, including its running time. Default: a tenth of `every`, at least 60.
    grace: Option<f64>,
    /// Seconds that the job may run after `TOKEN/start`. Default: `every` plus `grace`.
    max_run: Option<f64>,
}

impl Plugin for Heartbeat {
    const NAME: &'static str = "heartbeat";
    const SUMMARY: &'static str = "Expects heartbeats of a job, such as a backup, and reports it as down when it fails or is late.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
backup:
  role: [ops]
  type: heartbeat
  interval: 30
  properties:
    host: backup.example.org
    token: change-me-0f8d2c6a91b35e74
  data:
    type: Infra
    name: Nightly backup
    every: 86400
    grace: 7200
    max_run: 3600
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        let schedule = data.schedule()?;
        let token = properties.token.expose();
        let fits = |character: char| character.is_ascii_alphanumeric() || "-_.~".contains(character);
        if !TOKEN_LENGTH.contains(&token.len()) || !token.chars().all(fits) {
            let (least, most) = TOKEN_LENGTH.into_inner();
            let message = format!("`token` must be from {least} to {most} letters, digits, `-`, `_`, `.` or `~`");
            return Err(InvalidSetting::new(message));
        }
        let registration = if host.heartbeats.is_heard() {
            let taken = || InvalidSetting::new("`token` is that of another service, too; give each its own");
            Some(host.heartbeats.register(token, &host.service, &host.former_ids).ok_or_else(taken)?)
        } else {
            None
        };
        Ok(Self { node: host.node.clone(), schedule, registration })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let elsewhere = "heartbeats are known only to the Platus that serves them; look at its page or API";
        let registration = self.registration.as_ref().ok_or_else(|| CheckError::new(elsewhere))?;
        Ok(vec![judge(&self.node, &self.schedule, &registration.pulse(), Instant::now())])
    }
}

impl Data {
    fn schedule(&self) -> Result<Schedule, InvalidSetting> {
        let every = seconds("every", self.every, 1.0)?;
        let grace = self.grace.map(|grace| seconds("grace", grace, 0.0)).transpose()?;
        let grace = grace.unwrap_or_else(|| LEAST_DEFAULT_GRACE.max(every / 10));
        let max_run = self.max_run.map(|max_run| seconds("max_run", max_run, 1.0)).transpose()?;
        Ok(Schedule { every, grace, max_run: max_run.unwrap_or(every + grace) })
    }
}

fn seconds(key: &str, seconds: f64, least: f64) -> Result<Duration, InvalidSetting> {
    let fitting = (least..=LONGEST).contains(&seconds).then(|| Duration::try_from_secs_f64(seconds).ok()).flatten();
    fitting.ok_or_else(|| InvalidSetting::new(format!("`{key}` must be seconds, from {least} to {LONGEST}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(data: &str, expected: Result<[u64; 3], &str>) {
        let data: Data = serde_json::from_str(data).unwrap();
        let schedule = data.schedule().map_err(|error| error.message);
        let schedule = schedule.map(|schedule| [schedule.every, schedule.grace, schedule.max_run].map(|part| part.as_secs()));
        assert_eq!(schedule, expected.map_err(str::to_owned));
    }

    #[test]
    fn schedules_have_sensible_defaults_and_limits() {
        check(r#"{"every": 60}"#, Ok([60, 60, 120]));
        check(r#"{"every": 86400}"#, Ok([86_400, 8640, 95_040]));
        check(r#"{"every": 3600, "grace": 0, "max_run": 5}"#, Ok([3600, 0, 5]));
        check(r#"{"every": 0}"#, Err("`every` must be seconds, from 1 to 31622400"));
        check(r#"{"every": 31622401}"#, Err("`every` must be seconds, from 1 to 31622400"));
        check(r#"{"every": 60, "grace": -1}"#, Err("`grace` must be seconds, from 0 to 31622400"));
        check(r#"{"every": 60, "max_run": 0.5}"#, Err("`max_run` must be seconds, from 1 to 31622400"));
    }
}
