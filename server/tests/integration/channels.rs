//! The channels, each with a receiver that notes what it gets.

mod answers;
mod deliveries;
mod email;
pub(crate) mod fickle;
mod postfix;
pub(crate) mod receiver;
mod requests;
mod secrecy;
mod webhook;

use notify::ChannelConfig;
use notify::{ChannelTypes, Connected, Delivery, DeliveryError};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;
use yaml::Located;

/// No receiver of a test takes longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A channel that has this `data`. The error is what an operator reads.
pub(crate) fn connect(kind: &str, data: &Value) -> Result<Box<dyn Connected>, String> {
    // JSON is YAML, too.
    let data = yaml::parse("config.yaml", &data.to_string()).unwrap();
    let kind = Located { value: kind.to_owned(), location: data.location.clone() };
    ChannelTypes::built_in().connect(&ChannelConfig { kind, data }).map_err(|error| error.to_string())
}

#[track_caller]
pub(crate) fn channel(kind: &str, data: &Value) -> Box<dyn Connected> {
    connect(kind, data).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) async fn deliver(channel: &dyn Connected, delivery: &Delivery) -> Result<(), DeliveryError> {
    timeout(PATIENCE, channel.deliver(delivery)).await.unwrap()
}
