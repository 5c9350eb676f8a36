//! `discover` of a service: one service for each target of a list that another program writes, in the form of Prometheus' `file_sd` and
//! `http_sd`.
//!
//! What the list says is text of others: it is bounded, it is never expanded again, and a list that cannot be used leaves the last good one
//! in use, as `docs/decisions/0020-discovery.md` says.

mod copies;
mod entry;
mod good_list;
mod id_pattern;
mod known_lists;
mod places;
mod refused;
mod targets;

pub use entry::HttpList;
pub(super) use entry::{Discover, ListSource};
pub(super) use good_list::GoodList;
pub use id_pattern::IdPattern;
pub use known_lists::KnownLists;
pub(super) use refused::refused;
pub(super) use targets::{Target, Targets};

use std::path::PathBuf;
use std::sync::Arc;
use yaml::Location;

/// The key with which a service is made of each target of a list.
pub(super) const DISCOVER: &str = "discover";

/// An entry with `discover`, and what became of its list.
#[derive(Clone, Debug)]
pub struct Discovered {
    /// Its id as it is written.
    pub entry: String,
    /// Where its `discover` stands.
    pub place: Location,
    /// The path of the file, or the URL without secrets.
    pub source: String,
    /// The URL that has to be asked; absent for a file.
    pub http: Option<Arc<HttpList>>,
    /// The file that has to be watched; absent for a URL.
    pub file: Option<PathBuf>,
    /// How many services it makes.
    pub services: usize,
    /// The list in use, with the ids of its services.
    pub(super) used: Option<GoodList>,
    /// Why the latest list is not used, or not as a whole. One sentence with its consequence.
    pub failure: Option<String>,
    /// Whether its URL was not asked yet.
    pub is_awaited: bool,
}
