//! A list that is or was in use.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A list in use, and the ids of the services that it makes. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodList {
    text: Arc<str>,
    ids: Arc<BTreeSet<String>>,
}

/// The same in a file.
#[derive(Deserialize, Serialize)]
pub(super) struct Stored {
    list: String,
    ids: BTreeSet<String>,
}

impl GoodList {
    pub(in crate::config) fn new(text: Arc<str>, ids: BTreeSet<String>) -> Self {
        Self { text, ids: Arc::new(ids) }
    }

    /// The list as its source wrote it.
    pub(in crate::config) fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The ids of its services.
    pub(in crate::config) fn ids(&self) -> &BTreeSet<String> {
        &self.ids
    }
}

impl From<&GoodList> for Stored {
    fn from(GoodList { text, ids }: &GoodList) -> Self {
        Self { list: text.to_string(), ids: BTreeSet::clone(ids) }
    }
}

impl From<Stored> for GoodList {
    fn from(Stored { list, ids }: Stored) -> Self {
        Self::new(list.into(), ids)
    }
}
