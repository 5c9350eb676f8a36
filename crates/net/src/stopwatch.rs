use model::{Phase, Route, Trace};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Notes where the time of a check goes, and by which way it reached its target.
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

    /// Ends the phase that began with the one before it.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.phases.push(Phase { name, elapsed: now - self.lap });
        self.lap = now;
    }

    /// Since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Now, to return to.
    pub fn mark(&self) -> Mark {
        Mark { at: Instant::now(), n_phases: self.phases.len(), route: self.route.clone() }
    }

    /// Goes on as if nothing had been done since then: neither the phases nor the time count.
    pub fn forget_since(&mut self, mark: Mark) {
        let now = Instant::now();
        self.started += now - mark.at;
        self.lap = now;
        self.phases.truncate(mark.n_phases);
        self.route = mark.route;
    }

    /// Takes down something about the way to the target.
    pub fn note(&mut self, note: impl Into<String>) {
        self.route.notes.push(note.into());
    }

    /// Takes down which address of several was connected to; nothing for a server that has one, or is reached through a proxy.
    pub fn connected_to(&mut self, address: Option<IpAddr>) {
        self.route.address = address;
    }

    /// The same for something that the row should say when it has nothing else to say.
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
