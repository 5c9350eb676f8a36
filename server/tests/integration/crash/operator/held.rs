//! What is made and ended by its number: silences and keys.

use super::super::chance::Chance;
use std::collections::BTreeMap;

/// How many are held at the same time. Users have a bounded number.
const MOST: usize = 20;

/// What the server answered about one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Not answered.
    Ordered,
    Acknowledged(u64),
    /// Acknowledged; its end is not.
    Ending(u64),
    Ended,
}

/// All by their texts.
#[derive(Default)]
pub(super) struct Held(BTreeMap<String, Progress>);

impl Held {
    pub(super) fn is_full(&self) -> bool {
        self.acknowledged().count() >= MOST
    }

    fn acknowledged(&self) -> impl Iterator<Item = (&String, u64)> {
        self.0.iter().filter_map(|(text, progress)| match progress {
            Progress::Acknowledged(id) => Some((text, *id)),
            Progress::Ordered | Progress::Ending(_) | Progress::Ended => None,
        })
    }

    /// Text and number of any that meets the condition.
    pub(super) fn any(&self, chance: &mut Chance, is_meant: impl Fn(&str) -> bool) -> Option<(String, u64)> {
        let held: Vec<_> = self.acknowledged().filter(|(text, _)| is_meant(text)).collect();
        let chosen = chance.below(held.len().max(1) as u64) as usize;
        held.get(chosen).map(|(text, id)| ((*text).clone(), *id))
    }

    pub(super) fn order(&mut self, text: &str) {
        self.0.insert(text.to_owned(), Progress::Ordered);
    }

    pub(super) fn acknowledge(&mut self, text: String, id: u64) {
        self.0.insert(text, Progress::Acknowledged(id));
    }

    pub(super) fn end(&mut self, text: &str, id: u64) {
        self.0.insert(text.to_owned(), Progress::Ending(id));
    }

    pub(super) fn has_ended(&mut self, text: String) {
        self.0.insert(text, Progress::Ended);
    }

    /// Compares with the texts and numbers that are stored. From then on that is what must be there.
    pub(super) fn verify(&mut self, stored: &[(&str, u64)]) {
        let by_text: BTreeMap<&str, u64> = stored.iter().copied().collect();
        assert_eq!(by_text.len(), stored.len(), "no order is stored twice: {stored:?}");
        let mut kept = BTreeMap::new();
        for (text, progress) in std::mem::take(&mut self.0) {
            let stored = by_text.get(text.as_str()).copied();
            match progress {
                Progress::Acknowledged(id) => assert_eq!(stored, Some(id), "{text} was acknowledged and is not stored"),
                Progress::Ended => assert_eq!(stored, None, "{text} was ended and is back"),
                Progress::Ordered | Progress::Ending(_) => {}
            }
            kept.extend(stored.map(|id| (text, Progress::Acknowledged(id))));
        }
        for text in by_text.keys() {
            assert!(kept.contains_key(*text), "{text} was never ordered");
        }
        self.0 = kept;
    }
}
