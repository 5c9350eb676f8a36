//! Cache of the figures of services.

use model::{ServiceFiguresView, ServiceId};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long figures are valid. Many viewers of one page share them.
const VALID: Duration = Duration::from_secs(10);

/// The figures of services and of their nodes that were asked for a moment ago.
#[derive(Default)]
pub struct Figures(Mutex<HashMap<Subject, Entry>>);

/// A service, and one of its nodes or all.
type Subject = (ServiceId, Option<String>);

struct Entry {
    made: Instant,
    /// The numbers of the incidents that were open.
    open: Vec<u64>,
    figures: ServiceFiguresView,
}

impl Figures {
    /// The figures, unless an incident has opened or ended since.
    pub(super) fn get(&self, service: &ServiceId, node: Option<&str>, open: &[u64]) -> Option<ServiceFiguresView> {
        let mut all = self.0.lock();
        all.retain(|_, entry| entry.made.elapsed() < VALID);
        all.get(&subject(service, node)).filter(|entry| entry.open == open).map(|entry| entry.figures.clone())
    }

    pub(super) fn set(&self, service: &ServiceId, node: Option<&str>, open: Vec<u64>, figures: ServiceFiguresView) {
        let mut all = self.0.lock();
        all.insert(subject(service, node), Entry { made: Instant::now(), open, figures });
    }
}

fn subject(service: &ServiceId, node: Option<&str>) -> Subject {
    (service.clone(), node.map(str::to_owned))
}
