use model::{Phase, Route, Trace};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Measures the phases of a check, and records the route to its target.
#[derive(Clone)]
pub struct Stopwatch {
    started: Instant,
    lap: Instant,
    phases: Vec<Phase>,
    route: Route,
}

/// A moment of a check.
pub struct Mark {
    at: Instant,
    n_phases: usize,
    route: Route,
}

impl Stopwatch {
    pub fn start() -> Self {
        let now = Instant::now();
        Self { started: now, lap: now, phases: Vec::new(), route: Route::default() }
    }

    /// Ends the current phase.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.phases.push(Phase { name, elapsed: now - self.lap });
        self.lap = now;
    }

    /// Since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The current state, for [`Self::forget_since`].
    pub fn mark(&self) -> Mark {
        Mark { at: Instant::now(), n_phases: self.phases.len(), route: self.route.clone() }
    }

    /// Discards the phases, the time and the route since `mark`.
    pub fn forget_since(&mut self, mark: Mark) {
        let now = Instant::now();
        self.started += now - mark.at;
        self.lap = now;
        self.phases.truncate(mark.n_phases);
        self.route = mark.route;
    }

    /// Adds a note about the route.
    pub fn note(&mut self, note: impl Into<String>) {
        self.route.notes.push(note.into());
    }

    /// Records the address that was chosen among several; `None` for a server with one address or behind a proxy.
    pub fn connected_to(&mut self, address: Option<IpAddr>) {
        self.route.address = address;
    }

    /// Adds a note that is also the message of the row, if the row has no other.
    pub fn note_in_row(&mut self, note: String) {
        self.route.message.get_or_insert_with(|| note.clone());
        self.note(note);
    }

    pub fn into_phases(self) -> Vec<Phase> {
        self.phases
    }
}

impl From<Stopwatch> for Trace {
    fn from(watch: Stopwatch) -> Self {
        Self { phases: watch.phases, route: watch.route }
    }
}
