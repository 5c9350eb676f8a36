use super::*;
use crate::testing::{alert, delivery};

#[test]
fn the_line_is_that_of_the_original() {
    let down = alert("db", State::Down, State::Operational);
    assert_eq!(down.line(), "db state changed to down before it was operational");
    let both = delivery(vec![down, alert("web", State::Operational, State::Down)]);
    assert_eq!(
        both.lines(1000),
        "db state changed to down before it was operational\nweb state changed to operational before it was down"
    );
}

#[test]
fn a_single_alert_is_told_with_what_helps() {
    let report = delivery(vec![alert("db", State::Down, State::Operational)]).report(1000);
    insta::assert_snapshot!(report);
}

#[test]
fn a_node_that_is_no_longer_reported_is_neither_in_trouble_nor_operational_again() {
    let removed = Alert { kind: NotificationKind::Removed, ..alert("db", State::Unknown, State::Down) };
    assert!(!removed.is_trouble());
    let one = delivery(vec![removed.clone()]);
    assert_eq!(one.lines(1000), format!("db: node {} is no longer reported, it was down", removed.node));
    assert_eq!(one.title(), format!("db: node {} is no longer reported", removed.node));
    let two = delivery(vec![removed, alert("web", State::Operational, State::Down)]);
    assert_eq!(two.title(), "1 operational again, 1 no longer reported");
}

#[test]
fn a_storm_is_counted_and_cut() {
    let alerts: Vec<_> = (0..2000).map(|number| alert(&format!("service-{number}"), State::Down, State::Operational)).collect();
    let storm = delivery(alerts);
    assert_eq!(storm.title(), "2000 down");
    for limit in [100, 500, 3000] {
        let text = storm.report(limit);
        assert!(text.len() <= limit, "{}", text.len());
        assert!(text.starts_with("2000 down:\n"), "{text}");
        let lines = text.lines().filter(|line| line.starts_with("service-")).count();
        assert!(text.ends_with(&format!("and {} more", 2000 - lines)), "{text}");
    }
}

#[test]
fn a_late_message_says_so_even_when_it_is_cut() {
    let mut late = delivery((0..50).map(|number| alert(&format!("s{number}"), State::Down, State::Unknown)).collect());
    late.late = Some(TimeDelta::minutes(125));
    assert!(late.lines(300).ends_with("\nThis message is 2 h 5 min late: it could not be delivered before."));
    assert!(late.lines(300).len() <= 300);
}

#[test]
fn letters_are_not_cut_in_two() {
    for limit in 0..12 {
        assert!(cut("äöüäöü€", limit.max(3)).len() <= limit.max(3));
    }
}

#[test]
fn durations_have_two_units_at_most() {
    for (seconds, expected) in [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86_400, "1 d"),
        (180_000, "2 d 2 h"),
    ] {
        assert_eq!(duration(TimeDelta::seconds(seconds)), expected);
    }
}
