//! `PagerDuty`: incidents are opened and resolved by events.
//!
//! One outage is one incident, whose key is [`Alert::incident_key`]: reminders and what becomes worse go to the incident that is open.
//! Of more than [`event::MOST_SINGLE`] alerts in one delivery there is one incident for all, for nobody wants to be called two thousand
//! times. It has the key [`event::STORM`] and is resolved when no node that was told of is in trouble any more.
//!
//! What a node's recovery resolves may never have been opened, because its trouble was told within a storm, or because the process
//! has forgotten it; such an event is taken and does nothing. So nothing is remembered here, and every attempt may begin anew.

mod event;

use crate::http::{Endpoint, Http, Trust};
use crate::{Channel, ChannelError, Delivery, DeliveryError, Outlook};
use event::events;
use futures::{StreamExt, stream};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use yaml::Secret;

/// How many events are on their way at a time, where their order means nothing.
const AT_ONCE: usize = 8;

pub struct PagerDuty {
    http: Http,
    queue: Endpoint,
    routing_key: Secret,
}

/// How to reach it.
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

    /// Sends one event after the other, and what can be sent in any order after that. An event that is refused does not keep back
    /// the others; when there is no answer, the rest would have none either.
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

/// Notes a refusal, and hands on what is no reason to go on.
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
