//! How much services may become.

/// Most services of `for_each`.
const MOST_SERVICES: usize = 100_000;

/// Memory of all copies, in bytes, besides that of each service.
const MEMORY: usize = 128 * 1024 * 1024;

/// Memory of the copies for one service. Ordinary ones need a tenth of it.
const MEMORY_OF_SERVICE: usize = 16 * 1024;

/// The same for those of one list, besides that of each service. Small, since every list has it.
const MEMORY_OF_LIST: usize = 4 * 1024 * 1024;

/// What the services have become so far.
#[derive(Clone)]
pub(super) struct Budget {
    /// Memory besides that of each service.
    base: usize,
    services: usize,
    repeated: usize,
    memory: usize,
    /// What is too much.
    exceeded: Option<String>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { base: MEMORY, services: 0, repeated: 0, memory: 0, exceeded: None }
    }
}

impl Budget {
    /// Of one list: no list takes anything from another, or from services of the configuration.
    pub(super) fn of_list() -> Self {
        Self { base: MEMORY_OF_LIST, ..Self::default() }
    }

    /// Counts a service.
    pub(super) fn count(&mut self) {
        self.services += 1;
    }

    /// Counts a service of `for_each`, or of a list.
    pub(super) fn count_repeated(&mut self) {
        self.count();
        self.repeated += 1;
        if self.repeated > MOST_SERVICES {
            self.exceeded = Some(format!("`for_each` makes more than {MOST_SERVICES} services; shorten the lists"));
        }
    }

    /// Counts copied bytes. Returns whether they may be copied.
    pub(super) fn copy(&mut self, bytes: usize) -> bool {
        self.memory = self.memory.saturating_add(bytes);
        let limit = self.base + self.services.saturating_mul(MEMORY_OF_SERVICE);
        if self.memory > limit && self.exceeded.is_none() {
            let limit = limit / (1024 * 1024);
            self.exceeded =
                Some(format!("the services take more than {limit} MiB with their templates and defaults; make these smaller"));
        }
        self.exceeded.is_none()
    }

    /// What is too much, and the remedy. Nothing may be copied then.
    pub(super) fn exceeded(&self) -> Option<&str> {
        self.exceeded.as_deref()
    }
}
