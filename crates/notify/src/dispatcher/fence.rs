//! Keeps a defect of one channel from costing more than its own deliveries.

use crate::DeliveryError;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use system::tasks::panic_message;

/// The outcome of what a channel does; a panic is a failure after which the delivery is tried again.
pub(super) async fn fenced(work: impl Future<Output = Result<(), DeliveryError>>) -> Result<(), DeliveryError> {
    // What a panic may leave half done is the channel's own, and it begins each delivery anew.
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
        tracing::error!(error = panic_message(&*panic), "A channel panicked.");
        Err(DeliveryError::later("the channel itself failed (a defect in Platus; the log has more)".to_owned()))
    })
}
