//! API keys of the store.

use super::super::chance::Chance;
use super::Api;
use super::held::Held;
use reqwest::Method;
use serde_json::{Value, json};
use storage::StoredKey;

#[derive(Default)]
pub(super) struct Keys(Held);

impl Keys {
    pub(super) async fn create(&mut self, api: &Api<'_>, text: String) -> reqwest::Result<bool> {
        if self.0.is_full() {
            return Ok(false);
        }
        self.0.order(&text);
        let answer = api.send(Method::POST, "keys", json!({"name": text, "user": "dev"})).await?;
        self.0.acknowledge(text, answer["result"]["id"].as_u64().unwrap());
        Ok(true)
    }

    pub(super) async fn revoke(&mut self, api: &Api<'_>, chance: &mut Chance) -> reqwest::Result<bool> {
        let Some((text, id)) = self.0.any(chance, |_| true) else { return Ok(false) };
        self.0.end(&text, id);
        api.send(Method::DELETE, &format!("keys/{id}"), Value::Null).await?;
        self.0.has_ended(text);
        Ok(true)
    }

    pub(super) fn verify(&mut self, stored: &[StoredKey]) {
        self.0.verify(&stored.iter().map(|key| (key.name.as_str(), key.id)).collect::<Vec<_>>());
    }
}
