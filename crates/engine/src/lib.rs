//! The engine: when a check runs, what its result means, and which notifications follow.
//!
//! The flow goes one way: [`schedule`] says when a check is due; [`scheduler`] runs the checks behind the [`fence`] and sends each result
//! to the [`recorder`]; the recorder lets [`service_nodes`] and, below it, [`machine`] decide, has the [`ledger`] build a commit and the
//! store save it, and then publishes the rows ([`events`]) and queues the notifications. Only `machine` decides states, and the
//! [`audience`] which channels are notified. [`holding`] suppresses notifications. At the start [`restore`] continues from the store.

pub mod activity;
pub mod audience;
pub mod confirmations;
pub mod connectivity;
pub mod due_times;
pub mod events;
pub mod fence;
pub mod holding;
pub mod hours;
pub mod ledger;
pub mod machine;
pub mod open_incidents;
pub mod recorder;
pub mod restore;
pub mod routing;
mod safe_result;
pub mod schedule;
pub mod scheduler;
mod service;
pub mod service_nodes;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use confirmations::SoftFailures;
pub use hours::Weekly;
pub use routing::{Pattern, Route};
pub use service::Service;
