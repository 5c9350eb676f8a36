//! Contains a panic of a channel, so that it only costs the delivery in hand.

use crate::DeliveryError;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use system::tasks::panic_message;

/// The outcome of the work of a channel. A panic is an error after which the delivery is tried again.
pub(super) async fn guarded(work: impl Future<Output = Result<(), DeliveryError>>) -> Result<(), DeliveryError> {
    // A panic may leave the state of the channel incomplete, but each delivery begins anew.
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
        tracing::error!(error = panic_message(&*panic), "A channel panicked.");
        Err(DeliveryError::later("the channel itself failed (a defect in Platus; the log has more)".to_owned()))
    })
}
