use super::*;
use crate::row::Row;
use crate::testing::{observation, operational};
use State::{Down, Operational, Unknown};
use model::CheckError;
use test_support::noon;

/// The result of one check: the nodes and their states, or a failed check.
type Result<'a> = Option<&'a [(&'a str, State)]>;

/// Shows the changes and notifications of each check: `a:down/1` is a row with its retries, `-a` a removed row, `!a:down` a notification
/// and `!a:gone` one that ends an incident without a recovery. The placeholder `host` is there at the beginning.
#[track_caller]
fn check(limit: u32, steps: &[(Result<'_>, &[&str])]) {
    let mut service = operational("mongo", &[]);
    service.policy.retries_before_notify = limit;
    let mut nodes = ServiceNodes::default();
    for (number, (seen, expected)) in steps.iter().enumerate() {
        let result = match seen {
            Some(seen) => Ok(seen.iter().map(|(node, state)| observation(node, *state)).collect()),
            None => Err(CheckError::new("could not tell").into()),
        };
        let outcome = nodes.record(&service, result, noon());
        assert_eq!(shown(&outcome), *expected, "step {number}");
    }
}

fn shown(outcome: &Outcome) -> Vec<String> {
    let changes = outcome.changes.iter().map(|change| match change {
        Change::Row(row) => format!("{}:{}/{}", row.node, row.state.state, row.state.retries),
        Change::Removed(key) => format!("-{}", key.node),
    });
    let alerts = outcome.effects.iter().filter_map(|(node, effect)| match effect {
        Effect::Notify { kind: NotificationKind::Removed, .. } => Some(format!("!{node}:gone")),
        Effect::Notify { state, .. } => Some(format!("!{node}:{state}")),
        _ => None,
    });
    changes.chain(alerts).collect()
}

#[test]
fn nodes_of_one_service_are_kept_apart() {
    check(
        2,
        &[
            (Some(&[("a", Operational), ("b", Down)]), &["-host", "a:operational/0", "b:down/1"]),
            (Some(&[("a", Down), ("b", Down)]), &["a:down/1", "b:down/2", "!b:down"]),
            (Some(&[("a", Operational), ("b", Operational)]), &["a:operational/0", "b:operational/0", "!b:operational"]),
        ],
    );
}

#[test]
fn a_node_that_is_no_longer_reported_loses_its_row() {
    check(
        3,
        &[
            (Some(&[("a", Operational), ("b", Down)]), &["-host", "a:operational/0", "b:down/1"]),
            (Some(&[("a", Operational)]), &["-b", "a:operational/0"]),
            (Some(&[("a", Operational), ("b", Down)]), &["a:operational/0", "b:down/1"]),
        ],
    );
}

#[test]
fn the_first_result_replaces_the_placeholder_whatever_its_nodes_are_called() {
    check(3, &[(Some(&[("a", Operational)]), &["-host", "a:operational/0"]), (Some(&[("a", Down)]), &["a:down/1"])]);
    check(3, &[(Some(&[("host", Operational), ("a", Down)]), &["host:operational/0", "a:down/1"])]);
    check(3, &[(None, &["host:unknown/1"]), (Some(&[("a", Operational)]), &["-host", "a:operational/0"])]);
}

#[test]
fn a_node_that_leaves_while_its_incident_is_open_closes_it() {
    check(
        2,
        &[
            (Some(&[("a", Down), ("b", Operational)]), &["-host", "a:down/1", "b:operational/0"]),
            (Some(&[("a", Down), ("b", Operational)]), &["a:down/2", "b:operational/0", "!a:down"]),
            // A failed check says nothing about its incident.
            (None, &["-a", "-b", "host:unknown/1"]),
            (Some(&[("b", Operational)]), &["-host", "b:operational/0", "!a:gone"]),
            (Some(&[("c", Operational)]), &["-b", "c:operational/0"]),
        ],
    );
}

#[test]
fn one_row_stands_for_a_failed_check_and_incidents_continue_behind_it() {
    check(
        3,
        &[
            (Some(&[("a", Operational), ("b", Down)]), &["-host", "a:operational/0", "b:down/1"]),
            (None, &["-a", "-b", "host:unknown/1"]),
            (None, &["host:unknown/2"]),
            (Some(&[("a", Operational), ("b", Down)]), &["-host", "a:operational/0", "b:down/2"]),
            (Some(&[("a", Operational), ("b", Down)]), &["a:operational/0", "b:down/3", "!b:down"]),
        ],
    );
}

#[test]
fn the_recovery_from_a_notified_check_failure_is_notified() {
    check(
        2,
        &[
            (Some(&[("a", Operational)]), &["-host", "a:operational/0"]),
            (None, &["-a", "host:unknown/1"]),
            (None, &["host:unknown/2", "!host:unknown"]),
            (Some(&[("a", Operational)]), &["-host", "a:operational/0", "!host:operational"]),
        ],
    );
}

#[test]
fn a_service_whose_only_node_is_its_host_counts_through_unknown_and_down() {
    check(
        3,
        &[
            (Some(&[("host", Operational)]), &["host:operational/0"]),
            (None, &["host:unknown/1"]),
            (Some(&[("host", Down)]), &["host:down/2"]),
            (None, &["host:unknown/3", "!host:unknown"]),
            (Some(&[("host", Operational)]), &["host:operational/0", "!host:operational"]),
        ],
    );
}

#[test]
fn a_write_replaces_the_whole_row() {
    let service = operational("web", &[]);
    let mut nodes = ServiceNodes::default();
    nodes.record(&service, Ok(vec![observation("host", Operational)]), noon());
    let outcome = nodes.record(&service, Err(CheckError::new("no answer").into()), noon());
    let Some(Change::Row(report)) = outcome.changes.first() else { panic!("{outcome:?}") };
    let row = Row::new(&service, report.clone()).status;
    assert_eq!((row.state, row.elapsed, row.message.as_deref()), (Unknown, None, Some("no answer")));
    assert_eq!((row.retries, row.retry_limit, row.last_state), (1, 3, Operational));
}

#[test]
fn flush_leaves_the_row_of_a_service_not_checked_yet() {
    let service = operational("web", &[]);
    let mut nodes = ServiceNodes::default();
    nodes.record(&service, Ok(vec![observation("a", Down), observation("b", Down)]), noon());
    let Outcome { changes, touched, .. } = nodes.flush(&service, noon());
    assert_eq!(touched, [("a".to_owned(), false), ("b".to_owned(), false)]);
    let removed = |node: &str| Change::Removed(NodeKey { service: service.id.clone(), node: node.into() });
    assert_eq!(changes, [removed("a"), removed("b"), Change::Row(NodeReport::not_checked_yet(&service, noon()))]);
    let outcome = nodes.record(&service, Ok(vec![observation("a", Down)]), noon());
    assert_eq!(shown(&outcome), ["-host", "a:down/1"]);
}

#[test]
fn restored_nodes_replace_the_placeholder() {
    let service = operational("web", &[]);
    let mut before = ServiceNodes::default();
    before.record(&service, Ok(vec![observation("a", Down)]), noon());
    let mut nodes = ServiceNodes::default();
    assert_eq!(nodes.show_restored(&service), []);
    nodes.restore("a".to_owned(), before.get("a").unwrap().clone());
    let changes = nodes.show_restored(&service);
    assert_eq!(shown(&Outcome { changes, ..Outcome::default() }), ["-host", "a:down/1"]);
    let outcome = nodes.record(&service, Ok(vec![observation("a", Down)]), noon());
    assert_eq!(shown(&outcome), ["a:down/2"]);
}

/// The history entries of each check: `a:down` and, in brackets, the previous state and its seconds.
#[track_caller]
fn check_history(steps: &[(Result<'_>, i64, &[&str])]) {
    let service = operational("mongo", &[]);
    let mut nodes = ServiceNodes::default();
    for (number, (seen, second, expected)) in steps.iter().enumerate() {
        let result = match seen {
            Some(seen) => Ok(seen.iter().map(|(node, state)| observation(node, *state)).collect()),
            None => Err(CheckError::new("could not tell").into()),
        };
        let outcome = nodes.record(&service, result, noon() + chrono::TimeDelta::seconds(*second));
        let history = outcome.history.iter().map(|entry| match entry.before {
            Some((state, lasted)) => format!("{}:{}({state} {})", entry.node, entry.state, lasted.as_secs()),
            None => format!("{}:{}", entry.node, entry.state),
        });
        assert_eq!(history.collect::<Vec<_>>(), *expected, "step {number}");
    }
}

#[test]
fn a_state_holds_in_history_until_the_next_check() {
    check_history(&[
        (Some(&[("a", Operational)]), 0, &["a:operational"]),
        (Some(&[("a", Down)]), 10, &["a:down(operational 10)"]),
        (Some(&[("a", Operational)]), 20, &["a:operational(down 10)"]),
    ]);
}

#[test]
fn a_gap_counts_for_no_state() {
    check_history(&[
        (Some(&[("a", Operational)]), 0, &["a:operational"]),
        (Some(&[("a", Operational)]), 30, &["a:operational(operational 30)"]),
        (Some(&[("a", Down)]), 100, &["a:down"]),
        (Some(&[("a", Down)]), 110, &["a:down(down 10)"]),
    ]);
}

#[test]
fn nodes_of_a_failed_check_are_unknown_in_history_and_the_failure_is_no_node() {
    check_history(&[
        (Some(&[("a", Operational), ("b", Down)]), 0, &["a:operational", "b:down"]),
        (None, 10, &["a:unknown(operational 10)", "b:unknown(down 10)"]),
        (Some(&[("a", Operational), ("b", Down)]), 20, &["a:operational(unknown 10)", "b:down(unknown 10)"]),
    ]);
    check_history(&[
        (None, 0, &["host:unknown"]),
        (None, 10, &["host:unknown(unknown 10)"]),
        (Some(&[("host", Operational)]), 20, &["host:operational(unknown 10)"]),
    ]);
}

#[test]
fn a_node_that_waits_for_its_first_result_has_a_row_but_needs_no_confirmation() {
    let mut service = operational("backup", &[]);
    service.policy.retries_before_notify = 1;
    let mut nodes = ServiceNodes::default();
    let pending = || Observation { is_pending: true, ..observation("host", Unknown) };
    for _ in 0..3 {
        let outcome = nodes.record(&service, Ok(vec![pending()]), noon());
        assert_eq!(shown(&outcome), ["host:unknown/0"]);
        assert!(!nodes.needs_confirmation());
    }
    let outcome = nodes.record(&service, Ok(vec![observation("host", Down)]), noon());
    assert_eq!(shown(&outcome), ["host:down/1", "!host:down"]);
}

#[test]
fn failures_that_another_monitor_found_end_without_a_notification_and_are_counted_anew() {
    let mut service = operational("mongo", &[]);
    service.policy.retries_before_notify = 2;
    let mut nodes = ServiceNodes::default();
    let record = |nodes: &mut ServiceNodes, states: [State; 2]| {
        let [a, b] = states;
        nodes.record(&service, Ok(vec![observation("a", a), observation("b", b)]), noon())
    };
    record(&mut nodes, [Operational, Operational]);
    record(&mut nodes, [Down, Operational]);
    record(&mut nodes, [Down, Down]);
    let outcome = nodes.end_failures();
    assert_eq!(outcome.effects, [("a".to_owned(), Effect::IncidentEnded)], "b has no incident yet");
    assert_eq!(outcome.touched, [("a".to_owned(), false), ("b".to_owned(), false)]);
    assert_eq!(shown(&record(&mut nodes, [Down, Down])), ["a:down/1", "b:down/1"]);
    assert_eq!(shown(&record(&mut nodes, [Down, Operational])), ["a:down/2", "b:operational/0", "!a:down"]);
    assert_eq!(nodes.get("a").unwrap().state.last_state, Operational);
}
