//! The results of the notifications of one incident.

use crate::model::{DeliveryResult, DeliveryView, NotificationKind};
use crate::texts::Text;
use crate::texts::deliveries as texts;
use chrono::{DateTime, FixedOffset, TimeDelta};

/// Results within this time are one step of the timeline.
const TOGETHER: TimeDelta = TimeDelta::seconds(60);

/// Results of the same kind at about the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryStep {
    /// The time of the first one.
    pub at: DateTime<FixedOffset>,
    pub kind: NotificationKind,
    pub result: DeliveryResult,
    /// The names of the channels; none for users who may not see them.
    pub names: Vec<String>,
    /// The number of channels.
    pub channels: u32,
    pub reason: Option<String>,
}

/// The results of one channel, in order. Without a name, those of all channels.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelDeliveries {
    pub channel: Option<String>,
    pub deliveries: Vec<DeliveryView>,
}

impl DeliveryStep {
    /// The channels by name, else their number.
    pub fn channels(&self) -> String {
        if self.names.is_empty() { texts::channels(self.channels) } else { self.names.join(", ") }
    }
}

/// The results in steps, in order.
pub fn delivery_steps(deliveries: &[DeliveryView]) -> Vec<DeliveryStep> {
    let mut steps: Vec<DeliveryStep> = Vec::new();
    for DeliveryView { at, kind, result, channel, reason } in deliveries {
        let is_same = |step: &&mut DeliveryStep| {
            (step.kind, step.result, &step.reason) == (*kind, *result, reason) && (*at - step.at).abs() <= TOGETHER
        };
        match steps.iter_mut().rev().find(is_same) {
            Some(step) => {
                step.channels += 1;
                step.names.extend(channel.clone());
            }
            None => steps.push(DeliveryStep {
                at: *at,
                kind: *kind,
                result: *result,
                names: channel.iter().cloned().collect(),
                channels: 1,
                reason: reason.clone(),
            }),
        }
    }
    steps
}

/// The results by channel: first the channels of the incident, then others that it had.
pub fn by_channel(channels: &[String], deliveries: &[DeliveryView]) -> Vec<ChannelDeliveries> {
    let named = channels.iter().map(|channel| ChannelDeliveries { channel: Some(channel.clone()), deliveries: Vec::new() });
    let mut all: Vec<ChannelDeliveries> = named.collect();
    for delivery in deliveries {
        match all.iter_mut().find(|known| known.channel == delivery.channel) {
            Some(known) => known.deliveries.push(delivery.clone()),
            None => all.push(ChannelDeliveries { channel: delivery.channel.clone(), deliveries: vec![delivery.clone()] }),
        }
    }
    all
}

/// What a notification said.
pub fn kind_text(kind: NotificationKind) -> &'static str {
    let text: Text = match kind {
        NotificationKind::Opened => texts::opened,
        NotificationKind::Worsened => texts::worsened,
        NotificationKind::Reminder => texts::reminder,
        NotificationKind::FlappingStarted => texts::flapping_started,
        NotificationKind::FlappingEnded => texts::flapping_ended,
        NotificationKind::Recovered => texts::recovered,
        NotificationKind::Removed => texts::removed,
        NotificationKind::Test => texts::test,
    };
    text()
}

/// What became of a notification, and of one of a kind.
pub fn result_text(result: DeliveryResult) -> &'static str {
    match result {
        DeliveryResult::Delivered => texts::delivered(),
        DeliveryResult::Dropped => texts::dropped(),
        DeliveryResult::Suppressed => texts::suppressed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;
    use DeliveryResult::{Delivered, Dropped};

    fn delivery(seconds: i64, channel: Option<&str>, result: DeliveryResult) -> DeliveryView {
        let at = at(0) + TimeDelta::seconds(seconds);
        DeliveryView { at, kind: NotificationKind::Opened, result, channel: channel.map(str::to_owned), reason: None }
    }

    #[test]
    fn results_at_about_the_same_time_are_one_step() {
        let all = [(0, "a", Delivered), (5, "b", Dropped), (9, "c", Delivered), (70, "a", Delivered)];
        let deliveries = all.map(|(seconds, channel, result)| delivery(seconds, Some(channel), result));
        let steps: Vec<_> = delivery_steps(&deliveries).iter().map(|step| (step.channels(), step.result, step.at)).collect();
        let expected = [("a, c", Delivered, 0), ("b", Dropped, 5), ("a", Delivered, 70)];
        let expected =
            expected.map(|(channels, result, seconds)| (channels.to_owned(), result, at(0) + TimeDelta::seconds(seconds)));
        assert_eq!(steps, expected);
        let unnamed = [0, 1].map(|seconds| delivery(seconds, None, Delivered));
        assert_eq!(delivery_steps(&unnamed).iter().map(DeliveryStep::channels).collect::<Vec<_>>(), ["2 channels"]);
    }

    #[test]
    fn every_channel_of_the_incident_has_its_results() {
        let deliveries = [delivery(0, Some("b"), Delivered), delivery(1, Some("old"), Dropped), delivery(2, Some("b"), Delivered)];
        let groups = by_channel(&["a".to_owned(), "b".to_owned()], &deliveries);
        let groups: Vec<_> = groups.iter().map(|group| (group.channel.as_deref(), group.deliveries.len())).collect();
        assert_eq!(groups, [(Some("a"), 0), (Some("b"), 2), (Some("old"), 1)]);
        let unnamed = by_channel(&[], &[delivery(0, None, Delivered), delivery(1, None, Dropped)]);
        assert_eq!(unnamed.iter().map(|group| group.deliveries.len()).collect::<Vec<_>>(), [2]);
    }
}
