//! What is kept: the states of now, what happened, and how it was over the years.
//!
//! [`Store`] is what a database has to be able to do; there is one room for each kind. They keep whole commits, and history as opaque
//! chunks, so that all that history means is in one place ([`history`], [`fold`]) and is the same everywhere. The [`writer`] writes,
//! the [`history_reader`] reads.

pub mod history_reader;
pub mod write_requests;
pub mod writer;
pub mod memory;
#[cfg(feature = "mongodb")]
pub mod mongodb;
mod records;
pub mod redis;
pub mod sqlite;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use history_reader::HistoryReader;
pub use records::{
    Commit, Directive, DirectiveKind, Incident, NodeChange, NodeRecord, Notification, NotificationKey, StoredAlerting,
    StoredFailure, StoredStatus, Transition, Undeliverable,
};
pub use store::{Answer, Expired, Fold, IncidentQuery, LegacyStatus, Store, StoreError, StoreSnapshot, TransitionQuery};
pub use writer::{StoreHealth, StoreOutage, StoreWriter};
