//! Which of several lists makes the service of an id that all of them have.

use std::collections::{BTreeSet, HashMap};

/// The entry that makes the service of each id: the one that makes it already, else the first one.
#[derive(Default)]
pub(super) struct Claims(HashMap<String, Claim>);

struct Claim {
    entry: String,
    /// Whether the entry makes it already.
    is_held: bool,
}

impl Claims {
    /// An entry wants to make services with these ids. `held` are the ids of those that it makes already.
    pub(super) fn add<'a>(&mut self, entry: &str, ids: impl Iterator<Item = &'a String>, held: Option<&BTreeSet<String>>) {
        for id in ids {
            let is_held = held.is_some_and(|held| held.contains(id));
            match self.0.get_mut(id) {
                None => drop(self.0.insert(id.clone(), Claim { entry: entry.to_owned(), is_held })),
                Some(claim) if is_held && !claim.is_held => *claim = Claim { entry: entry.to_owned(), is_held },
                Some(_) => {}
            }
        }
    }

    /// The entry that makes this service, if it is another one.
    pub(super) fn other(&self, id: &str, entry: &str) -> Option<&str> {
        self.0.get(id).map(|claim| claim.entry.as_str()).filter(|claiming| *claiming != entry)
    }
}
