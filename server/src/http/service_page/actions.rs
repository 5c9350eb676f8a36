//! A check that a user requests.

use super::view::settings;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use model::CheckRefusal;
use std::time::Duration;

/// Requested checks that run at a time. They come before the checks that are due, which must not have to wait for long.
pub const REQUESTED_CHECKS: usize = 40;

/// The time for a check besides its timeout: until it has a place, and until its result is stored.
const MARGIN: Duration = Duration::from_secs(5);

/// The longest wait. The server ends a request without an answer after thirty seconds.
const LONGEST: Duration = Duration::from_secs(25);

/// Checks the service at this place. Returns whether the result is published; if that takes long, the check continues.
pub async fn check(context: &Context, caller: &Principal, place: usize) -> Result<bool, ApiError> {
    let settings = settings(context, place)?;
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    // The scheduler learns of a pause a moment later.
    if context.silences.pause(&settings.id, context.clock.now()).is_some() {
        return Err(CheckRefusal::Paused.into());
    }
    let _share = context.requested_checks.take(caller, None).map_err(ApiError::TooManyChecks)?;
    let timeout = Duration::try_from_secs_f64(settings.timeout).unwrap_or(LONGEST);
    let patience = timeout.saturating_add(MARGIN).min(LONGEST);
    tracing::info!(service.id = %settings.id, by = caller.name, "A check was requested.");
    let checked = context.check_requests.check(settings.id.clone(), patience).await?;
    Ok(checked.is_ok())
}
