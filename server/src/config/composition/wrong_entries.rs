//! Entries of `for_each` that make no service.

use yaml::{LocatedError, Location};

/// What is wrong with entries: each error once, with the number of entries.
#[derive(Default)]
pub(super) struct WrongEntries(Vec<WrongEntry>);

struct WrongEntry {
    error: LocatedError,
    /// Of the first entry.
    place: Location,
    count: usize,
}

impl WrongEntries {
    /// Adds the error of the entry at this place.
    pub(super) fn add(&mut self, mut error: LocatedError, place: &Location) {
        error.take_entry();
        // Entries mostly have the same error, or few different ones; all others have a place of their own.
        match self.0.iter_mut().rev().take(8).find(|known| known.error == error) {
            Some(known) => known.count += 1,
            None => self.0.push(WrongEntry { error, place: place.clone(), count: 1 }),
        }
    }

    /// In the order of the first entries.
    pub(super) fn into_errors(self) -> impl Iterator<Item = LocatedError> {
        self.0.into_iter().map(|WrongEntry { error, place, count }| match count {
            1 => error.of_entry(&place),
            count => error.with_consequence(&format!("so it is for {count} entries, the first at {place}")),
        })
    }
}
