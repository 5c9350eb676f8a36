//! The lists that are known: the last good one of each entry, and the latest answers of servers.

use super::entry::{HttpList, ListSource};
use super::{Discovered, GoodList, copies};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use system::files::read_ordinary_text;

/// A list, or why there is none.
type Answer = Result<Arc<str>, String>;

/// The lists that are known. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct KnownLists {
    /// The list of each entry that was used last, by the id of the entry as it is written. The source may be another one now.
    good: BTreeMap<String, GoodList>,
    /// The latest answer to each request, or why there is none. Entries with the same request share it.
    answers: Vec<(Arc<HttpList>, Answer)>,
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
    pub fn answered(&mut self, list: &Arc<HttpList>, answer: Result<String, String>) -> bool {
        let answer = answer.map(Arc::<str>::from);
        match self.answers.iter_mut().find(|(asked, _)| asked == list) {
            Some((_, before)) => {
                let is_news = answer != *before;
                *before = answer;
                is_news
            }
            None => {
                self.answers.push((Arc::clone(list), answer));
                true
            }
        }
    }

    /// Remembers the lists that are used now, and forgets those of entries that are gone. Returns whether a list is another one.
    pub fn accept(&mut self, discovered: &[Discovered]) -> bool {
        // One that cannot be used now, because the entry has an error or another service has taken an id, may be used later.
        let of = |each: &Discovered| Some((each.entry.clone(), each.used.as_ref().or_else(|| self.good.get(&each.entry))?.clone()));
        let good: BTreeMap<_, _> = discovered.iter().filter_map(of).collect();
        self.answers.retain(|(list, _)| discovered.iter().any(|each| each.http.as_ref() == Some(list)));
        let is_news = self.good != good;
        self.good = good;
        is_news
    }

    /// Keeps the last good lists beside this `config.yaml`, for the next start. Waits for the disk.
    pub fn save(&self, config: &Path) -> io::Result<()> {
        copies::write(config, &self.good)
    }

    /// The latest list of a source, or why there is none; `None` if its server was not asked yet. Waits for the disk.
    pub(in crate::config) fn latest(&self, source: &ListSource) -> Option<Answer> {
        match source {
            ListSource::File(path) => {
                let read = read_ordinary_text(path, u64::try_from(Self::LARGEST).unwrap_or(u64::MAX)).map(Arc::from);
                Some(read.map_err(|error| format!("the file {} cannot be read: {error}", path.display())))
            }
            ListSource::Http(list) => self.answers.iter().find(|(asked, _)| asked == list).map(|(_, answer)| answer.clone()),
        }
    }

    /// Whether the server of a source was not asked yet.
    pub(in crate::config) fn is_awaited(&self, source: &ListSource) -> bool {
        matches!(source, ListSource::Http(list) if !self.answers.iter().any(|(asked, _)| asked == list))
    }

    /// The last good list of the entry with this id.
    pub(in crate::config) fn good(&self, entry: &str) -> Option<&GoodList> {
        self.good.get(entry)
    }
}
