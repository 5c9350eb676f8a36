use model::{Phase, Route, Trace};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Measures the phases of a check, and records the route to its target.
#[derive(Clone)]
pub struct Stopwatch {
    started: Instant,
    lap: Instant,
    phases: Vec<Phase>,
    /// The name of the current phase, if it is known before its end.
    current: Option<&'static str>,
    route: Route,
}

/// A moment of a check.
pub(crate) struct Mark {
    at: Instant,
    n_phases: usize,
    route: Route,
}

impl Stopwatch {
    pub fn start() -> Self {
        let now = Instant::now();
        Self { started: now, lap: now, phases: Vec::new(), current: None, route: Route::default() }
    }

    /// Names the current phase, which counts since the end of the one before. If the check ends before [`Self::lap`], it is unfinished.
    pub fn begin(&mut self, name: &'static str) {
        self.current = Some(name);
    }

    /// Ends the current phase.
    pub fn lap(&mut self, name: &'static str) {
        let now = Instant::now();
        self.phases.push(Phase { name, elapsed: now - self.lap });
        self.lap = now;
        self.current = None;
    }

    /// Since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The current state, for [`Self::forget_since`].
    pub(crate) fn mark(&self) -> Mark {
        Mark { at: Instant::now(), n_phases: self.phases.len(), route: self.route.clone() }
    }

    /// Discards the phases, the time and the route since `mark`.
    pub(crate) fn forget_since(&mut self, mark: Mark) {
        let now = Instant::now();
        self.started += now - mark.at;
        self.lap = now;
        self.phases.truncate(mark.n_phases);
        self.current = None;
        self.route = mark.route;
    }

    /// Adds a note about the route.
    pub fn note(&mut self, note: impl Into<String>) {
        self.route.notes.push(note.into());
    }

    /// Records the address that was chosen among several; `None` for a server with one address or behind a proxy.
    pub(crate) fn connected_to(&mut self, address: Option<IpAddr>) {
        self.route.address = address;
    }

    /// Adds a note that is also the message of the row, if the row has no other.
    pub(crate) fn note_in_row(&mut self, note: String) {
        self.route.message.get_or_insert_with(|| note.clone());
        self.note(note);
    }

    pub fn into_phases(self) -> Vec<Phase> {
        self.phases
    }
}

impl From<Stopwatch> for Trace {
    fn from(watch: Stopwatch) -> Self {
        let unfinished = watch.current.map(|name| Phase { name, elapsed: watch.lap.elapsed() });
        Self { phases: watch.phases, unfinished, route: watch.route }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(watch: &Stopwatch) -> (Vec<&'static str>, Option<&'static str>) {
        let Trace { phases, unfinished, .. } = watch.clone().into();
        (phases.iter().map(|phase| phase.name).collect(), unfinished.map(|phase| phase.name))
    }

    #[tokio::test]
    async fn a_phase_that_has_not_ended_is_unfinished() {
        let mut watch = Stopwatch::start();
        assert_eq!(names(&watch), (vec![], None));
        watch.begin("connect");
        assert_eq!(names(&watch), (vec![], Some("connect")));
        watch.lap("connect");
        assert_eq!(names(&watch), (vec!["connect"], None));
        let mark = watch.mark();
        watch.begin("tls");
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(Trace::from(watch.clone()).unfinished.unwrap().elapsed >= Duration::from_millis(2));
        watch.forget_since(mark);
        assert_eq!(names(&watch), (vec!["connect"], None));
    }
}
