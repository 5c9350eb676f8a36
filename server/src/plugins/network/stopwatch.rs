use crate::plugins::Phase;
use std::time::{Duration, Instant};

/// Notes where the time of a check goes.
pub(crate) struct Stopwatch {
    started: Instant,
    lap: Instant,
    phases: Vec<Phase>,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self { started: now, lap: now, phases: Vec::new() }
    }

    /// Ends the phase that began with the one before it.
    pub(crate) fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.phases.push(Phase { name, elapsed: now - self.lap });
        self.lap = now;
    }

    /// Since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whether the phase of that name has ended.
    pub(crate) fn has_passed(&self, name: &str) -> bool {
        self.phases.iter().any(|phase| phase.name == name)
    }

    pub(crate) fn into_phases(self) -> Vec<Phase> {
        self.phases
    }
}
