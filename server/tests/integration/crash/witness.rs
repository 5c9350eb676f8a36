//! Knows what Platus has shown and acknowledged, and compares that with what a store holds.

use super::chance::Chance;
use super::jobs::Jobs;
use super::operator::Operator;
use super::watcher::Watcher;
use crate::metrics;
use crate::test_app::PATIENCE;
use crate::waiting::eventually;
use chrono::{DateTime, FixedOffset};
use history::NodeId;
use reqwest::Client;
use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use storage::{Incident, IncidentQuery, NotificationKey, Store, StoreSnapshot, Transition, TransitionQuery};

/// Above all that there ever is.
const ALL: usize = 10_000_000;

/// The channel that never reaches its receiver, so that its outbox holds every notification.
pub(super) const UNREACHABLE: &str = "slack";

/// The part of `config.yaml` that describes it.
pub(super) const UNREACHABLE_CHANNEL: &str = "{type: slack, data: {url: 'http://127.0.0.1:9/'}}";

pub(super) struct Witness {
    pub(super) client: Client,
    pub(super) watcher: Watcher,
    pub(super) operator: Operator,
    pub(super) jobs: Jobs,
    /// The last transition that was stored at the last look.
    verified: u64,
    /// Changes that were seen and compared.
    compared: usize,
}

impl Witness {
    pub(super) fn new(seed: u64) -> Self {
        // The client wants to know how it would encrypt, even though it never does here.
        rustls::crypto::ring::default_provider().install_default().ok();
        // A stream has no end; between two parts of an answer there is one.
        let client = Client::builder().no_proxy().read_timeout(PATIENCE).build().unwrap();
        let (operator, jobs) = (Operator::new(Chance::new(seed)), Jobs::new(Chance::new(seed)));
        Self { client, watcher: Watcher::default(), operator, jobs, verified: 0, compared: 0 }
    }

    /// Whether there was something of each kind that could have been lost.
    pub(super) fn has_seen_all(&self) -> bool {
        self.compared > 0 && self.operator.has_ordered_all() && self.jobs.answered() > 0
    }

    /// Changes seen, orders acknowledged and reports of jobs answered that were found in a store. There must have been some, or the test has shown nothing.
    #[track_caller]
    pub(super) fn seen(&self) -> (usize, usize, usize) {
        let seen = (self.compared, self.operator.answered(), self.jobs.answered());
        assert!(seen.0 > 0 && seen.1 > 0 && seen.2 > 0, "the test has shown nothing: {seen:?}");
        seen
    }

    /// Compares with a store that is not being written to.
    pub(super) async fn verify(&mut self, store: &dyn Store) {
        // A server that was killed may still be reading its files.
        let loaded = eventually(async || store.load().await).await;
        let transitions = transitions(store).await;
        let ids: Vec<u64> = transitions.iter().map(|transition| transition.id).collect();
        assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "no transition is missing or there twice: {ids:?}");

        let names: HashMap<NodeId, &str> = loaded.nodes.iter().map(|record| (record.id, record.service.as_str())).collect();
        let named = |transition: Transition| (names[&transition.node].to_owned(), transition);
        let new: Vec<_> = transitions.into_iter().filter(|transition| transition.id > self.verified).map(named).collect();
        self.verified = new.last().map_or(self.verified, |(_, last)| last.id);
        self.compared += self.watcher.verify(&new);
        for record in &loaded.nodes {
            if let Some(status) = &record.status {
                self.watcher.know(record.service.as_str(), status.state);
            }
        }
        self.operator.verify(store, &loaded).await;
        self.jobs.verify(&loaded);
        notifications_match_incidents(store, &loaded).await;
    }

    /// The value of a metric, named with its labels as far as they are needed.
    pub(super) async fn metric(&self, address: SocketAddr, name: &str) -> u64 {
        let url = format!("http://{address}/metrics");
        let answer = self.client.get(url).basic_auth("admin", Some("admin")).send().await.unwrap().text().await.unwrap();
        metrics::value(&answer, name)
    }
}

/// The outbox of the unreachable channel has one notification of the begin of each incident and one of its end.
async fn notifications_match_incidents(store: &dyn Store, loaded: &StoreSnapshot) {
    let incidents = incidents(store).await;
    let keys: BTreeSet<&NotificationKey> = loaded.notifications.iter().map(|message| &message.key).collect();
    assert_eq!(keys.len(), loaded.notifications.len(), "no key is there twice");
    let owed: usize = incidents.iter().map(|incident| 1 + usize::from(incident.ended.is_some())).sum();
    let waiting = loaded.notifications.iter().filter(|message| message.channel == UNREACHABLE).count();
    assert_eq!(waiting, owed, "one notification of each begin and of each end");
    let open: BTreeSet<u64> = incidents.iter().filter(|incident| incident.ended.is_none()).map(|incident| incident.id).collect();
    assert_eq!(open, loaded.open_incidents.iter().map(|incident| incident.id).collect());
    for record in &loaded.nodes {
        let Some(status) = &record.status else { continue };
        let incident = status.failure.and_then(|failure| failure.incident);
        // A job that has not reported so far, or was not checked since, has not failed.
        let has_failed = !status.state.is_operational() && status.retries > 0;
        assert_eq!(incident.is_some(), has_failed, "{}: {status:?}", record.service);
        assert!(incident.is_none_or(|incident| open.contains(&incident)), "{}: {status:?}", record.service);
    }
}

/// All that there ever were.
pub(super) async fn incidents(store: &dyn Store) -> Vec<Incident> {
    let (from, to) = all_time();
    store.incidents(&IncidentQuery { nodes: None, from, to, limit: ALL }).await.unwrap()
}

/// The earliest first.
async fn transitions(store: &dyn Store) -> Vec<Transition> {
    let (from, to) = all_time();
    let mut transitions = store.transitions(&TransitionQuery { nodes: None, from, to, limit: ALL }).await.unwrap();
    transitions.reverse();
    transitions
}

fn all_time() -> (DateTime<FixedOffset>, DateTime<FixedOffset>) {
    let instant = |text| DateTime::parse_from_rfc3339(text).unwrap();
    (instant("2000-01-01T00:00:00Z"), instant("2100-01-01T00:00:00Z"))
}
