//! The course of one incident.

use super::deliveries::{delivery_steps, kind_text, result_text};
use crate::format;
use crate::model::{IncidentDetailView, State, TransitionView};
use crate::texts::dates;
use crate::texts::deliveries as delivery_texts;
use crate::texts::incident as texts;
use crate::texts::states;
use chrono::{DateTime, FixedOffset, TimeDelta};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    FirstSeen,
    Confirmed,
    Acknowledged,
    Changed,
    Notified,
    Ended,
}

/// One step of an incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub at: DateTime<FixedOffset>,
    pub kind: StepKind,
    /// The state of the node since then; absent if it did not change.
    pub state: Option<State>,
    pub title: String,
    /// The message of the check, or the comment of a user.
    pub message: Option<String>,
    pub detail: Option<String>,
}

/// The steps of an incident, the latest first.
pub fn steps(view: &IncidentDetailView) -> Vec<Step> {
    let IncidentDetailView { incident, acknowledgement, transitions, channels, deliveries, .. } = view;
    let first = transitions.iter().rfind(|transition| is_at(transition, incident.since));
    let last = incident.ended.and_then(|ended| transitions.iter().find(|transition| is_at(transition, ended)));
    let before =
        |transition: &TransitionView| texts::state_before(states::state(transition.from), &format::duration(transition.lasted));
    let mut steps = vec![
        Step {
            at: incident.since,
            kind: StepKind::FirstSeen,
            state: first.map(|first| first.to),
            title: first
                .map_or_else(|| texts::first_failed_check().to_owned(), |first| texts::first_seen_in(states::state(first.to))),
            message: first.and_then(|first| first.message.clone()),
            detail: first.map(before),
        },
        Step {
            at: incident.opened,
            kind: StepKind::Confirmed,
            state: None,
            title: texts::confirmed(incident.id),
            message: None,
            detail: (*channels > 0).then(|| texts::channels_notified(*channels)),
        },
    ];
    let is_between = |transition: &&TransitionView| {
        !is_at(transition, incident.since) && incident.ended.is_none_or(|ended| !is_at(transition, ended))
    };
    steps.extend(transitions.iter().filter(is_between).map(|transition| Step {
        at: transition.at,
        kind: StepKind::Changed,
        state: Some(transition.to),
        title: texts::changed_to(states::state(transition.to)),
        message: transition.message.clone(),
        detail: Some(before(transition)),
    }));
    steps.extend(acknowledgement.as_ref().map(|acknowledgement| Step {
        at: acknowledgement.from,
        kind: StepKind::Acknowledged,
        state: None,
        title: texts::acknowledged_by(&acknowledgement.author),
        message: Some(acknowledgement.comment.clone()).filter(|comment| !comment.is_empty()),
        detail: Some(texts::no_more_notifications().to_owned()),
    }));
    steps.extend(delivery_steps(deliveries).into_iter().map(|delivery| Step {
        at: delivery.at,
        kind: StepKind::Notified,
        state: None,
        title: delivery_texts::step(kind_text(delivery.kind), result_text(delivery.result)),
        detail: Some(delivery.channels()),
        message: delivery.reason.map(delivery_texts::written_reason),
    }));
    steps.extend(incident.ended.map(|ended| Step {
        at: ended,
        kind: StepKind::Ended,
        state: last.map(|last| last.to),
        title: match last {
            Some(last) if last.to.is_operational() => texts::recovered().to_owned(),
            _ => texts::ended().to_owned(),
        },
        message: last.and_then(|last| last.message.clone()),
        detail: Some(texts::after_duration(&format::duration(incident.lasted(ended)))),
    }));
    // Of steps at the same time, the later one in this list came later.
    steps.reverse();
    steps.sort_by_key(|step| std::cmp::Reverse(step.at));
    steps
}

/// `09:41:07` of the day that `now` is on, else `24 Nov, 09:41:07`, in the time zone of the server.
pub fn short_time(at: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    let at = at.with_timezone(now.offset());
    let is_today = at.date_naive() == now.date_naive();
    dates::written(at, if is_today { "%H:%M:%S" } else { "%-d %b, %H:%M:%S" })
}

/// Stores keep microseconds.
fn is_at(transition: &TransitionView, instant: DateTime<FixedOffset>) -> bool {
    (transition.at - instant).abs() <= TimeDelta::milliseconds(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeliveryResult, DeliveryView, IncidentView, NotificationKind, ServiceId, SilenceView, SuppressionKind};
    use crate::samples::at;

    fn transition(minutes: i64, from: State, to: State, lasted: u64) -> TransitionView {
        let message = (!to.is_operational()).then(|| format!("it is {to}"));
        TransitionView { at: at(minutes), node: "n".to_owned(), from, to, lasted, message }
    }

    fn view() -> IncidentDetailView {
        let incident = IncidentView {
            id: 7,
            service: ServiceId::new("shop"),
            group: "App".to_owned(),
            name: "Shop".to_owned(),
            node: "n".to_owned(),
            since: at(0),
            opened: at(2),
            ended: None,
            worst: State::Down,
            message: None,
            acknowledged_by: None,
        };
        let (channels, channel_names, roles, related) = (2, Vec::new(), None, Vec::new());
        let transitions = vec![
            transition(5, State::Unhealthy, State::Down, 300_000),
            transition(0, State::Operational, State::Unhealthy, 90_000_000),
        ];
        IncidentDetailView {
            now: at(60),
            incident,
            acknowledgement: None,
            transitions,
            channels,
            channel_names,
            deliveries: Vec::new(),
            roles,
            related,
            notes: Vec::new(),
        }
    }

    fn lines(view: &IncidentDetailView) -> Vec<String> {
        let text = |step: Step| {
            let parts = [Some(step.title), step.message, step.detail];
            format!("{} {}", step.at.format("%H:%M"), parts.into_iter().flatten().collect::<Vec<_>>().join(" | "))
        };
        steps(view).into_iter().map(text).collect()
    }

    #[test]
    fn an_open_incident_has_its_steps_the_latest_first() {
        let mut view = view();
        view.acknowledgement = Some(SilenceView {
            id: 1,
            kind: SuppressionKind::Acknowledgement,
            incident: Some(7),
            services: None,
            may_withdraw: true,
            author: "ops".to_owned(),
            comment: "on it".to_owned(),
            from: at(3),
            until: None,
            recurrence: None,
        });
        assert_eq!(
            lines(&view),
            [
                "16:05 Changed to down | it is down | Before: unhealthy for 5 min",
                "16:03 Acknowledged by ops | on it | No more notifications except the recovery",
                "16:02 Confirmed: incident #7 opened | 2 channels notified",
                "16:00 First seen unhealthy | it is unhealthy | Before: operational for 1 d 1 h",
            ]
        );
    }

    #[test]
    fn the_end_is_a_recovery_only_if_the_node_is_operational() {
        let mut view = view();
        view.incident.ended = Some(at(9));
        assert_eq!(lines(&view)[0], "16:09 Ended | After 9 min");
        view.transitions.insert(0, transition(9, State::Down, State::Operational, 240_000));
        assert_eq!(lines(&view)[0], "16:09 Recovered | After 9 min");
        assert_eq!(steps(&view).len(), 4);
    }

    #[test]
    fn notifications_are_steps_with_their_results() {
        let delivery = |result, channel: &str, reason: Option<&str>| DeliveryView {
            at: at(3),
            kind: NotificationKind::Opened,
            result,
            channel: Some(channel.to_owned()),
            reason: reason.map(str::to_owned),
        };
        let deliveries = vec![
            delivery(DeliveryResult::Delivered, "slack", None),
            delivery(DeliveryResult::Dropped, "pager", Some("refused")),
            delivery(DeliveryResult::Delivered, "mail", None),
        ];
        let view = IncidentDetailView { deliveries, transitions: Vec::new(), ..view() };
        assert_eq!(
            lines(&view)[..2],
            [
                "16:03 Notification “incident opened” dropped | refused | pager",
                "16:03 Notification “incident opened” delivered | slack, mail"
            ]
        );
    }

    #[test]
    fn without_transitions_the_times_remain() {
        let view = IncidentDetailView { transitions: Vec::new(), channels: 0, ..view() };
        assert_eq!(lines(&view), ["16:02 Confirmed: incident #7 opened", "16:00 First failed check"]);
    }
}
