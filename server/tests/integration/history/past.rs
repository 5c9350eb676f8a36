use super::moody_store::MoodyStore;
use super::unlooked::unlooked;
use crate::test_app::{PATIENCE, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use history::Sample;
use history::{NodeId, Retention};
use model::{ServiceId, State};
use std::sync::Arc;
use std::time::Duration;
use storage::writer;
use storage::writer::Start;
use storage::{Commit, FormerIds, Incident, NodeChange, NodeRecord, Store, Transition};

/// Samples of one commit at most.
const GROUP: usize = 512;

/// What a store holds before Platus is started.
#[derive(Default)]
pub(super) struct Past {
    nodes: Vec<NodeRecord>,
    met: Vec<Sample>,
    samples: Vec<Sample>,
    transitions: Vec<Transition>,
    incidents: Vec<Incident>,
}

impl Past {
    /// A node that was met by one check, so long ago that no test asks for that time. What has no history at all is not kept.
    pub(super) fn node(&mut self, service: &str, node: &str) -> NodeId {
        let id = NodeId(self.nodes.len() as u32 + 1);
        self.nodes.push(NodeRecord { id, service: ServiceId::new(service), node: node.to_owned(), folded: 0, status: None });
        let met = Utc::now() - TimeDelta::days(5 * 365);
        self.met.push(sample(id, State::Operational, met, met));
        id
    }

    /// That a node was in a state from one instant to another, at which a check found it so.
    pub(super) fn was(&mut self, node: NodeId, state: State, from: &str, to: &str) {
        self.add(node, state, at(from), at(to), false);
    }

    pub(super) fn was_in_maintenance(&mut self, node: NodeId, state: State, from: &str, to: &str) {
        self.add(node, state, at(from), at(to), true);
    }

    /// A check that took so many microseconds, after a time in a state.
    pub(super) fn checked(&mut self, node: NodeId, state: State, from: DateTime<Utc>, to: DateTime<Utc>, elapsed: u32) {
        self.add(node, state, from, to, false);
        self.samples.last_mut().unwrap().elapsed = Some(elapsed);
    }

    pub(super) fn transition(&mut self, node: NodeId, when: DateTime<Utc>, from: State, to: State) {
        let id = self.transitions.len() as u64 + 1;
        let message = Some(format!("transition {id}"));
        self.transitions.push(Transition { id, node, at: when.fixed_offset(), from, to, message, lasted: 1500 });
    }

    /// A failure that was confirmed a minute after it was first seen.
    pub(super) fn incident(&mut self, node: NodeId, since: DateTime<Utc>, ended: Option<DateTime<Utc>>, worst: State) {
        let id = self.incidents.len() as u64 + 1;
        let opened = since + Duration::from_secs(60);
        self.incidents.push(Incident {
            id,
            node,
            since: since.fixed_offset(),
            opened: opened.fixed_offset(),
            ended: ended.map(|ended| ended.fixed_offset()),
            worst,
            message: Some(format!("incident {id}")),
            notified_channels: Vec::new(),
            opened_as: None,
            deliveries: Vec::new(),
        });
    }

    /// Starts Platus after all this.
    pub(super) async fn start(self, services: &str) -> TestApp {
        self.start_with_store(services).await.0
    }

    /// The same, and returns the store as well.
    pub(super) async fn start_with_store(self, services: &str) -> (TestApp, Arc<MoodyStore>) {
        let store = Arc::new(MoodyStore::default());
        let before = start(&store).await;
        let nodes = self.nodes.into_iter().map(|record| NodeChange { record, routine: false });
        let first = Commit {
            number: 1,
            samples: self.met,
            nodes: nodes.collect(),
            transitions: self.transitions,
            incidents: self.incidents,
            ..Commit::default()
        };
        before.writer.save(first).await;
        for (number, samples) in (2..).zip(self.samples.chunks(GROUP)) {
            before.writer.save(Commit { number, samples: samples.to_vec(), ..Commit::default() }).await;
        }
        let health = before.writer.health();
        before.writer.close().await;
        assert_eq!((health.borrow().outage.clone(), health.borrow().waiting_commits), (None, 0));
        let app = TestApp::start_on(start(&store).await, "check_interval: 3600\n", services, &unlooked()).await;
        (app, store)
    }

    fn add(&mut self, node: NodeId, state: State, from: DateTime<Utc>, to: DateTime<Utc>, maintenance: bool) {
        self.samples.push(Sample { maintenance, ..sample(node, state, from, to) });
    }
}

fn sample(node: NodeId, state: State, from: DateTime<Utc>, to: DateTime<Utc>) -> Sample {
    let held = u32::try_from((to - from).num_milliseconds()).unwrap();
    Sample { node, at: to.timestamp_millis(), state, elapsed: None, previous: state, held, maintenance: false }
}

async fn start(store: &Arc<MoodyStore>) -> Start {
    let store: Arc<dyn Store> = Arc::<MoodyStore>::clone(store);
    writer::start(store, Retention::default(), PATIENCE, false, FormerIds::default()).await.unwrap()
}

pub(super) fn at(instant: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(instant).unwrap().to_utc()
}
