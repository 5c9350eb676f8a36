//! `PagerDuty`: incidents are opened and resolved by events.
//!
//! Each incident has the key [`Alert::incident_key`](crate::delivery::Alert::incident_key) in `PagerDuty`; reminders and worsened
//! states update it. More than [`event::MOST_SINGLE`] alerts in one delivery are one incident, so that no one is called two thousand
//! times. It has the key [`event::STORM`] and is resolved when no notified incident is open any more.
//!
//! A recovery may resolve an incident that was never opened, since its failure was part of a storm. `PagerDuty` accepts such an event and
//! ignores it. So the channel has no state, and every attempt can repeat all events.

mod event;

use crate::http::{Endpoint, Http, Trust};
use crate::{Channel, ChannelError, Delivery, DeliveryError, Outlook};
use event::events;
use futures::{StreamExt, stream};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use yaml::Secret;

/// The number of concurrent events, if their order is irrelevant.
const AT_ONCE: usize = 8;

pub struct PagerDuty {
    http: Http,
    queue: Endpoint,
    routing_key: Secret,
}

/// The `data` of the channel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Integration key of a service with the integration "Events API V2".
    routing_key: Secret,
    /// Address of the API. The EU region has `https://events.eu.pagerduty.com`. Default: `https://events.pagerduty.com`.
    url: Option<String>,
}

impl Channel for PagerDuty {
    const NAME: &'static str = "pagerduty";

    type Data = Data;

    const EXAMPLE: &'static str = "
notify_backend:
  type: pagerduty
  data:
    routing_key: 00000000000000000000000000EXAMPLE
";

    fn connect(data: Data) -> Result<Self, ChannelError> {
        if data.routing_key.expose().trim().is_empty() {
            return Err(ChannelError("`routing_key` is empty; give the integration key of a service".to_owned()));
        }
        let url = data.url.as_deref().unwrap_or("https://events.pagerduty.com");
        let queue = Endpoint::server("url", url, &["v2", "enqueue"])?.withholding(&data.routing_key);
        Ok(Self { http: Http::new(Trust::System)?, queue, routing_key: data.routing_key })
    }

    /// Sends the ordered events one after the other, and then the others. A rejected event does not stop the others; a missing answer does,
    /// since the others would get none either.
    async fn deliver(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        let events = events(delivery);
        let mut refused = Ok(());
        for event in events.in_order {
            keep_first(&mut refused, self.send(event).await)?;
        }
        let mut answers = stream::iter(events.in_any_order).map(|event| self.send(event)).buffer_unordered(AT_ONCE);
        while let Some(answer) = answers.next().await {
            keep_first(&mut refused, answer)?;
        }
        refused
    }

    async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.http.test_connection(&self.queue).await
    }
}

impl PagerDuty {
    async fn send(&self, mut event: Value) -> Result<(), DeliveryError> {
        event["routing_key"] = self.routing_key.expose().trim().into();
        let request = self.http.post().json(&event);
        self.http.send(request, &self.queue).await?.judge()
    }
}

/// Remembers a rejection, and returns errors that stop the delivery.
fn keep_first(refused: &mut Result<(), DeliveryError>, answer: Result<(), DeliveryError>) -> Result<(), DeliveryError> {
    match answer {
        Err(error) if error.outlook == Outlook::Refused => {
            if refused.is_ok() {
                *refused = Err(error);
            }
            Ok(())
        }
        other => other,
    }
}
