//! A viewer who watches the event stream, life after life.

use crate::test_app::EventStream;
use model::State;
use reqwest::Client;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use storage::Transition;

/// What the viewer has seen of one change: service, from, to.
type Shown = (String, State, State);

#[derive(Default)]
pub(super) struct Watcher {
    /// The latest state seen of each service.
    states: HashMap<String, State>,
    /// The changes seen since the last look into the database.
    shown: Vec<Shown>,
}

impl Watcher {
    pub(super) async fn watch(&mut self, client: &Client, address: SocketAddr) {
        // The board first, as a page does: what changed since the last life is not on the stream.
        let board = client.get(format!("http://{address}/api/v1.0/status")).basic_auth("admin", Some("admin")).send().await;
        let Ok(board) = board else { return };
        let Ok(board) = board.json::<Value>().await else { return };
        board["result"].as_array().unwrap().iter().for_each(|row| self.see(row));
        let Ok(mut stream) = EventStream::open(client, address).await else { return };
        while let Some(event) = stream.next().await {
            if event.name == "status" {
                self.see(&event.data);
            }
        }
    }

    fn see(&mut self, row: &Value) {
        // A row that was not checked so far is shown as well, for example when its service is silenced.
        if row["retries"] == 0 && row["state"] == "unknown" {
            return;
        }
        let service = row["name"].as_str().unwrap();
        let state: State = serde_json::from_value(row["state"].clone()).unwrap();
        if let Some(before) = self.states.insert(service.to_owned(), state).filter(|before| *before != state) {
            self.shown.push((service.to_owned(), before, state));
        }
    }

    /// Compares what was seen with the transitions stored since the last look, in their order, each with the name of its service.
    /// Returns how many changes were compared.
    pub(super) fn verify(&mut self, stored: &[(String, Transition)]) -> usize {
        // Of each service the states in the order of the database, and in the order in which they were seen. A viewer may miss some
        // in between, since a row is sent whole; but what they saw must be there, in that order.
        let mut left: BTreeMap<&str, Vec<State>> = BTreeMap::new();
        for (service, transition) in stored {
            left.entry(service).or_default().push(transition.to);
        }
        let shown = std::mem::take(&mut self.shown);
        for (service, from, to) in &shown {
            let left = left.get_mut(service.as_str());
            let place = left.as_ref().and_then(|left| left.iter().position(|state| state == to));
            let (Some(left), Some(place)) = (left, place) else { panic!("{service}: {from} to {to} was shown and is not stored") };
            left.drain(..=place);
        }
        shown.len()
    }

    /// What was stored and not shown any more before the end is known from now on; the next life shows it as it is.
    pub(super) fn know(&mut self, service: &str, state: State) {
        self.states.insert(service.to_owned(), state);
    }
}
