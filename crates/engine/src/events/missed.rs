use super::published::PublishedEvent;
use std::collections::VecDeque;
use std::sync::Arc;

/// Events that are taken at once.
const FEW: usize = 32;

/// The events that a reader missed while it was away. They are taken a few at a time: a reader that does not read on costs no more than
/// these, and the other events are not kept for its sake.
#[derive(Debug)]
pub struct Missed {
    /// The sequence of the last event that was taken.
    taken: u64,
    /// That of the last event before what is live.
    last: u64,
    few: VecDeque<Arc<PublishedEvent>>,
}

/// Some of the missed events are no longer kept, since the reader was too slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

impl Missed {
    /// The events after `seen`, up to `last`.
    pub(super) fn new(seen: u64, last: u64) -> Self {
        Self { taken: seen, last, few: VecDeque::new() }
    }

    /// The next event, or `None` after the last one. `read(after, last, most)` reads the events after a sequence up to another, at most so
    /// many, and returns `None` if some of them are no longer kept.
    pub(super) fn next(
        &mut self,
        read: impl FnOnce(u64, u64, usize) -> Option<VecDeque<Arc<PublishedEvent>>>,
    ) -> Option<Result<Arc<PublishedEvent>, Lost>> {
        if self.few.is_empty() && self.taken < self.last {
            let Some(few) = read(self.taken, self.last, FEW) else { return Some(Err(Lost)) };
            self.taken = few.back().map_or(self.last, |event| event.sequence);
            self.few = few;
        }
        self.few.pop_front().map(Ok)
    }
}
