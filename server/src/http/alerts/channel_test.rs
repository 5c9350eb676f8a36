//! A test notification to one channel.

use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use crate::http::history::seconds;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use axum::{Extension, extract};
use model::ChannelTestView;
use serde::Serialize;
use std::sync::Arc;

/// `POST /channels/NAME/test`: sends one test notification and answers with the result. A failed delivery is a result, too.
pub async fn test_channel(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    let test = send_test(&context, &caller, &name).await?;
    Ok(json(&Answer { result: TestAnswer::from(&test) }))
}

/// Sends one test notification to the channel with this name.
pub async fn send_test(context: &Context, caller: &Principal, name: &str) -> Result<ChannelTestView, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let at = context.clock.now();
    let result = context.channels.test_notifications.send(name, &caller.name).await?;
    let elapsed = u64::try_from(result.elapsed.as_micros()).unwrap_or(u64::MAX);
    Ok(ChannelTestView { channel: name.to_owned(), at, elapsed, failure: result.outcome.err().map(|error| error.message) })
}

#[derive(Serialize)]
struct TestAnswer<'a> {
    channel: &'a str,
    at: String,
    /// Seconds.
    elapsed: f64,
    delivered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl<'a> From<&'a ChannelTestView> for TestAnswer<'a> {
    fn from(test: &'a ChannelTestView) -> Self {
        let ChannelTestView { channel, at, elapsed, failure } = test;
        let elapsed = seconds::of_microseconds(*elapsed);
        Self { channel, at: at.to_rfc3339(), elapsed, delivered: failure.is_none(), error: failure.as_deref() }
    }
}
