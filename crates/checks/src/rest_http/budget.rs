//! Limits the CPU time of the patterns of one check. The time of look-around and back-references can grow with any power of the
//! body's length, and the target chooses the body.

use fancy_regex::{Input, Regex};
use rustix::time::{ClockId, clock_gettime};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// CPU time of one check. It does not depend on the load of the machine, unlike wall-clock time.
const LIMIT: Duration = Duration::from_millis(100);

/// Accesses to the body between two readings of the clock. Reading it takes about 200 ns; an access costs at most one pass over
/// the body.
const ACCESSES_BETWEEN: u32 = 16;

/// The remaining CPU time of one check. It counts the time of the thread that uses it.
pub(super) struct Budget {
    left: Cell<Duration>,
    given_up: RefCell<Option<String>>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { left: Cell::new(LIMIT), given_up: RefCell::default() }
    }

    /// Whether the expression matches in `body`; `None` if the limit of time or steps is reached first.
    pub(super) fn is_match(&self, regex: &Regex, body: &str) -> Option<bool> {
        let started = cpu_time();
        let body = BoundedBody { body, until: started.saturating_add(self.left.get()), accesses: Cell::new(0) };
        // The engine has no time limit. Unwinding is safe, since each search resets its state.
        let found = catch_unwind(AssertUnwindSafe(|| regex.is_match(&body).ok()));
        self.left.set(self.left.get().saturating_sub(cpu_time().saturating_sub(started)));
        match found {
            Ok(found) => found,
            Err(panic) if panic.is::<TimeIsUp>() => None,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Records why a comparison was not decided.
    pub(super) fn give_up(&self, reason: String) {
        self.given_up.replace(Some(reason));
    }

    /// The recorded reason, if any; clears it.
    pub(super) fn take_reason(&self) -> Option<String> {
        self.given_up.take()
    }
}

/// The CPU time of this thread.
pub(super) fn cpu_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

/// The panic payload that ends a search.
struct TimeIsUp;

/// A body that ends the search when the time is up. The engine cannot be stopped, but it reads the body at every step.
struct BoundedBody<'a> {
    body: &'a str,
    /// CPU time of this thread.
    until: Duration,
    accesses: Cell<u32>,
}

impl BoundedBody<'_> {
    fn accessed(&self) -> &str {
        let accesses = self.accesses.get().wrapping_add(1);
        self.accesses.set(accesses);
        if accesses.is_multiple_of(ACCESSES_BETWEEN) && cpu_time() >= self.until {
            // Skips the panic hook, since this is not a defect and must not be logged.
            resume_unwind(Box::new(TimeIsUp));
        }
        self.body
    }
}

impl Input for BoundedBody<'_> {
    type Match<'t>
        = ()
    where
        Self: 't;

    fn len(&self) -> usize {
        self.accessed().len()
    }

    fn as_bytes(&self) -> &[u8] {
        self.accessed().as_bytes()
    }

    fn is_char_boundary(&self, at: usize) -> bool {
        self.accessed().is_char_boundary(at)
    }

    fn is_ascii(&self) -> bool {
        self.accessed().is_ascii()
    }

    fn prev_codepoint_ix(&self, at: usize) -> usize {
        Input::prev_codepoint_ix(self.accessed(), at)
    }

    fn make_match(&self, _start: usize, _end: usize) {}

    fn advance_position(&self, at: usize) -> usize {
        Input::advance_position(self.accessed(), at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At this length the first would take a tenth of a minute, the second a week. Neither steps back on its way.
    #[test]
    fn a_search_ends_whatever_power_of_the_body_it_would_take() {
        let body = format!("{}y", "a".repeat(100_000));
        for pattern in ["(?:(?=.*y).)*z", "(?:(?=(?:(?=.*y).)*y).)*z", r"(?=(.*)y)\1\1\1z", "(?<!b.*)z", "(?:a(?!z))+(?<=b)"] {
            let budget = Budget::new();
            let found = budget.is_match(&Regex::new(pattern).unwrap(), &body);
            assert_ne!(found, Some(true), "{pattern}");
        }
        let cubic = Regex::new("(?:(?=(?:(?=.*y).)*y).)*z").unwrap();
        assert_eq!(Budget::new().is_match(&cubic, &body), None);
        // The expression can be used again.
        assert_eq!(Budget::new().is_match(&cubic, "aaayz"), Some(true));
        assert_eq!(Budget::new().is_match(&cubic, "aaay"), Some(false));
    }

    #[test]
    fn all_searches_of_a_check_share_its_time() {
        let body = format!("{}y", "a".repeat(100_000));
        let cubic = Regex::new("(?:(?=(?:(?=.*y).)*y).)*z").unwrap();
        let budget = Budget::new();
        assert_eq!(budget.is_match(&cubic, &body), None);
        assert_eq!(budget.left.get(), Duration::ZERO);
        assert_eq!(budget.is_match(&cubic, &body), None);
    }
}
