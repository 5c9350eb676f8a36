//! The engine: when a check runs, what its result means, and which notifications follow.
//!
//! The flow goes one way: [`schedule`] says when a check is due; [`scheduler`] runs the checks with the [`runner`] and sends each result
//! to the [`recorder`]; the recorder lets [`service_nodes`] and, below it, [`machine`] decide, has the [`commit_builder`] build a commit
//! and the store save it, and then publishes each [`row`] ([`events`]) and queues the notifications. Only `machine` decides states, and
//! the [`alert_sink`] which channels are notified. [`suppression`] says why a notification is not sent. At the start [`restore`]
//! continues from the store.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests start tasks, connections and threads directly"))]

pub mod activity;
pub mod alert_sink;
pub mod check_details;
pub mod check_requests;
pub mod check_result;
pub mod commit_builder;
pub mod confirmations;
pub mod connectivity;
pub mod due_times;
pub mod events;
pub mod hours;
pub mod machine;
pub mod open_incidents;
pub mod pauses;
pub mod recorder;
pub mod restore;
pub mod routing;
pub mod row;
pub mod runner;
mod safe_result;
pub mod schedule;
pub mod scheduler;
mod service;
pub mod service_nodes;
mod services;
pub mod suppression;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use confirmations::SoftFailures;
pub use hours::Hours;
pub use routing::{Pattern, Route};
pub use service::Service;
pub use services::{ServiceChanges, Services};
