use super::*;
use test_support::noon;

use NotificationKind::{Opened, Recovered, Reminder};
use model::{ServiceId, State};
use storage::FormerIds;

const LIMITS: Limits = Limits {
    group_window: Duration::from_secs(5),
    group_wait: Duration::from_secs(30),
    max_per_minute: 3,
    give_up_after: Duration::from_secs(3600),
    timeout: Duration::from_secs(30),
};

/// Suppresses the notifications about these services.
struct Silenced(Vec<&'static str>);

impl SuppressionSource for Silenced {
    fn reason(&self, message: &Notification, _now: DateTime<FixedOffset>) -> Option<SuppressionReason> {
        self.0.contains(&message.service.as_str()).then_some(SuppressionReason::MaintenanceWindow)
    }
}

const NOTHING: Silenced = Silenced(Vec::new());

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

/// The kinds of notifications that are not sent, and why.
fn reasons(obsolete: &[Obsolete]) -> Vec<(NotificationKind, &str)> {
    obsolete.iter().map(|Obsolete { message, reason }| (message.kind, reason.as_str())).collect()
}

fn queue() -> Queue {
    Queue::new(LIMITS, Vec::new())
}

impl Queue {
    /// Adds one at the second of its creation.
    fn notify(&mut self, service: &str, incident: u64, kind: NotificationKind, second: u64) {
        self.add(message(service, incident, kind, second), at(second));
    }

    /// Stores what is to be stored, and returns the names of what is to be sent.
    #[track_caller]
    fn sends(&mut self, second: u64, silenced: &Silenced) -> Vec<String> {
        match self.step(at(second), silenced, NO_FAILURES) {
            Step::Seal(messages) => self.sealed(messages),
            Step::Send(_) => {}
            other => panic!("{other:?}"),
        }
        match self.step(at(second), silenced, NO_FAILURES) {
            Step::Send(batch) => batch.messages.iter().map(|message| message.name.clone()).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn waits_for(&mut self, second: u64, confirmations: Confirmations<'_>, until: u64) {
        assert_eq!(self.step(at(second), &NOTHING, confirmations), Step::Wait(Some(Duration::from_secs(until))), "at {second} s");
    }

    #[track_caller]
    fn waits(&mut self, second: u64, silenced: &Silenced, until: Option<u64>) {
        assert_eq!(self.step(at(second), silenced, NO_FAILURES), Step::Wait(until.map(Duration::from_secs)));
    }
}

#[test]
fn each_notification_prolongs_the_wait_up_to_a_limit() {
    let mut queue = queue();
    queue.waits(0, &NOTHING, None);
    queue.notify("a", 1, Opened, 10);
    queue.waits(10, &NOTHING, Some(15));
    queue.notify("b", 2, Opened, 14);
    queue.waits(14, &NOTHING, Some(19));
    for second in (18..40).step_by(2) {
        queue.notify("c", second, Opened, second);
    }
    queue.waits(39, &NOTHING, Some(40));
    assert_eq!(queue.sends(40, &NOTHING).len(), 13);
}

#[test]
fn a_storm_is_one_message() {
    let mut queue = queue();
    for number in 0..2000 {
        queue.notify("web", number, Opened, 1);
    }
    assert_eq!(queue.sends(6, &NOTHING).len(), 2000);
    queue.delivered(at(6));
    queue.waits(6, &NOTHING, None);
}

#[test]
fn beyond_the_limit_of_a_minute_notifications_are_collected() {
    let mut queue = queue();
    for (second, name) in [(0, "a"), (10, "b"), (20, "c")] {
        queue.notify(name, second, Opened, second);
        assert_eq!(queue.sends(second + 5, &NOTHING), [name]);
        queue.delivered(at(second + 5));
    }
    queue.notify("d", 4, Opened, 30);
    queue.notify("e", 5, Opened, 40);
    queue.waits(50, &NOTHING, Some(65));
    assert_eq!(queue.sends(65, &NOTHING), ["d", "e"]);
    queue.delivered(at(65));
    queue.notify("f", 6, Opened, 66);
    queue.waits(71, &NOTHING, Some(75));
}

#[test]
fn every_attempt_has_the_same_key_and_the_same_messages() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    let Step::Send(first) = queue.step(at(5), &NOTHING, NO_FAILURES) else { panic!() };
    queue.failed(&DeliveryError::later("no connection"), at(5), 0.0);
    queue.notify("b", 2, Opened, 5);
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
fn a_begun_delivery_continues_unchanged_after_a_restart() {
    let mut before = queue();
    before.notify("a", 1, Opened, 0);
    before.notify("b", 2, Opened, 1);
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
fn the_wait_for_which_a_receiver_asks_is_respected() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    let error = DeliveryError { message: "too many".to_owned(), outlook: Outlook::After(Duration::from_secs(90)) };
    queue.failed(&error, at(5), 0.0);
    queue.waits(5, &NOTHING, Some(95));
}

#[test]
fn a_channel_that_is_configured_anew_is_tried_at_once_with_its_new_limits() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    queue.failed(&DeliveryError { message: "too many".to_owned(), outlook: Outlook::After(Duration::from_secs(90)) }, at(5), 0.0);
    queue.reconfigure(Limits { group_window: Duration::ZERO, ..LIMITS });
    assert_eq!((queue.failures(), queue.sends(6, &NOTHING)), (0, vec!["a".to_owned()]));
    queue.delivered(at(6));
    queue.notify("b", 2, Opened, 7);
    assert_eq!(queue.sends(7, &NOTHING), ["b"]);
}

#[test]
fn notifications_of_a_removed_channel_are_dropped_and_ends_of_incidents_are_removed() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    queue.notify("b", 2, Opened, 6);
    queue.notify("a", 1, Recovered, 6);
    let Step::Drop(dropped) = queue.step_of_removed(at(7)) else { panic!() };
    let shown: Vec<_> = dropped.iter().map(|it| (it.name.as_str(), it.given_up.as_ref().unwrap().reason.as_str())).collect();
    let reason = "the channel is no longer configured";
    assert_eq!(shown, [("a", reason), ("b", reason)]);
    let Step::Remove(ends) = queue.step_of_removed(at(7)) else { panic!() };
    assert_eq!(reasons(&ends), [(Recovered, reason)]);
    assert_eq!(queue.step_of_removed(at(7)), Step::Wait(None));
}

#[test]
fn a_repeatedly_refused_notification_does_not_block_the_others() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    let refused = DeliveryError::refused("400 Bad Request");
    for second in [5, 6, 8] {
        queue.sends(second, &NOTHING);
        queue.failed(&refused, at(second), 0.0);
    }
    queue.notify("b", 2, Opened, 9);
    let Step::Drop(messages) = queue.step(at(9), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(messages[0].given_up.as_ref().unwrap().reason, "refused 3 times: 400 Bad Request");
    assert_eq!(queue.sends(60, &NOTHING), ["b"]);
}

#[test]
fn old_undelivered_notifications_are_dropped_and_younger_ones_are_not() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    queue.notify("b", 2, Opened, 4);
    queue.sends(9, &NOTHING);
    let error = DeliveryError { message: "refused".to_owned(), outlook: Outlook::After(Duration::from_secs(3591)) };
    queue.failed(&error, at(9), 0.0);
    queue.waits(3599, &NOTHING, Some(3600));
    let Step::Drop(messages) = queue.step(at(3600), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(messages.iter().map(|message| message.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(queue.sends(3600, &NOTHING), ["b"]);

    let mut queue = self::queue();
    queue.notify("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    queue.waits_not_given_up(4000);
}

impl Queue {
    /// A notification that was never tried is not dropped, however old it is.
    #[track_caller]
    fn waits_not_given_up(&mut self, second: u64) {
        assert!(matches!(self.step(at(second), &NOTHING, NO_FAILURES), Step::Send(_)));
    }
}

#[test]
fn a_suppressed_notification_is_sent_when_the_suppression_ends() {
    let mut queue = queue();
    let silence = Silenced(vec!["a"]);
    queue.notify("a", 1, Opened, 0);
    queue.notify("b", 2, Opened, 0);
    assert_eq!(queue.sends(5, &silence), ["b"]);
    queue.delivered(at(5));
    queue.waits(100, &silence, Some(105));
    assert_eq!(queue.count(), (1, BTreeMap::from([(SuppressionReason::MaintenanceWindow, 1)])));
    queue.waits(7200, &NOTHING, Some(7205));
    assert_eq!(queue.sends(7205, &NOTHING), ["a"]);
    queue.failed(&DeliveryError::later("no connection"), at(7205), 0.0);
    let Step::Send(batch) = queue.step(at(7206), &NOTHING, NO_FAILURES) else { panic!("what was held is not too old") };
    assert_eq!(batch.ready, at(7200).wall);
}

#[test]
fn an_incident_that_begins_and_ends_while_suppressed_is_not_notified() {
    let mut queue = queue();
    let silence = Silenced(vec!["a"]);
    queue.notify("a", 1, Opened, 0);
    queue.waits(5, &silence, Some(10));
    queue.notify("a", 1, Recovered, 60);
    let Step::Remove(obsolete) = queue.step(at(61), &silence, NO_FAILURES) else { panic!() };
    assert_eq!(reasons(&obsolete), [(Opened, "maintenance"), (Recovered, "maintenance")]);
    queue.removed(&obsolete);
    queue.waits(61, &silence, None);
}

#[test]
fn a_suppressed_incident_that_ends_together_with_the_suppression_is_not_notified() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    queue.waits(5, &Silenced(vec!["a"]), Some(10));
    queue.notify("a", 1, Recovered, 60);
    let Step::Remove(obsolete) = queue.step(at(61), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(reasons(&obsolete), [(Opened, "maintenance"), (Recovered, "maintenance")]);
}

#[test]
fn the_end_of_a_notified_incident_is_notified() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 0);
    queue.sends(5, &NOTHING);
    queue.delivered(at(5));
    let silence = Silenced(vec!["a"]);
    queue.notify("a", 1, Recovered, 60);
    queue.waits(65, &silence, Some(70));
    queue.waits(70, &NOTHING, Some(75));
    assert_eq!(queue.sends(75, &NOTHING), ["a"]);
}

#[test]
fn a_suppressed_or_outdated_reminder_is_not_sent() {
    let mut queue = queue();
    queue.notify("a", 1, Reminder, 0);
    queue.notify("a", 1, Reminder, 1);
    queue.notify("a", 1, Recovered, 2);
    let Step::Remove(obsolete) = queue.step(at(2), &NOTHING, NO_FAILURES) else { panic!() };
    assert_eq!(reasons(&obsolete), [(Reminder, "a later notification of the incident follows"); 2]);
    queue.removed(&obsolete);
    assert_eq!(queue.sends(7, &NOTHING), ["a"]);
    queue.delivered(at(7));
    queue.notify("b", 2, Reminder, 8);
    let Step::Remove(obsolete) = queue.step(at(8), &Silenced(vec!["b"]), NO_FAILURES) else { panic!() };
    assert_eq!(reasons(&obsolete), [(Reminder, "maintenance")]);
    queue.removed(&obsolete);
    queue.waits(8, &NOTHING, None);
}

#[test]
fn the_number_of_pending_notifications_is_limited() {
    let mut queue = queue();
    let surplus = 3;
    for number in 0..(MOST_WAITING + surplus) as u64 {
        queue.notify("a", number, Opened, 0);
    }
    let Step::Drop(messages) = queue.step(at(1), &NOTHING, NO_FAILURES) else { panic!() };
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
    queue.notify("a", 1, Opened, 100);
    queue.waits_for(100, &confirmed_at(114, 100), 105);
    for second in [105, 106, 113] {
        queue.waits_for(second, &confirmed_at(114, second), second + 1);
    }
    queue.notify("b", 2, Opened, 114);
    queue.waits_for(114, &confirmed_at(128, 114), 119);
    queue.waits_for(119, &confirmed_at(128, 119), 120);
    queue.notify("c", 3, Opened, 128);
    // The window after the last of them is cut by the limit of all windows.
    queue.waits(128, &NOTHING, Some(130));
    assert_eq!(queue.sends(130, &NOTHING), ["a", "b", "c"]);
}

#[test]
fn a_failure_does_not_wait_longer_than_it_may() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 100);
    queue.waits_for(129, &|_| true, 130);
    assert!(matches!(queue.step(at(130), &NOTHING, &|_| true), Step::Seal(_)));
}

#[test]
fn a_failure_is_sent_when_the_others_have_recovered_or_are_due_too_late() {
    let mut queue = queue();
    queue.notify("a", 1, Opened, 100);
    queue.waits_for(105, &confirmed_at(130, 105), 106);
    assert!(matches!(queue.step(at(106), &NOTHING, NO_FAILURES), Step::Seal(_)));
    assert!(matches!(queue.step(at(105), &NOTHING, &confirmed_at(131, 105)), Step::Seal(_)));
}

#[test]
fn only_failures_wait_for_other_failures() {
    for kind in [Recovered, Reminder, NotificationKind::FlappingEnded] {
        let mut queue = queue();
        queue.notify("a", 1, Opened, 100);
        queue.notify("b", 2, kind, 101);
        assert!(matches!(queue.step(at(106), &NOTHING, &|_| true), Step::Seal(messages) if messages.len() == 2), "{kind:?}");
    }
}

#[test]
fn without_a_wait_confirmations_are_not_asked_for() {
    let mut queue = Queue::new(Limits { group_wait: Duration::ZERO, ..LIMITS }, Vec::new());
    queue.notify("a", 1, Opened, 100);
    assert!(matches!(queue.step(at(105), &NOTHING, &|_| unreachable!("it is not asked")), Step::Seal(_)));
}

#[test]
fn notifications_of_a_renamed_service_follow_and_keep_their_keys() {
    let begun = Notification { delivery: Some("begun".to_owned()), ..message("shop", 1, Opened, 0) };
    let mut queue = Queue::new(LIMITS, vec![begun, message("mail", 2, Opened, 0), message("shop", 3, Opened, 0)]);
    let former_ids = FormerIds::new([(ServiceId::new("store"), vec![ServiceId::new("shop")])]);
    let renames = former_ids.decide(|id| id.as_str() == "shop");
    let renamed = queue.rename(&renames);
    let seen: Vec<_> =
        renamed.iter().map(|it| (it.incident, it.service.as_str(), it.opened_as.as_ref().unwrap().as_str())).collect();
    assert_eq!(seen, [(3, "store", "shop"), (1, "store", "shop")]);
    assert!(renamed.iter().all(|it| it.key.0.starts_with("shop/")), "{renamed:?}");
    assert_eq!(queue.rename(&renames), [], "once");
}
