//! Retries, reminders and flapping. Each key is allowed in `config.yaml`, for all services, and in one service.

use super::declared::{FLAPPING, REMINDER};
use super::fingerprint::Fingerprint;
use super::notify::read_seconds;
use super::service_keys::Effective;
use engine::machine::{FlapThresholds, Policy, Reminder};
use std::time::Duration;
use yaml::fields::Fields;
use yaml::seconds::read_interval;
use yaml::{LocatedError, Node, Value};

/// When a failure is confirmed, and how often it is notified.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Alerting {
    pub policy: Policy,
    /// Between two checks while a failure or a recovery is not confirmed yet. `None`: the interval of the service.
    pub retry_interval: Option<Duration>,
}

impl Alerting {
    /// Reads the keys that are present. The others keep their values in `usual`.
    pub(super) fn read(fields: &mut Fields<'_>, usual: Self) -> Self {
        let Policy { retries_before_notify, successes_before_recovery, reminder, flapping } = usual.policy;
        Self {
            policy: Policy {
                retries_before_notify: read_checks(fields, "retries_before_notify").unwrap_or(retries_before_notify),
                successes_before_recovery: read_checks(fields, "successes_before_recovery").unwrap_or(successes_before_recovery),
                reminder: fields.nested("reminder", read_reminder).unwrap_or(reminder),
                flapping: fields.nested("flapping", read_flapping).unwrap_or(flapping),
            },
            retry_interval: fields.read("retry_interval", read_interval).or(usual.retry_interval),
        }
    }
}

/// The fingerprints of the keys of a service that it may have from config.yaml.
pub(super) fn effective(interval: Duration, Alerting { policy, retry_interval }: Alerting) -> Effective {
    let reminder = policy.reminder.map(|reminder| (reminder.interval, reminder.factor.to_bits(), reminder.longest));
    let flapping = policy.flapping.map(|thresholds| [thresholds.low, thresholds.high].map(f64::to_bits));
    [
        ("interval", Fingerprint::of(&[&interval])),
        ("retry_interval", Fingerprint::of(&[&retry_interval])),
        ("retries_before_notify", Fingerprint::of(&[&policy.retries_before_notify])),
        ("successes_before_recovery", Fingerprint::of(&[&policy.successes_before_recovery])),
        ("reminder", Fingerprint::of(&[&reminder])),
        ("flapping", Fingerprint::of(&[&flapping])),
    ]
}

/// A number of checks. 0 counts as 1; [`warnings`](super::warnings) says so.
fn read_checks(fields: &mut Fields<'_>, key: &'static str) -> Option<u32> {
    fields.optional(key).map(|checks: u32| checks.max(1))
}

/// Seconds; `{interval, factor, longest}`; or `false` for no reminders.
fn read_reminder(node: &Node) -> Result<Option<Reminder>, Vec<LocatedError>> {
    const SHORTEST: f64 = 60.0;
    const LONGEST: f64 = 30.0 * 86_400.0;
    let read_pause = |node: &Node| read_seconds(node, SHORTEST, LONGEST);
    if node.read::<bool>() == Ok(false) {
        return Ok(None);
    }
    if !matches!(node.value, Value::Map(_)) {
        let interval = read_pause(node).map_err(|error| vec![error])?;
        return Ok(Some(Reminder { interval, factor: 1.0, longest: interval }));
    }
    let mut fields = Fields::declared(node, REMINDER);
    let interval = fields.required("interval", read_pause);
    let factor = fields.read("factor", |node| {
        let factor: f64 = node.read()?;
        let is_allowed = (1.0..=10.0).contains(&factor);
        is_allowed.then_some(factor).ok_or_else(|| LocatedError::new(&node.location, "expected a number from 1 to 10"))
    });
    let longest = fields.read("longest", read_pause).unwrap_or(Duration::from_secs(86_400));
    match (interval, fields.finish()) {
        (Some(interval), errors) if errors.is_empty() => Ok(Some(Reminder { interval, factor: factor.unwrap_or(1.0), longest })),
        (_, errors) => Err(errors),
    }
}

/// `true` for the usual thresholds; `{low, high}` in percent; or `false`.
fn read_flapping(node: &Node) -> Result<Option<FlapThresholds>, Vec<LocatedError>> {
    if let Ok(wanted) = node.read::<bool>() {
        return Ok(wanted.then(FlapThresholds::default));
    }
    let usual = FlapThresholds::default();
    let mut fields = Fields::declared(node, FLAPPING);
    let read_percent = |node: &Node| {
        let percent: f64 = node.read()?;
        let is_allowed = (0.0..=100.0).contains(&percent);
        is_allowed.then_some(percent).ok_or_else(|| LocatedError::new(&node.location, "expected percent, from 0 to 100"))
    };
    let thresholds = FlapThresholds {
        low: fields.read("low", read_percent).unwrap_or(usual.low),
        high: fields.read("high", read_percent).unwrap_or(usual.high),
    };
    if thresholds.low > thresholds.high {
        fields.doubt(LocatedError::new(&node.location, "`low` is above `high`; flapping has to end lower than it begins"));
    }
    let errors = fields.finish();
    if errors.is_empty() { Ok(Some(thresholds)) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    #[track_caller]
    fn read(text: &str, usual: Alerting) -> Result<Alerting, String> {
        let document = parse("config.yaml", text).unwrap();
        let mut fields = Fields::of(&document);
        let alerting = Alerting::read(&mut fields, usual);
        let errors = fields.finish();
        if errors.is_empty() { Ok(alerting) } else { Err(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")) }
    }

    #[track_caller]
    fn check_error(text: &str, part: &str) {
        let error = read(text, Alerting::default()).unwrap_err();
        assert!(error.contains(part), "{error}");
    }

    #[test]
    fn absent_keys_keep_the_defaults() {
        let text = "{retries_before_notify: 5, successes_before_recovery: 2, reminder: 3600, flapping: true, retry_interval: 10}";
        let all = read(text, Alerting::default()).unwrap();
        let hour = Duration::from_secs(3600);
        assert_eq!(all.policy.reminder, Some(Reminder { interval: hour, factor: 1.0, longest: hour }));
        assert_eq!(all.policy.flapping, Some(FlapThresholds { low: 25.0, high: 30.0 }));
        assert_eq!(read("{}", all).unwrap(), all);
        let fewer = read("{reminder: false, flapping: no, retries_before_notify: 1}", all).unwrap();
        assert_eq!((fewer.policy.reminder, fewer.policy.flapping), (None, None));
        assert_eq!((fewer.policy.retries_before_notify, fewer.policy.successes_before_recovery), (1, 2));
        assert_eq!(fewer.retry_interval, Some(Duration::from_secs(10)));
    }

    #[test]
    fn the_long_forms_set_each_number() {
        let text = "{reminder: {interval: 600, factor: 2, longest: 7200}, flapping: {low: 10, high: 50}}";
        let policy = read(text, Alerting::default()).unwrap().policy;
        let (interval, longest) = (Duration::from_secs(600), Duration::from_secs(7200));
        assert_eq!(policy.reminder, Some(Reminder { interval, factor: 2.0, longest }));
        assert_eq!(policy.flapping, Some(FlapThresholds { low: 10.0, high: 50.0 }));
    }

    #[test]
    fn no_check_counts_as_one() {
        let policy = read("{retries_before_notify: 0, successes_before_recovery: 0}", Alerting::default()).unwrap().policy;
        assert_eq!((policy.retries_before_notify, policy.successes_before_recovery), (1, 1));
    }

    #[test]
    fn wrong_values_are_errors() {
        assert_eq!(read("{flapping: {low: half, high: 10}}", Alerting::default()).unwrap_err().matches("config.yaml").count(), 1);
        check_error("{reminder: 5}", "seconds from 60");
        check_error("{reminder: {factor: 2}}", "`interval` is missing");
        check_error("{reminder: {interval: 60, factor: 0.5}}", "from 1 to 10");
        check_error("{flapping: {low: 50}}", "`low` is above `high`");
        check_error("{flapping: {high: 101}}", "from 0 to 100");
        check_error("{retry_interval: 0}", "seconds from 1");
    }
}
