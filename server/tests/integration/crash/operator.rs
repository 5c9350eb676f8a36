//! An operator who gives one order after another, of every kind that the API acknowledges. What was answered with success is acknowledged
//! and must survive; an order that was not answered may have been taken or not.

mod acknowledgements;
mod held;
mod keys;
mod notes;
mod pauses;
mod said;
mod silences;

use super::chance::Chance;
use acknowledgements::Acknowledgements;
use keys::Keys;
use notes::Notes;
use pauses::Pauses;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use silences::Silences;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use storage::{SilenceKind, Store, StoreSnapshot};

const KINDS: [&str; 9] = ["silence", "extension", "withdrawal", "acknowledgement", "pause", "resume", "note", "key", "revocation"];

pub(super) struct Operator {
    chance: Chance,
    /// Every order has a text of its own.
    orders: u64,
    /// How many orders of each kind were answered with success.
    answered: BTreeMap<&'static str, usize>,
    silences: Silences,
    acknowledgements: Acknowledgements,
    pauses: Pauses,
    notes: Notes,
    keys: Keys,
}

/// The server as the operator reaches it.
struct Api<'a> {
    client: &'a Client,
    address: SocketAddr,
}

impl Api<'_> {
    /// The answer. An error means that there is no server any more.
    async fn send(&self, method: Method, path: &str, body: Value) -> reqwest::Result<Value> {
        Ok(self.send_about_history(method, path, body).await?.unwrap_or_else(|| panic!("{path} needs no history, and found none")))
    }

    /// The same of what needs history. `None` while the store is away: then history cannot be read, and nothing is acknowledged.
    async fn send_about_history(&self, method: Method, path: &str, body: Value) -> reqwest::Result<Option<Value>> {
        let request = self.client.request(method, format!("http://{}/api/v1.0/{path}", self.address));
        let answer = request.basic_auth("admin", Some("admin")).body(body.to_string()).send().await?;
        let (status, url, text) = (answer.status(), answer.url().clone(), answer.text().await?);
        if status == StatusCode::SERVICE_UNAVAILABLE && text.contains("History cannot be read now") {
            return Ok(None);
        }
        assert!(status.is_success(), "{url}: {text}");
        Ok(Some(serde_json::from_str(&text).unwrap()))
    }

    /// The number of the latest incident of a service. It may not have been checked so far.
    async fn incident(&self, service: &str) -> reqwest::Result<Option<u64>> {
        let answer = self.send_about_history(Method::GET, &format!("services/{service}/incidents?limit=1"), Value::Null).await?;
        Ok(answer.and_then(|answer| answer["result"]["incidents"][0]["id"].as_u64()))
    }
}

impl Operator {
    pub(super) fn new(chance: Chance) -> Self {
        Self {
            chance,
            orders: 0,
            answered: BTreeMap::new(),
            silences: Silences::default(),
            acknowledgements: Acknowledgements::default(),
            pauses: Pauses::default(),
            notes: Notes::default(),
            keys: Keys::default(),
        }
    }

    /// Orders that were answered with success so far.
    pub(super) fn answered(&self) -> usize {
        self.answered.values().sum()
    }

    /// Whether there was an order of each kind that could have been lost.
    pub(super) fn has_ordered_all(&self) -> bool {
        KINDS.iter().all(|kind| self.answered.contains_key(kind))
    }

    /// Orders until the server is gone.
    pub(super) async fn work(&mut self, client: &Client, address: SocketAddr) {
        let api = Api { client, address };
        while self.order(&api).await.is_ok() {}
    }

    /// Resumes everything that is paused.
    pub(super) async fn calm_down(&mut self, client: &Client, address: SocketAddr) {
        self.pauses.resume_all(&Api { client, address }).await.unwrap();
    }

    async fn order(&mut self, api: &Api<'_>) -> reqwest::Result<()> {
        self.orders += 1;
        let (order, text) = (self.orders, format!("order {}", self.orders));
        let kind = KINDS[self.chance.below(KINDS.len() as u64) as usize];
        let chance = &mut self.chance;
        let is_done = match kind {
            "silence" => self.silences.silence(api, chance, order, text).await?,
            "extension" => self.silences.extend(api, chance, order).await?,
            "withdrawal" => self.silences.withdraw(api, chance).await?,
            "acknowledgement" => self.acknowledgements.acknowledge(api, chance, text).await?,
            "pause" => self.pauses.pause(api, chance, text).await?,
            "resume" => self.pauses.resume(api, chance).await?,
            "note" => self.notes.write(api, chance, text).await?,
            "key" => self.keys.create(api, text).await?,
            _ => self.keys.revoke(api, chance).await?,
        };
        if is_done {
            *self.answered.entry(kind).or_default() += 1;
        }
        Ok(())
    }

    /// Compares with what is stored. From then on that is what must be there.
    pub(super) async fn verify(&mut self, store: &dyn Store, loaded: &StoreSnapshot) {
        let of_kind =
            |is_meant: fn(SilenceKind) -> bool| loaded.silences.iter().filter(move |silence| is_meant(silence.kind)).collect();
        self.silences.verify(of_kind(|kind| kind == SilenceKind::Silence));
        self.acknowledgements.verify(of_kind(|kind| matches!(kind, SilenceKind::Acknowledgement { .. })));
        self.pauses.verify(of_kind(|kind| kind == SilenceKind::Pause));
        assert!(loaded.silences.iter().all(|silence| silence.kind != SilenceKind::Maintenance), "none was ordered");
        self.keys.verify(&loaded.keys);
        self.notes.verify(store).await;
    }
}
