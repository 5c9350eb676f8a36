//! What is kept: the states of now, what happened, and how it was over the years.
//!
//! [`Store`] is what a database has to be able to do; there is one room for each kind. They keep whole commits, and history as opaque
//! chunks, so that all that history means is in one place ([`history`], [`fold`]) and is the same everywhere. The [`keeper`] writes,
//! the [`archive`] reads.

pub mod model;
pub mod books;
pub mod store;
pub mod history;
mod chunk;
mod tail;
pub mod fold;
pub mod retention;
pub mod archive;
pub mod keeper;
pub mod memory;
pub mod sqlite;
pub mod redis;
#[cfg(feature = "mongodb")]
pub mod mongodb;
#[cfg(test)]
pub(crate) mod testing;

pub use archive::Archive;
pub use keeper::{Keeper, StoreHealth, StoreTrouble};
pub use model::{
    Commit, Directive, DirectiveKind, GivenUp, Incident, Message, MessageKey, MessageKind, NodeChange, NodeId, NodeRecord,
    StoredAlerting, StoredEnd, StoredHeartbeat, StoredStatus, StoredTrouble, Transition,
};
pub use retention::Retention;
pub use store::{Answer, Expired, Fold, IncidentQuery, Loaded, OriginalStatus, Store, StoreError, StoredChunk, TransitionQuery};
