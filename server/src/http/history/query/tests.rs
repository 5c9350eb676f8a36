use super::*;
use crate::http::history::time::{days_before, written};
use chrono::TimeZone;

const KNOWN: &[&str] = &["from", "to", "points", "tz", "open"];

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 26, 12, 34, 56).unwrap()
}

/// The period of a query as it would be asked for in a report, with history that is kept for 400 days.
fn period(text: &str) -> Result<(String, String), String> {
    let read = || {
        let query = Query::read(Some(text), KNOWN)?;
        let kept = Duration::from_secs(400 * 86_400);
        query.period(query.zone()?, now(), kept, |to| days_before(to, 30))
    };
    read().map(|period| (written(period.from), written(period.to))).map_err(|error: BadParameter| error.to_string())
}

#[track_caller]
fn check_period(text: &str, from: &str, to: &str) {
    assert_eq!(period(text), Ok((from.to_owned(), to.to_owned())), "{text}");
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let refused = period(text).expect_err(text);
    assert!(refused.contains(expected), "{text}: {refused}");
}

#[test]
fn what_is_not_given_has_a_default() {
    check_period("", "2026-10-27T00:00:00Z", "2026-11-26T12:34:56Z");
    check_period("from=&to=&tz=", "2026-10-27T00:00:00Z", "2026-11-26T12:34:56Z");
    check_period("tz=Europe/Berlin", "2026-10-27T00:00:00+01:00", "2026-11-26T13:34:56+01:00");
    check_period("to=2026-11-01", "2026-10-02T00:00:00Z", "2026-11-01T00:00:00Z");
    check_period("from=-2h", "2026-11-26T10:34:56Z", "2026-11-26T12:34:56Z");
}

#[test]
fn days_and_local_times_are_those_of_the_zone() {
    check_period("from=2026-10-25&to=2026-10-26&tz=Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00");
    check_period("from=2026-10-25T12:00&to=2026-10-26&tz=Asia/Kolkata", "2026-10-25T12:00:00+05:30", "2026-10-26T00:00:00+05:30");
    check_period("from=2026-10-25T12:00%2B02:00&to=2026-10-26T12:00+02:00", "2026-10-25T10:00:00Z", "2026-10-26T10:00:00Z");
}

#[test]
fn the_future_is_left_out() {
    check_period("from=-1h&to=2027-01-01", "2026-11-26T11:34:56Z", "2026-11-26T12:34:56Z");
    check_refused("from=2026-11-26T12:34:56Z", "`from`: expected an instant before `to`, which is not after now");
    check_refused("from=2026-12-01&to=2026-12-24", "`from`: expected an instant before `to`");
}

#[test]
fn a_period_has_a_length_that_can_be_answered() {
    check_refused("from=2026-11-02&to=2026-11-01", "`from`: expected an instant before `to`");
    check_refused("from=2026-11-01&to=2026-11-01", "`from`: expected an instant before `to`");
    check_period("from=-400d", "2025-10-22T12:34:56Z", "2026-11-26T12:34:56Z");
    check_refused("from=-401d", "`from`: history is kept for 400 days; expected an instant so long before `to` at most");
    check_period("from=2020-01-01&to=2020-01-02", "2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z");
}

#[test]
fn a_default_reaches_no_further_than_what_is_kept() {
    let query = Query::read(None, KNOWN).unwrap();
    let period = query.period(Tz::UTC, now(), Duration::from_secs(3600), |to| days_before(to, 30)).unwrap();
    assert_eq!((period.to - period.from).num_seconds(), 3600);
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    check_refused("from=yesterday", "`from`: expected an instant such as 2026-10-25T09:00:00Z");
    check_refused("from=yesterday", "not `yesterday`");
    check_refused("to=2026", "`to`: expected an instant");
    check_refused("form=-1h", "`form`: unknown parameter; did you mean `from`? Known parameters: from, open, points, to, tz");
    check_refused("From=-1h", "did you mean `from`?");
    check_refused("password=x", "`password`: unknown parameter; known parameters:");
    check_refused("from=-1h&from=-2h", "`from`: given twice; give it once");
    check_refused("tz=europe/berlin", "`tz`: expected the name of a time zone such as UTC, Europe/Berlin or America/New_York, not");
    check_refused("tz=europe/berlin", "not `europe/berlin`; did you mean `Europe/Berlin`?");
    check_refused("tz=%2B02:00", "not `+02:00`");
    check_refused(&format!("tz={}", "x".repeat(10_000)), &format!("not `{}`", "x".repeat(64)));
    check_refused(&format!("{}=1", "x".repeat(10_000)), &format!("`{}`: unknown parameter", "x".repeat(64)));
}

#[track_caller]
fn check_number(text: &str, expected: Result<u32, &str>) {
    let query = Query::read(Some(text), KNOWN).unwrap();
    let number = query.number("points", 100, 1..=2000).map_err(|error| error.to_string());
    assert_eq!(
        number,
        expected.map_err(|found| format!("`points`: expected a whole number from 1 to 2000, not `{found}`")),
        "{text}"
    );
}

#[test]
fn numbers_have_limits() {
    check_number("", Ok(100));
    check_number("points=1", Ok(1));
    check_number("points=2000", Ok(2000));
    check_number("points=2001", Err("2001"));
    check_number("points=0", Err("0"));
    check_number("points=-1", Err("-1"));
    check_number("points=1.5", Err("1.5"));
    check_number("points=many", Err("many"));
    check_number("points=99999999999", Err("99999999999"));
}

#[test]
fn words_are_those_that_are_known() {
    let word = |text: &str| Query::read(Some(text), KNOWN).unwrap().word("open", &[("yes", 1), ("no", 0)]);
    assert_eq!((word(""), word("open=yes"), word("open=no")), (Ok(None), Ok(Some(1)), Ok(Some(0))));
    assert_eq!(word("open=YES").unwrap_err().to_string(), "`open`: expected `yes` or `no`, not `YES`");
}

#[test]
fn a_parameter_can_be_out_of_place() {
    let query = Query::read(Some("open=true&to=now"), KNOWN).unwrap();
    assert_eq!(query.refuse(&["from"], "out of place"), Ok(()));
    assert_eq!(query.refuse(&["from", "to"], "out of place"), Err(BadParameter::new("to", "out of place")));
}
