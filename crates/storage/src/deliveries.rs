//! How the results of notifications get into their incidents.

use super::delivery_record::DeliveryRecord;
use super::records::{Incident, Notification};
use chrono::{DateTime, FixedOffset};
use model::{DeliveryResult, DropReason};
use system::foreign_text;

/// The results that an incident keeps, the latest ones.
pub const MOST_DELIVERIES: usize = 50;

/// Characters of a reason, besides the mark of one that is shortened.
const LONGEST_REASON: usize = 300;

/// A result, and the number of its incident.
pub type IncidentDelivery = (u64, DeliveryRecord);

impl DeliveryRecord {
    /// The receiver has confirmed the notification.
    pub fn delivered(notification: &Notification, at: DateTime<FixedOffset>) -> IncidentDelivery {
        Self::of(notification, at, DeliveryResult::Delivered, None)
    }

    /// The notification was never sent, because it was suppressed.
    pub fn suppressed(notification: &Notification, at: DateTime<FixedOffset>, reason: &str) -> IncidentDelivery {
        Self::of(notification, at, DeliveryResult::Suppressed, Some(reason))
    }

    /// The notification is no longer retried; `None` if it still is.
    pub fn dropped(notification: &Notification) -> Option<IncidentDelivery> {
        let given_up = notification.given_up.as_ref()?;
        Some(Self::of(notification, given_up.at, DeliveryResult::Dropped, Some(&given_up.reason)))
    }

    fn of(
        notification: &Notification,
        at: DateTime<FixedOffset>,
        result: DeliveryResult,
        reason: Option<&str>,
    ) -> IncidentDelivery {
        let reason = reason.map(|reason| foreign_text::short_line(reason, LONGEST_REASON));
        (notification.incident, Self { channel: notification.channel.clone(), kind: notification.kind, at, result, reason })
    }
}

impl Incident {
    /// Adds the result of a notification. Of too many, the earliest is removed.
    ///
    /// A channel that was removed before it could deliver anything about the incident is none of its channels any more. When it is added
    /// again, the end of an incident that its receiver does not know would only be confusing.
    pub fn add_delivery(&mut self, delivery: DeliveryRecord) {
        let DeliveryRecord { channel, result, reason, .. } = &delivery;
        let is_of_channel = |other: &DeliveryRecord| other.channel == *channel && other.result == DeliveryResult::Delivered;
        let was_removed =
            *result == DeliveryResult::Dropped && reason.as_deref().and_then(DropReason::read) == Some(DropReason::ChannelRemoved);
        if was_removed && !self.deliveries.iter().any(is_of_channel) {
            self.notified_channels.retain(|known| known != channel);
        }
        self.deliveries.push(delivery);
        let surplus = self.deliveries.len().saturating_sub(MOST_DELIVERIES);
        self.deliveries.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Undeliverable;
    use crate::testing::{incident, message};
    use model::NotificationKind;
    use test_support::noon;

    #[test]
    fn a_result_says_what_became_of_the_notification() {
        let delivered = DeliveryRecord {
            channel: "slack".to_owned(),
            kind: NotificationKind::Opened,
            at: noon(),
            result: DeliveryResult::Delivered,
            reason: None,
        };
        assert_eq!(DeliveryRecord::delivered(&message("a"), noon()), (1, delivered.clone()));
        assert_eq!(DeliveryRecord::dropped(&message("a")), None, "it is still retried");
        let given_up = Some(Undeliverable { at: noon(), reason: format!("refused\n{}", "x".repeat(400)) });
        let (_, dropped) = DeliveryRecord::dropped(&Notification { given_up, ..message("a") }).unwrap();
        let reason = dropped.reason.clone().unwrap();
        assert!(
            reason.starts_with("refused xxx") && reason.ends_with('…') && reason.chars().count() <= LONGEST_REASON + 1,
            "{reason}"
        );
        assert_eq!(dropped, DeliveryRecord { result: DeliveryResult::Dropped, reason: Some(reason), ..delivered });
    }

    #[test]
    fn a_channel_that_was_removed_before_it_delivered_anything_is_none_of_the_incident() {
        let dropped = |reason: DropReason| {
            let given_up = Some(Undeliverable { at: noon(), reason: reason.to_string() });
            DeliveryRecord::dropped(&Notification { given_up, ..message("a") }).unwrap().1
        };
        let channels_after = |deliveries: Vec<DeliveryRecord>| {
            let mut incident = incident(1);
            deliveries.into_iter().for_each(|delivery| incident.add_delivery(delivery));
            incident.notified_channels
        };
        assert_eq!(channels_after(vec![dropped(DropReason::ChannelRemoved)]), Vec::<String>::new());
        let delivered = DeliveryRecord::delivered(&message("a"), noon()).1;
        assert_eq!(channels_after(vec![delivered, dropped(DropReason::ChannelRemoved)]), ["slack"], "its receiver knows it");
        let refused = DropReason::Refused { times: 3, error: "no".to_owned() };
        assert_eq!(channels_after(vec![dropped(refused)]), ["slack"], "the channel is still configured");
    }

    #[test]
    fn an_incident_keeps_the_latest_results() {
        let mut incident = incident(1);
        for number in 0..MOST_DELIVERIES + 2 {
            let (_, delivery) = DeliveryRecord::suppressed(&message("a"), noon(), &number.to_string());
            incident.add_delivery(delivery);
        }
        let reasons: Vec<_> = incident.deliveries.iter().filter_map(|delivery| delivery.reason.as_deref()).collect();
        assert_eq!((reasons.len(), reasons[0], reasons[49]), (50, "2", "51"));
    }
}
