//! What the latest check of each node found, besides its row: phases, expectations, metrics and notes. Only in memory.

use super::Service;
use super::check_result::CheckFailure;
use model::{CheckDetail, Expectation, ExpectationView, Metric, MetricView, Observation, Phase, PhaseView, ServiceId};
use parking_lot::RwLock;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Entries of each kind that are kept of one node.
const MOST: usize = 32;

/// Bytes of all texts that are kept of one node, of all nodes of a service, and of each text.
const TEXT: usize = 8192;
const ALL_TEXT: usize = 256 << 10;
const ONE_TEXT: usize = 512;

/// Checks whose phases are compared with those of the latest check, and the fewest of them.
const COMPARED: usize = 30;
const FEWEST: usize = 5;

/// By the id of the service, and by node. A service that was not checked yet has none.
#[derive(Debug, Default)]
pub struct CheckDetails(RwLock<HashMap<ServiceId, BTreeMap<String, Known>>>);

#[derive(Debug, Default)]
struct Known {
    latest: Arc<CheckDetail>,
    /// The durations of each phase in the latest checks, in microseconds. The newest is the last.
    phases: BTreeMap<&'static str, VecDeque<u32>>,
}

/// What one check of a service found. Made safe to show by the runner.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

#[derive(Debug)]
struct Finding {
    node: String,
    phases: Vec<Phase>,
    unfinished: Option<Phase>,
    detail: CheckDetail,
}

impl CheckDetails {
    /// The details of the nodes of this service.
    pub fn of(&self, service: &ServiceId) -> BTreeMap<String, Arc<CheckDetail>> {
        let all = self.0.read();
        let nodes = all.get(service).into_iter().flatten();
        nodes.map(|(node, known)| (node.clone(), Arc::clone(&known.latest))).collect()
    }

    /// Replaces the details of these services.
    pub(crate) fn publish(&self, findings: Vec<(Arc<Service>, Findings)>) {
        // Each change replaces one entry as a whole, so that a panic in between leaves nothing torn.
        let mut all = self.0.write();
        for (service, Findings(findings)) in findings {
            let mut before = all.remove(&service.id).unwrap_or_default();
            let mut nodes = BTreeMap::new();
            for Finding { node, phases, unfinished, mut detail } in findings {
                let mut known = before.remove(&node).unwrap_or_default();
                detail.phases = phases.iter().map(|phase| known.phase(phase)).collect();
                detail.unfinished = unfinished.map(|phase| known.compared(&phase));
                known.latest = Arc::new(detail);
                nodes.insert(node, known);
            }
            if !nodes.is_empty() {
                all.insert(service.id.clone(), nodes);
            }
        }
    }
}

impl Known {
    /// The phase beside the median of earlier ones.
    fn compared(&self, phase: &Phase) -> PhaseView {
        let usual = self.phases.get(phase.name).and_then(median);
        PhaseView { name: phase.name.to_owned(), elapsed: microseconds(phase.elapsed), usual }
    }

    /// The phase beside the median of earlier ones, to which it is added.
    fn phase(&mut self, phase: &Phase) -> PhaseView {
        let view = self.compared(phase);
        let earlier = self.phases.entry(phase.name).or_default();
        if earlier.len() == COMPARED {
            earlier.pop_front();
        }
        earlier.push_back(u32::try_from(phase.elapsed.as_micros()).unwrap_or(u32::MAX));
        view
    }
}

impl Findings {
    /// The metrics of the nodes that have any.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = (&str, &[MetricView])> {
        let nodes = self.0.iter().map(|finding| (finding.node.as_str(), finding.detail.metrics.as_slice()));
        nodes.filter(|(_, metrics)| !metrics.is_empty())
    }

    /// Of the result of a check. `node` is the node of the row that stands for a failed check.
    pub(crate) fn of(result: &Result<Vec<Observation>, CheckFailure>, node: &str) -> Self {
        match result {
            Ok(observations) => {
                let room = TEXT.min(ALL_TEXT / observations.len().max(1));
                Self(observations.iter().map(|seen| Finding::of(seen, room)).collect())
            }
            Err(CheckFailure::Check(error)) => {
                let notes = Texts { room: TEXT }.all(&error.notes);
                let detail = CheckDetail { notes, ..CheckDetail::default() };
                let (phases, unfinished) = (first(&error.phases), error.unfinished);
                Self(vec![Finding { node: node.to_owned(), phases, unfinished, detail }])
            }
            Err(CheckFailure::MonitorOffline) => Self::default(),
        }
    }
}

impl Finding {
    /// With at most so many bytes of texts.
    fn of(seen: &Observation, room: usize) -> Self {
        let mut texts = Texts { room };
        let expectation = |Expectation { expected, seen, met }: &Expectation| {
            Some(ExpectationView { expected: texts.take(expected)?, seen: texts.take(seen)?, met: *met })
        };
        let expectations = seen.expectations.iter().take(MOST).map_while(expectation).collect();
        let metric = |Metric { name, value, unit, warning, critical }: &Metric| {
            let (name, unit) = (texts.take(name)?, texts.take(unit)?);
            Some(MetricView { name, value: *value, unit, warning: *warning, critical: *critical })
        };
        // JSON has no number for infinity.
        let finite = seen.metrics.iter().filter(|metric| metric.value.is_finite());
        let metrics = finite.take(MOST).map_while(metric).collect();
        let notes = texts.all(&seen.notes);
        let detail = CheckDetail { expectations, metrics, notes, ..CheckDetail::default() };
        Self { node: seen.node.clone(), phases: first(&seen.phases), unfinished: seen.unfinished, detail }
    }
}

fn first(phases: &[Phase]) -> Vec<Phase> {
    phases.iter().take(MOST).copied().collect()
}

/// Copies texts until there are too many.
struct Texts {
    /// Bytes.
    room: usize,
}

impl Texts {
    /// The text, shortened if it is long; `None` if there is no room for it.
    fn take(&mut self, text: &str) -> Option<String> {
        let end = text.floor_char_boundary(ONE_TEXT);
        self.room = self.room.checked_sub(end)?;
        let shortened = if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() };
        Some(shortened)
    }

    fn all(&mut self, texts: &[String]) -> Vec<String> {
        texts.iter().take(MOST).map_while(|text| self.take(text)).collect()
    }
}

/// `None` of too few.
fn median(durations: &VecDeque<u32>) -> Option<u64> {
    if durations.len() < FEWEST {
        return None;
    }
    let mut sorted: Vec<u32> = durations.iter().copied().collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).map(|median| u64::from(*median))
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::operational;
    use model::{CheckError, State};

    fn observation(elapsed: u64) -> Observation {
        let phase = |name, elapsed| Phase { name, elapsed: Duration::from_micros(elapsed) };
        Observation::new("web", State::Operational).with_phases(vec![phase("connect", elapsed), phase("tls", 7)])
    }

    fn publish(details: &CheckDetails, result: Result<Vec<Observation>, CheckFailure>) {
        details.publish(vec![(Arc::new(operational("a", &[])), Findings::of(&result, "host"))]);
    }

    fn of(details: &CheckDetails) -> BTreeMap<String, Arc<CheckDetail>> {
        details.of(&ServiceId::new("a"))
    }

    #[test]
    fn phases_are_compared_with_those_of_earlier_checks() {
        let details = CheckDetails::default();
        for elapsed in [9, 1, 5, 100, 3] {
            publish(&details, Ok(vec![observation(elapsed)]));
            assert_eq!(of(&details)["web"].phases[0].usual, None, "there are too few");
        }
        publish(&details, Ok(vec![observation(50)]));
        let connect = PhaseView { name: "connect".to_owned(), elapsed: 50, usual: Some(5) };
        let tls = PhaseView { name: "tls".to_owned(), elapsed: 7, usual: Some(7) };
        assert_eq!(of(&details)["web"].phases, [connect, tls]);
        for _ in 0..COMPARED {
            publish(&details, Ok(vec![observation(2)]));
        }
        publish(&details, Ok(vec![observation(60)]));
        assert_eq!(of(&details)["web"].phases[0].usual, Some(2), "old checks no longer count");
    }

    #[test]
    fn details_are_those_of_the_latest_check() {
        let details = CheckDetails::default();
        let expectations = vec![Expectation::new("status 200", "503", false)];
        let metrics = [("load", 1.5), ("ratio", f64::NAN)].map(|(name, value)| Metric::new(name, value, "%"));
        let notes = vec!["192.0.2.1 refused".to_owned()];
        publish(
            &details,
            Ok(vec![Observation { expectations, metrics: metrics.to_vec(), notes: notes.clone(), ..observation(1) }]),
        );
        let nodes = of(&details);
        let expected = ExpectationView { expected: "status 200".to_owned(), seen: "503".to_owned(), met: false };
        let load = MetricView { name: "load".to_owned(), value: 1.5, unit: "%".to_owned(), warning: None, critical: None };
        assert_eq!(
            (&nodes["web"].expectations, &nodes["web"].metrics, &nodes["web"].notes),
            (&vec![expected], &vec![load], &notes)
        );
        publish(&details, Err(CheckError { notes: notes.clone(), ..CheckError::new("no answer") }.into()));
        let nodes = of(&details);
        assert_eq!((nodes.len(), &nodes["host"].notes), (1, &notes), "a failed check says nothing about the nodes");
        publish(&details, Err(CheckFailure::MonitorOffline));
        assert!(of(&details).is_empty());
    }

    #[test]
    fn an_unfinished_phase_is_compared_and_does_not_count() {
        let details = CheckDetails::default();
        for _ in 0..FEWEST {
            publish(&details, Ok(vec![observation(5)]));
        }
        let unfinished = Some(Phase { name: "tls", elapsed: Duration::from_secs(1) });
        for _ in 0..COMPARED {
            let error = CheckError { unfinished, ..CheckError::new("no answer") };
            publish(&details, Err(CheckError { phases: observation(5).phases[..1].to_vec(), ..error }.into()));
        }
        let nodes = of(&details);
        assert_eq!(nodes["host"].unfinished, Some(PhaseView { name: "tls".to_owned(), elapsed: 1_000_000, usual: None }));
        publish(&details, Ok(vec![Observation { unfinished, ..observation(5) }]));
        assert_eq!(of(&details)["web"].unfinished.as_ref().unwrap().usual, None, "the node was away in between");
    }

    #[test]
    fn details_are_bounded() {
        let details = CheckDetails::default();
        let notes = vec!["é".repeat(100_000); 10_000];
        let expectations = vec![Expectation::new("x".repeat(1000), "y", true); 10_000];
        let phases = observation(1).phases.repeat(1000);
        publish(&details, Ok(vec![Observation { expectations, notes, phases, ..observation(1) }]));
        let detail = Arc::clone(&of(&details)["web"]);
        assert!(detail.phases.len() <= MOST && detail.expectations.len() <= MOST);
        let bytes = serde_json::to_string(&*detail).unwrap().len();
        assert!(bytes <= TEXT + MOST * 200, "{bytes}");
        assert!(detail.expectations[0].expected.ends_with('…'));
    }
}
