use super::record::Record;
use crate::import::http;
use crate::import::value::{Map, without_references};

/// A monitor with what its check needs besides its own row.
pub(super) struct Details<'a> {
    pub record: &'a Record,
    pub name: &'a str,
    /// The names of the groups around it.
    pub group: Option<String>,
    /// The proxy of its requests.
    pub proxy: Option<&'a Record>,
    /// Seconds between two checks.
    pub interval: f64,
}

impl Details<'_> {
    /// The keys that every service shows.
    pub(super) fn display(&self) -> Map {
        let group = self.group.as_deref().map(without_references);
        http::display(&without_references(self.name), group.as_deref())
    }
}
