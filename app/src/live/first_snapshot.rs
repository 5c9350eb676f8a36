use super::liveness::IS_UPDATED;
use super::shared::Shared;
use crate::model::BoardSnapshot;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The snapshot that a document has, or a new page fetches. Clones share it.
///
/// In the browser the board takes it, and nothing is left here: there may be thousands of rows, and later changes are in the board. On the
/// server it stays until it is written into the document.
#[derive(Clone)]
pub struct FirstSnapshot(Shared<Option<BoardSnapshot>>);

impl FirstSnapshot {
    /// The snapshot, unless a board in the browser has taken it.
    pub(super) fn take(&self) -> Option<BoardSnapshot> {
        self.0.with(|snapshot| if IS_UPDATED { snapshot.take() } else { snapshot.clone() })
    }
}

impl From<BoardSnapshot> for FirstSnapshot {
    fn from(snapshot: BoardSnapshot) -> Self {
        Self(Shared::new(Some(snapshot)))
    }
}

impl Serialize for FirstSnapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.with(|snapshot| snapshot.serialize(serializer))
    }
}

impl<'de> Deserialize<'de> for FirstSnapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BoardSnapshot::deserialize(deserializer).map(Self::from)
    }
}
