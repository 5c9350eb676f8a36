//! How a refusal looks: JSON below `/api`, a short page elsewhere.

use super::alerts::{BadBody, OrderError};
use super::history::BadParameter;
use super::origin::Foreign;
use super::user_shares::Exhausted;
use crate::auth::Refusal;
use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response as HttpResponse, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use engine::holding::TooMany;
use serde::Serialize;
use std::any::Any;
use std::time::Duration;
use system::foreign_text;

/// Why a call of the API was not answered. Each variant's text and status are part of the interface.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400. Says which parameter, and what is expected of it.
    #[error(transparent)]
    BadParameter(#[from] BadParameter),
    /// 400. Says what is wrong with the body.
    #[error(transparent)]
    BadBody(#[from] BadBody),
    /// 400.
    #[error("The target of the request is no path; ask for one such as /api/v1.0/status")]
    NoPath,
    /// 401. The words are those of the original, which scripts know.
    #[error("Unauthorized access")]
    Unauthorized,
    /// 403.
    #[error("This needs the role admin")]
    Forbidden,
    /// 403.
    #[error("This needs the role operator or admin")]
    NotOperator,
    /// 403. The order is also about services that the caller may not see.
    #[error("This also covers services that you may not see; a user who sees all of them can withdraw it")]
    CoversOthers,
    /// 403, for a command that another site tried to send in the viewer's name.
    #[error(transparent)]
    ForeignOrigin(Foreign),
    /// 404.
    #[error("There is nothing at this address")]
    NotFound,
    /// 405.
    #[error("This address does not take this method")]
    MethodNotAllowed,
    /// 429.
    #[error("Too many wrong passwords; try again later")]
    TooManyAttempts { retry_after: Duration },
    /// 429. Whose share is exhausted is part of the text.
    #[error("Too many event streams {0} are open; close some, or try again later")]
    TooManyStreams(Exhausted),
    /// 429.
    #[error("Rejected: {0}")]
    TooManyOrders(#[from] TooMany),
    /// 429.
    #[error("Too many questions about history are being answered; try again later")]
    TooManyReadings,
    /// 500. The details are for administrators.
    #[error("History cannot be read{}", and_details(.details))]
    StoreUnusable { details: Option<String> },
    /// 503. The details are for administrators.
    #[error("History cannot be read now, since the store is away; try again later{}", and_details(.details))]
    StoreAway { details: Option<String> },
    /// 503, while the process is ending.
    #[error("The server is shutting down")]
    ShuttingDown,
}

fn and_details(details: &Option<String>) -> String {
    details.as_ref().map(|details| format!(": {details}")).unwrap_or_default()
}

#[derive(Serialize)]
struct ErrorBody {
    error: String,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadParameter(_) | Self::BadBody(_) => StatusCode::BAD_REQUEST,
            Self::NoPath => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::NotOperator | Self::CoversOthers | Self::ForeignOrigin(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyAttempts { .. } | Self::TooManyStreams(_) | Self::TooManyOrders(_) | Self::TooManyReadings => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::StoreUnusable { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::StoreAway { .. } | Self::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Wrong => Self::Unauthorized,
            Refusal::TooMany { retry_after } => Self::TooManyAttempts { retry_after },
        }
    }
}

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Gone => Self::NotFound,
            OrderError::NotOperator => Self::NotOperator,
            OrderError::CoversOthers => Self::CoversOthers,
            OrderError::TooMany(error) => Self::TooManyOrders(error),
            OrderError::Wrong(reason) => BadBody(reason).into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&ErrorBody { error: self.to_string() }).unwrap_or_default();
        let is_json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let mut response = (self.status(), is_json, foreign_text::json(body)).into_response();
        match self {
            Self::Unauthorized => {
                let challenge = HeaderValue::from_static("Basic realm=\"Authentication Required\"");
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            Self::TooManyAttempts { retry_after } => {
                response.headers_mut().insert(RETRY_AFTER, whole_seconds(retry_after));
            }
            Self::TooManyStreams(_) => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
            }
            Self::TooManyReadings => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
            }
            Self::StoreAway { .. } => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("15"));
            }
            _ => {}
        }
        response
    }
}

fn whole_seconds(duration: Duration) -> HeaderValue {
    HeaderValue::from(duration.as_secs() + 1)
}

/// Whether an error at this address has to be JSON.
pub fn is_below_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// The answer below `/api` where there is nothing.
pub async fn api_not_found() -> ApiError {
    ApiError::NotFound
}

/// The answer below `/api` to a method that an address does not take.
pub async fn api_method_not_allowed() -> ApiError {
    ApiError::MethodNotAllowed
}

/// Turns the errors that a layer below made in another form into JSON, so that every error of the API has one form.
pub async fn as_json_below_api(request: Request, next: Next) -> Response {
    let below_api = is_below_api(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    let is_json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    let is_error = status.is_client_error() || status.is_server_error();
    if !below_api || !is_error || response.headers().get(CONTENT_TYPE).is_some_and(is_json) {
        return response;
    }
    let reason = status.canonical_reason().unwrap_or("Error").to_owned();
    let mut replaced = (status, Json(ErrorBody { error: reason })).into_response();
    for (name, value) in response.headers() {
        if !replaced.headers().contains_key(name) {
            replaced.headers_mut().insert(name, value.clone());
        }
    }
    replaced
}

/// The answer when a handler panicked. The panic itself is in the log.
pub fn panicked(_: Box<dyn Any + Send>) -> HttpResponse<Body> {
    PageError::Internal.into_response()
}

/// Why there is no page.
#[derive(Debug)]
pub enum PageError {
    ForeignOrigin(Foreign),
    TooManyAttempts { retry_after: Duration },
    Internal,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, title, text) = match &self {
            // It holds nothing that has a meaning in HTML.
            Self::ForeignOrigin(foreign) => (StatusCode::FORBIDDEN, "Refused", format!("{foreign}.")),
            Self::TooManyAttempts { .. } => {
                let text = "Too many wrong passwords. Wait a minute, then try again.";
                (StatusCode::TOO_MANY_REQUESTS, "Too many attempts", text.to_owned())
            }
            Self::Internal => {
                let text = "The log of the server says what. Please try again.";
                (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", text.to_owned())
            }
        };
        let html = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title} · Platus</title></head>\
             <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"/\">Back to the board</a></p></main></body></html>"
        );
        let mut response = (status, Html(html)).into_response();
        if let Self::TooManyAttempts { retry_after } = self {
            response.headers_mut().insert(RETRY_AFTER, whole_seconds(retry_after));
        }
        response
    }
}
