//! The lists that are known: the last good one of each source, and the latest answers of servers.

use super::entry::{HttpList, ListSource};
use super::{Discovered, copies};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use system::files::read_ordinary_text;

/// The lists that are known, by what they are known by. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct KnownLists {
    /// The last list of each source that was used.
    good: BTreeMap<String, Arc<str>>,
    /// The latest answer of each server, or why there is none.
    answers: BTreeMap<String, Result<Arc<str>, String>>,
}

impl KnownLists {
    /// Bytes of a list at most.
    pub const LARGEST: usize = 4 << 20;

    /// The last good lists of an earlier start, kept beside this `config.yaml`. The error says why they cannot be read. Waits for the disk.
    pub fn load(config: &Path) -> (Self, Option<String>) {
        match copies::read(config) {
            Ok(good) => (Self { good, ..Self::default() }, None),
            Err(problem) => (Self::default(), Some(problem)),
        }
    }

    /// Takes the answer of a server, or why there is none. Returns whether that is news.
    pub fn answered(&mut self, list: &HttpList, answer: Result<String, String>) -> bool {
        let id = list.id();
        let answer = answer.map(Arc::<str>::from);
        let is_news = match (&answer, self.answers.get(&id)) {
            (Ok(text), None) => self.good.get(&id) != Some(text),
            (Ok(text), Some(before)) => before.as_ref() != Ok(text),
            (Err(_), before) => before.is_none_or(Result::is_ok),
        };
        self.answers.insert(id, answer);
        is_news
    }

    /// Remembers the lists that are used now, and forgets those of sources that are gone. Returns whether a list is another one.
    pub fn accept(&mut self, discovered: &[Discovered]) -> bool {
        // One that cannot be used now, because another service has taken an id, may be used later.
        let of = |each: &Discovered| Some((each.list.clone(), each.used.as_ref().or_else(|| self.good.get(&each.list))?.clone()));
        let good: BTreeMap<_, _> = discovered.iter().filter_map(of).collect();
        self.answers.retain(|id, _| discovered.iter().any(|each| each.list == *id));
        let is_news = self.good != good;
        self.good = good;
        is_news
    }

    /// Keeps the last good lists beside this `config.yaml`, for the next start. Waits for the disk.
    pub fn save(&self, config: &Path) -> io::Result<()> {
        copies::write(config, &self.good)
    }

    /// The latest list of a source, or why there is none; `None` if its server was not asked yet. Waits for the disk.
    pub(in crate::config) fn latest(&self, source: &ListSource) -> Option<Result<Arc<str>, String>> {
        match source {
            ListSource::File(path) => {
                let read = read_ordinary_text(path, u64::try_from(Self::LARGEST).unwrap_or(u64::MAX)).map(Arc::from);
                Some(read.map_err(|error| format!("the file {} cannot be read: {error}", path.display())))
            }
            ListSource::Http(list) => self.answers.get(&list.id()).cloned(),
        }
    }

    /// The last good list of a source.
    pub(in crate::config) fn good(&self, source: &ListSource) -> Option<Arc<str>> {
        self.good.get(&source.id()).cloned()
    }
}
