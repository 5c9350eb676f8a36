use super::{Endpoint, Http, Trust};
use crate::{ChannelError, DeliveryError};
use serde_json::Value;
use yaml::Secret;

/// A hook that takes a message in JSON, and nothing else: how several services are reached.
pub(crate) struct Hook {
    http: Http,
    endpoint: Endpoint,
}

impl Hook {
    /// `key` is where the address stands in the configuration.
    pub(crate) fn new(key: &str, url: &Secret) -> Result<Self, ChannelError> {
        Ok(Self { http: Http::new(Trust::System)?, endpoint: Endpoint::hook(key, url)? })
    }

    /// With a parameter more.
    pub(crate) fn with_query(mut self, name: &str, value: &str) -> Self {
        self.endpoint = self.endpoint.with_query(name, value);
        self
    }

    /// See [`Http::test_connection`].
    pub(crate) async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.http.test_connection(&self.endpoint).await
    }

    /// Returns when the receiver has taken the message.
    pub(crate) async fn post(&self, message: &Value) -> Result<(), DeliveryError> {
        let request = self.http.post().json(message);
        self.http.send(request, &self.endpoint).await?.judge()
    }
}
