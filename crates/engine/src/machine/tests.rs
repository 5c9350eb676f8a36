use super::*;
use State::{Down, Operational, Unhealthy, Unknown};
use chrono::TimeDelta;
use proptest::prelude::*;

fn start() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2017-04-30T16:57:57.459312+02:00").unwrap()
}

fn minute(number: usize) -> DateTime<FixedOffset> {
    start() + TimeDelta::minutes(i64::try_from(number).unwrap())
}

/// Runs the states through the machine, a minute apart.
fn run(states: &[State], limit: u32) -> Vec<(NodeState, Vec<Effect>)> {
    run_by(states, Policy { retries_before_notify: limit, ..Policy::default() })
}

/// The same by a policy of its own.
fn run_by(states: &[State], policy: Policy) -> Vec<(NodeState, Vec<Effect>)> {
    let mut before: Option<NodeState> = None;
    let mut steps = Vec::new();
    for (number, state) in states.iter().enumerate() {
        let step = observe(before.as_ref(), *state, minute(number), policy);
        before = Some(step.0.clone());
        steps.push(step);
    }
    steps
}

/// What is seen, then the retries, the last state, and the message that goes out, if any, as `STATE before it was LAST_STATE`.
type Step = (State, u32, State, Option<(State, State)>);

/// Runs what is seen through the machine and compares the rest of each step.
#[track_caller]
fn check(limit: u32, table: &[Step]) {
    let states: Vec<State> = table.iter().map(|row| row.0).collect();
    for (number, ((after, effects), expected)) in run(&states, limit).into_iter().zip(table).enumerate() {
        let told = effects.iter().find_map(|effect| match effect {
            Effect::Notify { state, last_state, .. } => Some((*state, *last_state)),
            _ => None,
        });
        assert_eq!((after.state, after.retries, after.last_state, told), *expected, "step {number}");
    }
}

#[test]
fn an_outage_is_told_once_at_the_limit_and_its_end_once() {
    check(
        3,
        &[
            (Operational, 0, Operational, None),
            (Down, 1, Operational, None),
            (Down, 2, Operational, None),
            (Down, 3, Operational, Some((Down, Operational))),
            (Down, 4, Operational, None),
            (Operational, 0, Operational, Some((Operational, Down))),
            (Operational, 0, Operational, None),
        ],
    );
}

#[test]
fn a_recovery_from_an_outage_that_was_never_told_is_not_told() {
    check(
        3,
        &[
            (Operational, 0, Operational, None),
            (Down, 1, Operational, None),
            (Down, 2, Operational, None),
            (Operational, 0, Operational, None),
        ],
    );
}

#[test]
fn changes_among_bad_states_go_on_counting_and_are_silent_once_told() {
    check(
        2,
        &[
            (Operational, 0, Operational, None),
            (Unknown, 1, Operational, None),
            (Unhealthy, 2, Operational, Some((Unhealthy, Operational))),
            (Down, 3, Operational, None),
            (Unknown, 4, Operational, None),
            (Operational, 0, Operational, Some((Operational, Unknown))),
        ],
    );
}

#[test]
fn a_node_never_seen_operational_was_unknown_before() {
    check(
        3,
        &[
            (Down, 1, Unknown, None),
            (Down, 2, Unknown, None),
            (Down, 3, Unknown, Some((Down, Unknown))),
            (Operational, 0, Operational, Some((Operational, Down))),
        ],
    );
}

#[test]
fn a_limit_of_zero_or_one_tells_at_first_sight() {
    for limit in [0, 1] {
        check(
            limit,
            &[
                (Operational, 0, Operational, None),
                (Unhealthy, 1, Operational, Some((Unhealthy, Operational))),
                (Unhealthy, 2, Operational, None),
                (Operational, 0, Operational, Some((Operational, Unhealthy))),
            ],
        );
    }
}

#[test]
fn a_limit_lowered_below_the_count_still_tells() {
    let (before, _) = run(&[Operational, Down, Down, Down], 10).pop().unwrap();
    assert_eq!((before.retries, before.announced), (3, false));
    let (after, effects) = observe(Some(&before), Down, minute(4), Policy { retries_before_notify: 2, ..Policy::default() });
    assert!(after.announced);
    let opened = Effect::IncidentOpened(Trouble { since: minute(1), worst: Down, latest: Down });
    assert_eq!(effects, [opened, Effect::Notify { kind: NotificationKind::Opened, state: Down, last_state: Operational }]);
}

#[test]
fn since_is_the_time_of_the_last_change() {
    let since: Vec<_> = run(&[Down, Down, Operational, Operational, Down], 3).into_iter().map(|(after, _)| after.since).collect();
    assert_eq!(since, [minute(0), minute(0), minute(2), minute(2), minute(4)]);
}

#[test]
fn the_first_sight_is_no_transition() {
    let transitions: Vec<_> = run(&[Down, Unhealthy, Unhealthy, Operational], 9).into_iter().map(|(_, effects)| effects).collect();
    assert_eq!(
        transitions,
        [
            vec![],
            vec![Effect::Transition { from: Down, to: Unhealthy, since: minute(0) }],
            vec![],
            vec![Effect::Transition { from: Unhealthy, to: Operational, since: minute(1) }],
        ]
    );
}

/// What becomes of an incident, check by check.
fn incident(states: &[State], limit: u32) -> Vec<Option<Effect>> {
    let is_about_incident =
        |effect: &Effect| matches!(effect, Effect::IncidentOpened(_) | Effect::IncidentWorsened { .. } | Effect::IncidentEnded);
    run(states, limit).into_iter().map(|(_, effects)| effects.into_iter().find(is_about_incident)).collect()
}

#[test]
fn an_incident_reaches_from_the_first_sight_to_the_recovery_and_keeps_its_worst_state() {
    let opened = Effect::IncidentOpened(Trouble { since: minute(1), worst: Unhealthy, latest: Unhealthy });
    assert_eq!(
        incident(&[Operational, Unknown, Unhealthy, Unknown, Down, Unhealthy, Down, Operational, Operational], 2),
        [
            None,
            None,
            Some(opened),
            None,
            Some(Effect::IncidentWorsened { worst: Down, last_state: Operational }),
            None,
            None,
            Some(Effect::IncidentEnded),
            None
        ]
    );
}

#[test]
fn trouble_that_was_not_confirmed_is_no_incident() {
    assert_eq!(incident(&[Operational, Down, Down, Operational, Down], 3), [None; 5]);
}

#[test]
fn counting_does_not_overflow() {
    let mut before = run(&[Down], 3).pop().unwrap().0;
    before.retries = u32::MAX;
    assert_eq!(observe(Some(&before), Down, minute(1), Policy::default()).0.retries, u32::MAX);
}

/// What somebody is told of, check by check, a minute apart.
fn told(states: &[State], policy: Policy) -> Vec<Option<(NotificationKind, State, State)>> {
    let notification = |effect: Effect| match effect {
        Effect::Notify { kind, state, last_state } => Some((kind, state, last_state)),
        _ => None,
    };
    run_by(states, policy).into_iter().map(|(_, effects)| effects.into_iter().find_map(notification)).collect()
}

#[test]
fn a_recovery_can_have_to_be_confirmed() {
    let policy = Policy { retries_before_notify: 1, successes_before_recovery: 2, ..Policy::default() };
    let states = [Operational, Down, Operational, Unhealthy, Operational, Operational, Operational];
    let mut expected = vec![None; 7];
    expected[1] = Some((NotificationKind::Opened, Down, Operational));
    expected[5] = Some((NotificationKind::Recovered, Operational, Unhealthy));
    assert_eq!(told(&states, policy), expected);
    let steps = run_by(&states, policy);
    assert_eq!(steps[4].0.trouble, Some(Trouble { since: minute(1), worst: Down, latest: Unhealthy }));
    assert_eq!((steps[4].0.retries, steps[4].0.announced, steps[5].0.announced), (0, true, false));
    assert_eq!(steps[5].0.trouble, None);
}

#[test]
fn somebody_is_reminded_of_an_outage_ever_less_often() {
    let (interval, longest) = (std::time::Duration::from_secs(120), std::time::Duration::from_secs(240));
    let reminder = Some(Reminder { interval, factor: 2.0, longest });
    let policy = Policy { retries_before_notify: 2, reminder, ..Policy::default() };
    let mut states = vec![Operational];
    states.extend([Down; 14]);
    states.extend([Operational, Down, Down, Down, Down]);
    let reminded: Vec<_> = told(&states, policy)
        .into_iter()
        .enumerate()
        .filter_map(|(minute, told)| told.filter(|told| told.0 == NotificationKind::Reminder).map(|_| minute))
        .collect();
    // Told in minute 2, reminded two minutes later, then after four and four; and anew of the next outage, told in minute 17.
    assert_eq!(reminded, [4, 8, 12, 19]);
}

#[test]
fn a_node_that_goes_up_and_down_is_told_once_and_then_when_it_keeps_still() {
    let flapping = Some(FlapThresholds::default());
    let policy = Policy { retries_before_notify: 1, flapping, ..Policy::default() };
    let mut states = vec![Operational, Down, Operational, Down, Operational, Down, Operational, Down, Operational, Down];
    states.extend([Operational; 20]);
    let told: Vec<_> = told(&states, policy).into_iter().enumerate().filter_map(|(step, told)| Some((step, told?.0))).collect();
    let begin = [
        (1, NotificationKind::Opened),
        (2, NotificationKind::Recovered),
        (3, NotificationKind::Opened),
        (4, NotificationKind::Recovered),
        (5, NotificationKind::Opened),
        (6, NotificationKind::Recovered),
    ];
    assert_eq!(told[..6], begin);
    assert_eq!((told[6], told.len()), ((7, NotificationKind::FlappingStarted), 8), "{told:?}");
    assert_eq!(told[7].1, NotificationKind::FlappingEnded);
    let (last, _) = run_by(&states, policy).pop().unwrap();
    assert!(!last.announced && !last.is_flapping && last.trouble.is_none());
}

#[test]
fn flapping_that_ends_in_trouble_leaves_the_incident_open() {
    let policy = Policy { retries_before_notify: 3, flapping: Some(FlapThresholds::default()), ..Policy::default() };
    let mut states: Vec<State> = (0..12).map(|step| if step % 2 == 0 { Operational } else { Down }).collect();
    states.extend([Down; 25]);
    let told: Vec<_> = told(&states, policy).into_iter().flatten().map(|(kind, state, _)| (kind, state)).collect();
    assert_eq!(told, [(NotificationKind::FlappingStarted, Down), (NotificationKind::FlappingEnded, Down)]);
    let (last, _) = run_by(&states, policy).pop().unwrap();
    assert!(last.announced && !last.is_flapping);
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let reminder = proptest::option::of((60_u64..600, 1.0..4.0_f64)).prop_map(|reminder| {
        let seconds = std::time::Duration::from_secs;
        reminder.map(|(interval, factor)| Reminder { interval: seconds(interval), factor, longest: seconds(3600) })
    });
    let flapping = proptest::bool::ANY.prop_map(|wanted| wanted.then(FlapThresholds::default));
    (0_u32..4, 0_u32..4, reminder, flapping).prop_map(|(retries_before_notify, successes_before_recovery, reminder, flapping)| {
        Policy { retries_before_notify, successes_before_recovery, reminder, flapping }
    })
}

fn any_states() -> impl Strategy<Value = Vec<State>> {
    proptest::collection::vec(proptest::sample::select(State::BY_URGENCY.to_vec()), 0..60)
}

proptest! {
    /// Whatever happens, alert and recovery alternate, beginning with an alert.
    #[test]
    fn every_recovery_ends_exactly_one_alert(states in any_states(), limit in 0_u32..6) {
        let mut open = false;
        for (after, effects) in run(&states, limit) {
            for effect in effects {
                if let Effect::Notify { state, .. } = effect {
                    prop_assert_eq!(open, state.is_operational());
                    open = !state.is_operational();
                }
            }
            prop_assert_eq!(after.announced, open);
        }
    }

    /// By every policy incidents open and end in turn, nothing is told outside of one, and its end is told exactly once.
    #[test]
    fn all_that_is_told_belongs_to_an_incident(states in any_states(), policy in any_policy()) {
        let mut open = false;
        for (after, effects) in run_by(&states, policy) {
            let mut has_just_ended = false;
            for effect in effects {
                match effect {
                    Effect::IncidentOpened(_) => {
                        prop_assert!(!open);
                        open = true;
                    }
                    Effect::IncidentEnded => {
                        prop_assert!(open);
                        (open, has_just_ended) = (false, true);
                    }
                    Effect::IncidentWorsened { .. } => prop_assert!(open),
                    Effect::Notify { state, .. } => {
                        prop_assert!(open || has_just_ended);
                        prop_assert_eq!(has_just_ended, state.is_operational());
                    }
                    Effect::Transition { .. } => {}
                }
            }
            prop_assert_eq!(after.announced, open);
        }
    }

    /// An outage is told if and only if it lasts for as many checks as the limit says.
    #[test]
    fn an_outage_is_told_exactly_when_it_is_long_enough(states in any_states(), limit in 1_u32..6) {
        let told = run(&states, limit).iter().flat_map(|(_, effects)| effects)
            .filter(|effect| matches!(effect, Effect::Notify { state, .. } if !state.is_operational())).count();
        let long_enough = states.split(|state| state.is_operational()).filter(|outage| outage.len() >= limit as usize).count();
        prop_assert_eq!(told, long_enough);
    }

    /// `retries` is the length of the outage so far, and `last_state` is operational once the node has been seen so.
    #[test]
    fn retries_count_the_outage(states in any_states(), limit in 0_u32..6) {
        for (number, (after, _)) in run(&states, limit).into_iter().enumerate() {
            let outage = states[..=number].iter().rev().take_while(|state| !state.is_operational()).count();
            prop_assert_eq!(after.retries as usize, outage);
            let seen_operational = states[..=number].contains(&Operational);
            prop_assert_eq!(after.last_state, if seen_operational { Operational } else { Unknown });
        }
    }
}

#[test]
fn waiting_for_a_first_result_is_no_failure_and_no_recovery() {
    let policy = Policy { retries_before_notify: 1, ..Policy::default() };
    let at = |second| test_support::noon() + TimeDelta::seconds(second);
    let (first, effects) = wait(None, at(0));
    assert_eq!((first.clone(), effects), (NodeState::unknown(at(0)), vec![]));
    let (second, effects) = wait(Some(&first), at(1));
    assert_eq!((&second, effects), (&first, vec![]), "however often it is checked");

    let (late, effects) = observe(Some(&second), Down, at(2), policy);
    assert_eq!((late.retries, late.announced, effects.len()), (1, true, 3), "the first failure counts as one");
    let (waiting, effects) = wait(Some(&late), at(3));
    assert_eq!(effects, [Effect::Transition { from: Down, to: State::Unknown, since: at(2) }]);
    assert!(waiting.announced && waiting.trouble == late.trouble, "its incident stays open");

    let (soft, _) = observe(Some(&second), Down, at(2), Policy::default());
    let (waiting, _) = wait(Some(&soft), at(3));
    assert_eq!((waiting.retries, waiting.trouble), (0, None), "what was not confirmed is forgotten");
}
