use super::*;
use test_support::noon;

use NotificationKind::{Opened, Recovered, Reminder};
use model::{ServiceId, State};

const LIMITS: Limits = Limits {
    group_window: Duration::from_secs(5),
    group_wait: Duration::from_secs(30),
    max_per_minute: 3,
    give_up_after: Duration::from_secs(3600),
    timeout: Duration::from_secs(30),
};

/// Holds the messages about these services.
struct Holding(Vec<&'static str>);

impl Gate for Holding {
    fn hold(&self, message: &Notification, _now: DateTime<FixedOffset>) -> Option<String> {
        self.0.contains(&message.service.as_str()).then(|| "silence".to_owned())
    }
}

const NOTHING: Holding = Holding(Vec::new());

/// Whether failures may be confirmed within a time.
type Confirmations<'a> = &'a dyn Fn(Duration) -> bool;

const NO_FAILURES: Confirmations<'_> = &|_| false;

fn at(seconds: u64) -> Now {
    Now { elapsed: Duration::from_secs(seconds), wall: noon() + TimeDelta::seconds(i64::try_from(seconds).unwrap()) }
}

fn message(service: &str, incident: u64, kind: NotificationKind, created: u64) -> Notification {
    Notification {
        created: at(created).wall,
        incident,
        service: ServiceId::new(service),
        name: service.to_owned(),
        state: if kind == Recovered { State::Operational } else { State::Down },
        kind,
        ..storage::testing::message(&format!("{service}/{incident}/{kind:?}/{created}"))
    }
}

fn queue() -> Queue {
    Queue::new(LIMITS, Vec::new())
}

impl Queue {
    /// Adds one at the second of its creation.
    fn news(&mut self, service: &str, incident: u64, kind: NotificationKind, second: u64) {
        self.add(message(service, incident, kind, second), at(second));
    }

    /// Stores what is to be stored, and returns the names of what is to be sent.
    #[track_caller]
    fn sends(&mut self, second: u64, gate: &Holding) -> Vec<String> {
        match self.step(at(second), gate, NO_FAILURES) {
            Step::Seal(messages) => self.sealed(messages),
            Step::Send(_) => {}
            other => panic!("{other:?}"),
        }
        match self.step(at(second), gate, NO_FAILURES) {
            Step::Send(batch) => batch.messages.iter().map(|message| message.name.clone()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn waits_for(&mut self, second: u64, confirmations: Confirmations<'_>, until: u64) {
        assert_eq!(self.step(at(second), &NOTHING, confirmations), Step::Wait(Some(Duration::from_secs(until))), "at {second} s");
    }

    #[track_caller]
    fn waits(&mut self, second: u64, gate: &Holding, until: Option<u64>) {
        assert_eq!(self.step(at(second), gate, NO_FAILURES), Step::Wait(until.map(Duration::from_secs)));
    }
}

#[test]
fn news_is_waited_for_after_each_piece_of_it_but_not_for_ever() {
    let mut queue = queue();
    queue.waits(0, &NOTHING, None);
    queue.news("a", 1, Opened, 10);
    queue.waits(10, &NOTHING, Some(15));
    queue.news("b", 2, Opened, 14);
    queue.waits(14, &NOTHING, Some(19));
    for second in (18..40).step_by(2) {
        queue.news("c", second, Opened, second);
    }
    queue.waits(39, &NOTHING, Some(40));
    assert_eq!(queue.sends(40, &NOTHING).len(), 13);
}

#[test]
fn a_storm_is_one_message() {
    let mut queue = queue();
    for number in 0..2000 {
        queue.news("web", number, Opened, 1);
    }
    assert_eq!(queue.sends(6, &NOTHING).len(), 2000);
    queue.delivered(at(6));
    queue.waits(6, &NOTHING, None);
}

#[test]
fn past_the_limit_of_a_minute_news_is_collected() {
    let mut queue = queue();
    for (second, name) in [(0, "a"), (10, "b"), (20, "c")] {
        queue.news(name, second, Opened, second);
        assert_eq!(queue.sends(second + 5, &NOTHING), [name]);
        queue.delivered(at(second + 5));
    }
    queue.news("d", 4, Opened, 30);
    queue.news("e", 5, Opened, 40);
    queue.waits(50, &NOTHING, Some(65));
    assert_eq!(queue.sends(65, &NOTHING), ["d", "e"]);
    queue.delivered(at(65));
    queue.news("f", 6, Opened, 66);
    queue.waits(71, &NOTHING, Some(75));
}

#[test]
fn every_attempt_has_the_same_key_and_the_same_messages() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    let Step::Send(first) = queue.step(at(5), &NOTHING, NO_FAILURES) else { panic!() };
    queue.failed(&DeliveryError::later("no connection"), at(5), 0.0);
    queue.news("b", 2, Opened, 5);
    queue.waits(5, &NOTHING, Some(6));
    let Step::Send(second) = queue.step(at(6), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(first, second);
    queue.failed(&DeliveryError::later("no connection"), at(6), 0.0);
    queue.waits(6, &NOTHING, Some(8));
    queue.delivered(at(8));
    assert_eq!(queue.sends(10, &NOTHING), ["b"]);
    let Step::Send(third) = queue.step(at(10), &NOTHING, NO_FAILURES) else { panic!() };
    assert_ne!(first.key, third.key);
}

#[test]
fn what_was_being_sent_goes_on_after_a_restart_as_it_was() {
    let mut before = queue();
    before.news("a", 1, Opened, 0);
    before.news("b", 2, Opened, 1);
    before.sends(6, &NOTHING);
    let Step::Send(batch) = before.step(at(6), &NOTHING, NO_FAILURES) else { panic!() };
    let mut stored = batch.messages.clone();
    stored.push(message("c", 3, Opened, 7));
    let mut after = Queue::new(LIMITS, stored);
    let Step::Send(again) = after.step(at(0), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!((&again.key, &again.messages), (&batch.key, &batch.messages));
    after.delivered(at(0));
    assert_eq!(after.sends(5, &NOTHING), ["c"]);
}

#[test]
fn a_receiver_that_says_how_long_to_wait_is_heeded() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    let error = DeliveryError { message: "too many".to_owned(), outlook: Outlook::After(Duration::from_secs(90)) };
    queue.failed(&error, at(5), 0.0);
    queue.waits(5, &NOTHING, Some(95));
}

#[test]
fn a_message_that_is_refused_again_and_again_does_not_hold_up_the_others() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 0);
    let refused = DeliveryError::refused("400 Bad Request");
    for second in [5, 6, 8] {
        queue.sends(second, &NOTHING);
        queue.failed(&refused, at(second), 0.0);
    }
    queue.news("b", 2, Opened, 9);
    let Step::GiveUp(messages) = queue.step(at(9), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(messages[0].given_up.as_ref().unwrap().reason, "refused 3 times: 400 Bad Request");
    assert_eq!(queue.sends(60, &NOTHING), ["b"]);
}

#[test]
fn what_could_not_be_delivered_in_time_is_given_up_and_what_is_younger_is_not() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 0);
    queue.news("b", 2, Opened, 4);
    queue.sends(9, &NOTHING);
    let error = DeliveryError { message: "refused".to_owned(), outlook: Outlook::After(Duration::from_secs(3591)) };
    queue.failed(&error, at(9), 0.0);
    queue.waits(3599, &NOTHING, Some(3600));
    let Step::GiveUp(messages) = queue.step(at(3600), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(messages.iter().map(|message| message.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(queue.sends(3600, &NOTHING), ["b"]);

    let mut queue = self::queue();
    queue.news("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    queue.waits_not_given_up(4000);
}

impl Queue {
    /// Old or not, what was never tried is not given up.
    #[track_caller]
    fn waits_not_given_up(&mut self, second: u64) {
        assert!(matches!(self.step(at(second), &NOTHING, NO_FAILURES), Step::Send(_)));
    }
}

#[test]
fn what_is_held_is_sent_when_it_is_held_no_longer() {
    let mut queue = queue();
    let silence = Holding(vec!["a"]);
    queue.news("a", 1, Opened, 0);
    queue.news("b", 2, Opened, 0);
    assert_eq!(queue.sends(5, &silence), ["b"]);
    queue.delivered(at(5));
    queue.waits(100, &silence, Some(105));
    assert_eq!(queue.count(), (1, BTreeMap::from([("silence".to_owned(), 1)])));
    queue.waits(7200, &NOTHING, Some(7205));
    assert_eq!(queue.sends(7205, &NOTHING), ["a"]);
    queue.failed(&DeliveryError::later("no connection"), at(7205), 0.0);
    let Step::Send(batch) = queue.step(at(7206), &NOTHING, NO_FAILURES) else { panic!("what was held is not too old") };
    assert_eq!(batch.ready, at(7200).wall);
}

#[test]
fn nobody_is_told_of_what_ended_while_nobody_was_to_be_told() {
    let mut queue = queue();
    let silence = Holding(vec!["a"]);
    queue.news("a", 1, Opened, 0);
    queue.waits(5, &silence, Some(10));
    queue.news("a", 1, Recovered, 60);
    let Step::Forget(keys) = queue.step(at(61), &silence, NO_FAILURES) else { panic!() };
    assert_eq!(keys.len(), 2);
    queue.forgotten(&keys);
    queue.waits(61, &silence, None);
}

#[test]
fn what_ended_while_it_was_held_is_not_told_even_if_the_gate_opens_at_the_same_time() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 0);
    queue.waits(5, &Holding(vec!["a"]), Some(10));
    queue.news("a", 1, Recovered, 60);
    let Step::Forget(keys) = queue.step(at(61), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(keys.len(), 2);
}

#[test]
fn the_end_of_what_somebody_was_told_of_is_told() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    queue.delivered(at(5));
    let silence = Holding(vec!["a"]);
    queue.news("a", 1, Recovered, 60);
    queue.waits(65, &silence, Some(70));
    queue.waits(70, &NOTHING, Some(75));
    assert_eq!(queue.sends(75, &NOTHING), ["a"]);
}

#[test]
fn a_reminder_is_not_sent_when_it_is_held_or_when_there_is_newer_news() {
    let mut queue = queue();
    queue.news("a", 1, Reminder, 0);
    queue.news("a", 1, Reminder, 1);
    queue.news("a", 1, Recovered, 2);
    let Step::Forget(keys) = queue.step(at(2), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(keys.len(), 2);
    queue.forgotten(&keys);
    assert_eq!(queue.sends(7, &NOTHING), ["a"]);
    queue.delivered(at(7));
    queue.news("b", 2, Reminder, 8);
    let Step::Forget(keys) = queue.step(at(8), &Holding(vec!["b"]), NO_FAILURES) else { panic!() };
    queue.forgotten(&keys);
    queue.waits(8, &NOTHING, None);
}

#[test]
fn there_is_an_end_to_what_may_wait() {
    let mut queue = queue();
    let surplus = 3;
    for number in 0..(MOST_WAITING + surplus) as u64 {
        queue.news("a", number, Opened, 0);
    }
    let Step::GiveUp(messages) = queue.step(at(1), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(messages.iter().map(|message| message.incident).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(queue.count().0, MOST_WAITING);
}

/// A failure that may be confirmed at this second.
fn confirmed_at(second: u64, now: u64) -> impl Fn(Duration) -> bool {
    move |within| Duration::from_secs(second) <= Duration::from_secs(now) + within
}

#[test]
fn a_failure_waits_for_others_that_may_be_confirmed_in_time() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 100);
    queue.waits_for(100, &confirmed_at(114, 100), 105);
    for second in [105, 106, 113] {
        queue.waits_for(second, &confirmed_at(114, second), second + 1);
    }
    queue.news("b", 2, Opened, 114);
    queue.waits_for(114, &confirmed_at(128, 114), 119);
    queue.waits_for(119, &confirmed_at(128, 119), 120);
    queue.news("c", 3, Opened, 128);
    // The window after the last of them is cut by the limit of all windows.
    queue.waits(128, &NOTHING, Some(130));
    assert_eq!(queue.sends(130, &NOTHING), ["a", "b", "c"]);
}

#[test]
fn a_failure_does_not_wait_longer_than_it_may() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 100);
    queue.waits_for(129, &|_| true, 130);
    assert!(matches!(queue.step(at(130), &NOTHING, &|_| true), Step::Seal(_)));
}

#[test]
fn a_failure_is_sent_when_the_others_are_well_again_or_too_far_away() {
    let mut queue = queue();
    queue.news("a", 1, Opened, 100);
    queue.waits_for(105, &confirmed_at(130, 105), 106);
    assert!(matches!(queue.step(at(106), &NOTHING, NO_FAILURES), Step::Seal(_)));
    assert!(matches!(queue.step(at(105), &NOTHING, &confirmed_at(131, 105)), Step::Seal(_)));
}

#[test]
fn nothing_but_failures_waits_for_other_failures() {
    for kind in [Recovered, Reminder, NotificationKind::FlappingEnded] {
        let mut queue = queue();
        queue.news("a", 1, Opened, 100);
        queue.news("b", 2, kind, 101);
        assert!(matches!(queue.step(at(106), &NOTHING, &|_| true), Step::Seal(messages) if messages.len() == 2), "{kind:?}");
    }
}

#[test]
fn without_a_wait_no_failure_is_asked_for() {
    let mut queue = Queue::new(Limits { group_wait: Duration::ZERO, ..LIMITS }, Vec::new());
    queue.news("a", 1, Opened, 100);
    assert!(matches!(queue.step(at(105), &NOTHING, &|_| unreachable!("it is not asked")), Step::Seal(_)));
}
