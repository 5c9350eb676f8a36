//! The stores: current states, incidents, the outbox, and history over years.
//!
//! [`Store`] is the trait of a database, with one module for each kind. A store keeps whole commits, and history as opaque chunks, so
//! that their meaning is in one place, the crate [`history`], and the same for all stores. The [`writer`] writes, the
//! [`history_reader`] reads.

mod api_key;
mod deliveries;
mod delivery_record;
mod silence;
pub mod history_reader;
pub mod memory;
#[cfg(feature = "mongodb")]
pub mod mongodb;
mod note;
mod records;
pub mod redis;
mod renames;
pub mod sqlite;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod write_requests;
pub mod writer;

pub use api_key::StoredKey;
pub use deliveries::{IncidentDelivery, MOST_DELIVERIES};
pub use delivery_record::DeliveryRecord;
pub use history_reader::HistoryReader;
pub use note::Note;
pub use records::{
    Commit, Incident, NodeChange, NodeRecord, Notification, NotificationKey, StoredAlerting, StoredFailure, StoredStatus,
    Transition, Undeliverable,
};
pub use renames::{FormerIds, LeftHistory, Renames};
pub use silence::{Silence, SilenceKind};
pub use store::{Answer, Expired, Fold, IncidentQuery, LegacyStatus, Store, StoreError, StoreSnapshot, TransitionQuery};
pub use writer::{StoreHealth, StoreOutage, StoreWriter};
