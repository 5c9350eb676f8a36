//! Channels that are no longer configured. Their pending notifications are dropped, and shown for a while.

use super::health::{ChannelHealth, MOST_DROPPED};
use chrono::{DateTime, FixedOffset, TimeDelta};
use model::DropReason;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::write_requests::WriteRequest;
use storage::{DeliveryRecord, Notification, Undeliverable};

/// How long dropped notifications are shown.
const SHOWN: TimeDelta = TimeDelta::days(30);

/// What is shown in the place of the type of such a channel.
pub(super) const NO_LONGER_CONFIGURED: &str = "no longer configured";

/// The notifications of removed channels.
#[derive(Default)]
pub(super) struct RemovedChannels {
    /// One for each channel with recently dropped notifications.
    pub health: Vec<ChannelHealth>,
    /// What to store.
    pub entry: WriteRequest,
}

impl RemovedChannels {
    /// `stored` has the notifications of each of these channels.
    pub(super) fn new(stored: BTreeMap<&str, Vec<Notification>>, now: DateTime<FixedOffset>) -> Self {
        let mut removed = Self::default();
        for (channel, messages) in stored {
            removed.add(channel, messages, now);
        }
        removed
    }

    fn add(&mut self, channel: &str, messages: Vec<Notification>, now: DateTime<FixedOffset>) {
        let (before, pending): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.given_up.is_some());
        if !pending.is_empty() {
            tracing::warn!(
                channel,
                messages = pending.len(),
                "Dropped the pending notifications of a channel that is no longer configured."
            );
        }
        let given_up = || Some(Undeliverable { at: now, reason: DropReason::ChannelRemoved.to_string() });
        let dropped: Vec<_> = pending.into_iter().map(|message| Notification { given_up: given_up(), ..message }).collect();
        let is_shown = |message: &Notification| message.given_up.as_ref().is_some_and(|given_up| now - given_up.at < SHOWN);
        self.entry.deliveries.extend(dropped.iter().filter_map(DeliveryRecord::dropped));
        let (mut shown, old): (Vec<_>, Vec<_>) = before.into_iter().partition(is_shown);
        self.entry.settled.extend(old.into_iter().map(|message| message.key));
        let first_dropped = shown.len();
        shown.extend(dropped);
        let surplus = shown.len().saturating_sub(MOST_DROPPED);
        self.entry.settled.extend(shown[..surplus].iter().map(|message| message.key.clone()));
        self.entry.notifications.extend_from_slice(&shown[first_dropped.max(surplus)..]);
        shown.drain(..surplus);
        if !shown.is_empty() {
            let (name, kind) = (channel.to_owned(), NO_LONGER_CONFIGURED.to_owned());
            self.health.push(ChannelHealth { name, kind, given_up: Arc::new(shown), ..ChannelHealth::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use storage::testing::message;
    use test_support::noon;

    fn given_up(days: i64) -> Notification {
        let at = noon() - TimeDelta::days(days);
        Notification { given_up: Some(Undeliverable { at, reason: "refused".to_owned() }), ..message(&format!("{days} days")) }
    }

    #[test]
    fn pending_notifications_are_dropped_and_shown_for_a_while() {
        let stored = BTreeMap::from([("pager", vec![given_up(40), given_up(2), message("pending")]), ("old", vec![given_up(31)])]);
        let RemovedChannels { health, entry } = RemovedChannels::new(stored, noon());
        assert_eq!(health.iter().map(|health| health.name.as_str()).collect::<Vec<_>>(), ["pager"]);
        let reasons: Vec<_> = health[0].given_up.iter().map(|message| message.given_up.as_ref().unwrap().reason.as_str()).collect();
        assert_eq!(reasons, ["refused", "the channel is no longer configured"]);
        let settled: Vec<_> = entry.settled.iter().map(|key| key.0.as_str()).collect();
        assert_eq!((entry.notifications.len(), settled), (1, vec!["31 days", "40 days"]));
        let results: Vec<_> = entry.deliveries.iter().map(|(_, delivery)| delivery.reason.as_deref()).collect();
        assert_eq!(results, [Some("the channel is no longer configured")], "the others have their results already");
    }

    #[test]
    fn of_too_many_the_latest_are_kept() {
        let pending = (0..MOST_DROPPED + 5).map(|number| message(&number.to_string())).collect();
        let RemovedChannels { health, entry } = RemovedChannels::new(BTreeMap::from([("pager", pending)]), noon());
        assert_eq!(health[0].given_up.len(), MOST_DROPPED);
        assert_eq!((entry.settled.len(), entry.settled[0].0.as_str()), (5, "0"));
        assert_eq!((entry.notifications.len(), entry.notifications[0].key.0.as_str()), (MOST_DROPPED, "5"));
    }
}
