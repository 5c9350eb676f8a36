//! `discover` of a service: one service for each target of a list that another program writes, in the form of Prometheus' `file_sd` and
//! `http_sd`.
//!
//! What the list says is text of others: it is bounded, it is never expanded again, and a list that cannot be used leaves the last good one
//! in use, as `docs/decisions/0020-discovery.md` says.

mod copies;
mod entry;
mod known_lists;
mod places;
mod refused;
mod targets;

pub use entry::HttpList;
pub(super) use entry::{Discover, ListSource};
pub use known_lists::KnownLists;
pub(super) use refused::refused_placeholders;
pub(super) use targets::{Target, Targets};

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
    /// What the list is known by.
    pub(super) list: String,
    /// The URL that has to be asked; absent for a file.
    pub http: Option<Arc<HttpList>>,
    /// The file that has to be watched; absent for a URL.
    pub file: Option<String>,
    /// How many services it makes.
    pub services: usize,
    /// The list in use.
    pub(super) used: Option<Arc<str>>,
    /// Why the latest list is not used. One sentence with its consequence.
    pub failure: Option<String>,
    /// Whether its URL was not asked yet.
    pub is_awaited: bool,
}
