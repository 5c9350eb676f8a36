//! What is kept: the states of now, what happened, and how it was over the years.
//!
//! [`Store`] is what a database has to be able to do; there is one room for each kind. They keep whole commits, and history as opaque
//! chunks, so that all that history means is in one place ([`history`], [`fold`]) and is the same everywhere. The [`keeper`] writes,
//! the [`archive`] reads.

pub mod archive;
pub mod books;
pub mod keeper;
pub mod memory;
#[cfg(feature = "mongodb")]
pub mod mongodb;
mod records;
pub mod redis;
pub mod sqlite;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use archive::Archive;
pub use keeper::{Keeper, StoreHealth, StoreTrouble};
pub use records::{
    Commit, Directive, DirectiveKind, GivenUp, Incident, Message, MessageKey, MessageKind, NodeChange, NodeRecord, StoredAlerting,
    StoredStatus, StoredTrouble, Transition,
};
pub use store::{Answer, Expired, Fold, IncidentQuery, Loaded, OriginalStatus, Store, StoreError, TransitionQuery};
