use super::{Endpoint, Http, Trust};
use crate::config::Secret;
use crate::notify::{ChannelError, DeliveryError};
use serde_json::Value;

/// A hook that takes a message in JSON, and nothing else: how several services are reached.
pub(in crate::notify) struct Hook {
    http: Http,
    endpoint: Endpoint,
}

impl Hook {
    /// `key` is where the address stands in the configuration.
    pub(in crate::notify) fn new(key: &str, url: &Secret) -> Result<Self, ChannelError> {
        Ok(Self { http: Http::new(Trust::System)?, endpoint: Endpoint::hook(key, url)? })
    }

    /// With a parameter more.
    pub(in crate::notify) fn with_query(mut self, name: &str, value: &str) -> Self {
        self.endpoint = self.endpoint.with_query(name, value);
        self
    }

    /// See [`Http::test_connection`].
    pub(in crate::notify) async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.http.test_connection(&self.endpoint).await
    }

    /// Returns when the receiver has taken the message.
    pub(in crate::notify) async fn post(&self, message: &Value) -> Result<(), DeliveryError> {
        let request = self.http.post().json(message);
        self.http.send(request, &self.endpoint).await?.judge()
    }
}
