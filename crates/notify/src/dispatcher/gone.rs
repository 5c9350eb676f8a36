//! Channels that are not configured any more. What was owed to them is given up, and shown for a while.

use super::health::ChannelHealth;
use super::task::MOST_GIVEN_UP;
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::write_requests::WriteRequest;
use storage::{Notification, Undeliverable};
use tokio::sync::watch;

/// For so long messages are shown that were given up. Nobody can send them any more.
const SHOWN: TimeDelta = TimeDelta::days(30);

/// What is left of channels that there are no more.
#[derive(Default)]
pub(super) struct Gone {
    /// One for each channel with messages that were given up not too long ago.
    pub health: Vec<watch::Receiver<ChannelHealth>>,
    /// What is to be stored.
    pub entry: WriteRequest,
}

impl Gone {
    /// `stored` are the messages of each of these channels.
    pub(super) fn new(stored: BTreeMap<&str, Vec<Notification>>, now: DateTime<FixedOffset>) -> Self {
        let mut gone = Self::default();
        for (channel, messages) in stored {
            gone.add(channel, messages, now);
        }
        gone
    }

    fn add(&mut self, channel: &str, messages: Vec<Notification>, now: DateTime<FixedOffset>) {
        let (before, owed): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.given_up.is_some());
        if !owed.is_empty() {
            tracing::warn!(
                channel,
                messages = owed.len(),
                "Messages are owed to a channel that is not configured any more; they are given up."
            );
        }
        let reason = "the channel is not configured any more";
        let given_up = || Some(Undeliverable { at: now, reason: reason.to_owned() });
        let owed: Vec<_> = owed.into_iter().map(|message| Notification { given_up: given_up(), ..message }).collect();
        let is_shown = |message: &Notification| message.given_up.as_ref().is_some_and(|given_up| now - given_up.at < SHOWN);
        let (mut shown, old): (Vec<_>, Vec<_>) = before.into_iter().partition(is_shown);
        self.entry.settled.extend(old.into_iter().map(|message| message.key));
        let first_owed = shown.len();
        shown.extend(owed);
        let surplus = shown.len().saturating_sub(MOST_GIVEN_UP);
        self.entry.settled.extend(shown[..surplus].iter().map(|message| message.key.clone()));
        self.entry.notifications.extend_from_slice(&shown[first_owed.max(surplus)..]);
        shown.drain(..surplus);
        if !shown.is_empty() {
            let (name, kind) = (channel.to_owned(), "not configured any more".to_owned());
            let health = ChannelHealth { name, kind, given_up: Arc::new(shown), ..ChannelHealth::default() };
            self.health.push(watch::channel(health).1);
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
    fn what_is_owed_is_given_up_and_shown_for_a_while() {
        let stored = BTreeMap::from([("pager", vec![given_up(40), given_up(2), message("owed")]), ("old", vec![given_up(31)])]);
        let Gone { health, entry } = Gone::new(stored, noon());
        let health: Vec<_> = health.iter().map(|health| health.borrow().clone()).collect();
        assert_eq!(health.iter().map(|health| health.name.as_str()).collect::<Vec<_>>(), ["pager"]);
        let reasons: Vec<_> = health[0].given_up.iter().map(|message| message.given_up.as_ref().unwrap().reason.as_str()).collect();
        assert_eq!(reasons, ["refused", "the channel is not configured any more"]);
        let settled: Vec<_> = entry.settled.iter().map(|key| key.0.as_str()).collect();
        assert_eq!((entry.notifications.len(), settled), (1, vec!["31 days", "40 days"]));
    }

    #[test]
    fn of_very_many_the_latest_are_kept() {
        let owed = (0..MOST_GIVEN_UP + 5).map(|number| message(&number.to_string())).collect();
        let Gone { health, entry } = Gone::new(BTreeMap::from([("pager", owed)]), noon());
        assert_eq!(health[0].borrow().given_up.len(), MOST_GIVEN_UP);
        assert_eq!((entry.settled.len(), entry.settled[0].0.as_str()), (5, "0"));
        assert_eq!((entry.notifications.len(), entry.notifications[0].key.0.as_str()), (MOST_GIVEN_UP, "5"));
    }
}
