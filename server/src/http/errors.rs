//! Error responses: JSON below `/api`, a short page elsewhere.

use super::alerts::SilenceError;
use super::history::BadParameter;
use super::request_id::RequestId;
use crate::auth::Refusal;
use axum::Json;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response as HttpResponse, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use model::{BasePath, CheckRefusal, Exhausted, KeyRefusal, NoteRefusal, QuotaExceeded, SilenceRefusal, TestRefusal};
use serde::Serialize;
use std::any::Any;
use std::time::Duration;
use system::foreign_text;

/// An error of the API. The text and the status of each variant are part of the interface.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// 400. Names the parameter and the expected value.
    #[error(transparent)]
    BadParameter(#[from] BadParameter),
    /// 400. Says what is wrong with the body.
    #[error(transparent)]
    BadBody(#[from] BadBody),
    /// 400. What is wrong with the request in the body.
    #[error("The body is wrong: {0}")]
    SilenceRefused(#[from] SilenceRefusal),
    /// 400.
    #[error("The body is wrong: {0}")]
    NoteRefused(#[from] NoteRefusal),
    /// 400.
    #[error("The target of the request is no path; ask for one such as /api/v1.0/status")]
    NoPath,
    /// 401. The text is that of the original, for scripts that search for it.
    #[error("Unauthorized access")]
    Unauthorized,
    /// 403.
    #[error("This needs the role admin")]
    Forbidden,
    /// 403.
    #[error("This needs the role operator or admin")]
    NotOperator,
    /// 403. The silence is also about services that the caller may not see.
    #[error("This also covers services that you may not see; a user who sees all of them can withdraw it")]
    CoversOthers,
    /// 403, for a command from another site (CSRF).
    #[error(transparent)]
    ForeignOrigin(Foreign),
    /// 404.
    #[error("There is nothing at this address")]
    NotFound,
    /// 409. The service cannot be checked now.
    #[error("Not checked: {0}")]
    NotChecked(CheckRefusal),
    /// 409. The channel cannot be used.
    #[error("Not tested: {0}")]
    NotTested(TestRefusal),
    /// 405.
    #[error("This address does not take this method")]
    MethodNotAllowed,
    /// 400, 409 when the name is taken, 429 when there are too many keys, and 500 without random numbers.
    #[error("No key was created: {0}")]
    KeyRefused(KeyRefusal),
    /// 429.
    #[error("Too many wrong passwords; try again later")]
    TooManyAttempts { retry_after: Duration },
    /// 429. Whose share is exhausted is part of the text.
    #[error("Too many event streams {0} are open; close some, or try again later")]
    TooManyStreams(Exhausted),
    /// 429.
    #[error("Rejected: {0}")]
    TooManySilences(#[from] QuotaExceeded),
    /// 429.
    #[error("Too many questions about history are being answered; try again later")]
    TooManyHistoryQueries,
    /// 429.
    #[error("Not checked: too many requested checks {0} are running; try again when one has finished")]
    TooManyChecks(Exhausted),
    /// 429.
    #[error("Not checked: {refusal}")]
    CheckedJustNow { refusal: CheckRefusal, retry_after: Duration },
    /// 429.
    #[error("Not tested: {refusal}")]
    TestedJustNow { refusal: TestRefusal, retry_after: Duration },
    /// 500. The details are for administrators.
    #[error("History cannot be read{}", and_details(.details))]
    StoreUnusable { details: Option<String> },
    /// 503. The details are for administrators.
    #[error("History cannot be read now, since the store is away; try again later{}", and_details(.details))]
    StoreAway { details: Option<String> },
    /// 503. The comparison goes on without the caller.
    #[error("The comparison takes too long; `{validate}` finds the errors of the files")]
    NotCompared {
        /// The command line.
        validate: String,
    },
    /// 503, while the process is ending.
    #[error("The server is shutting down")]
    ShuttingDown,
}

/// What is wrong with the body of a request, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The body is wrong: {0}")]
pub struct BadBody(pub String);

/// Why a command is refused: a browser sent it from a page of another site.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// The browser reports another site, or hides the origin.
    #[error("Commands from other sites are refused")]
    Site,
    /// The origin is not a known address of Platus. It consists of letters, digits and `-._~:/[]`.
    #[error(
        "Commands from other sites are refused, and {0} is not known as an address of this Platus. If it is one, set \
         `public_url: {0}` in config.yaml, or have the reverse proxy pass the header Host on unchanged, or, if it sends \
         X-Forwarded-Host, list its address under `trusted_proxies`"
    )]
    Origin(String),
}

fn and_details(details: &Option<String>) -> String {
    details.as_ref().map(|details| format!(": {details}")).unwrap_or_default()
}

#[derive(Serialize)]
struct ErrorBody {
    error: String,
    /// Of an error whose cause is in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::BadParameter(_) | Self::BadBody(_) | Self::SilenceRefused(_) | Self::NoteRefused(_) => StatusCode::BAD_REQUEST,
            Self::NoPath => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::NotOperator | Self::CoversOthers | Self::ForeignOrigin(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotChecked(_) | Self::NotTested(_) => StatusCode::CONFLICT,
            Self::KeyRefused(refusal) => StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::CheckedJustNow { .. } | Self::TooManyChecks(_) | Self::TestedJustNow { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooManyAttempts { .. } | Self::TooManyStreams(_) | Self::TooManySilences(_) | Self::TooManyHistoryQueries => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::StoreUnusable { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::StoreAway { .. } | Self::NotCompared { .. } | Self::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
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

impl From<CheckRefusal> for ApiError {
    fn from(refusal: CheckRefusal) -> Self {
        match refusal {
            CheckRefusal::TooSoon { retry_after, .. } => Self::CheckedJustNow { refusal, retry_after },
            CheckRefusal::Ending => Self::ShuttingDown,
            CheckRefusal::Running | CheckRefusal::Paused | CheckRefusal::NotScheduled => Self::NotChecked(refusal),
        }
    }
}

impl From<TestRefusal> for ApiError {
    fn from(refusal: TestRefusal) -> Self {
        match refusal {
            TestRefusal::Unknown => Self::NotFound,
            TestRefusal::Running { retry_after } | TestRefusal::TooSoon { retry_after, .. } => {
                Self::TestedJustNow { refusal, retry_after }
            }
            TestRefusal::Ending => Self::ShuttingDown,
            TestRefusal::Disabled(_) | TestRefusal::Removed => Self::NotTested(refusal),
        }
    }
}

impl From<SilenceError> for ApiError {
    fn from(error: SilenceError) -> Self {
        match error {
            SilenceError::Gone => Self::NotFound,
            SilenceError::NotOperator => Self::NotOperator,
            SilenceError::CoversOthers => Self::CoversOthers,
            SilenceError::TooMany(error) => Self::TooManySilences(error),
            SilenceError::Wrong(reason) => Self::SilenceRefused(reason),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        // Some repeat a word of the request.
        let error = foreign_text::line(&self.to_string()).into_owned();
        let body = serde_json::to_string(&ErrorBody { error, request_id: None }).unwrap_or_default();
        let is_json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let mut response = (self.status(), is_json, foreign_text::json(body)).into_response();
        match self {
            Self::Unauthorized => {
                let challenge = HeaderValue::from_static("Basic realm=\"Authentication Required\"");
                response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            }
            Self::TooManyAttempts { retry_after }
            | Self::CheckedJustNow { retry_after, .. }
            | Self::TestedJustNow { retry_after, .. } => {
                response.headers_mut().insert(RETRY_AFTER, whole_seconds(retry_after));
            }
            Self::TooManyStreams(_) => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
            }
            Self::TooManyHistoryQueries => {
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

/// Whether errors at this address are JSON.
pub fn is_below_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// The response to an unknown address below `/api`.
pub async fn api_not_found() -> ApiError {
    ApiError::NotFound
}

/// The response below `/api` to a method that the address does not have.
pub async fn api_method_not_allowed() -> ApiError {
    ApiError::MethodNotAllowed
}

/// Converts errors of inner layers into JSON, so that every error of the API has one form.
pub async fn as_json_below_api(request: Request, next: Next) -> Response {
    let below_api = is_below_api(request.uri().path());
    let id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let response = next.run(request).await;
    let status = response.status();
    let is_json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    let is_error = status.is_client_error() || status.is_server_error();
    if !below_api || !is_error || response.headers().get(CONTENT_TYPE).is_some_and(is_json) {
        return response;
    }
    let reason = status.canonical_reason().unwrap_or("Error").to_owned();
    let mut replaced =
        (status, Json(ErrorBody { error: reason, request_id: id.filter(|_| status.is_server_error()) })).into_response();
    for (name, value) in response.headers() {
        if !replaced.headers().contains_key(name) {
            replaced.headers_mut().insert(name, value.clone());
        }
    }
    replaced
}

/// Marks a response whose cause is in the log. It is replaced by a page with the id of its request.
#[derive(Clone, Copy)]
pub struct InternalError;

/// The response after a panic in a handler. The panic itself is in the log.
pub fn panicked(_: Box<dyn Any + Send>) -> HttpResponse<Body> {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(InternalError);
    response
}

/// The page for an error whose cause is in the log under this id.
pub fn internal_error_page(id: RequestId, base: &BasePath) -> Response {
    PageError::Internal { id }.page(base)
}

/// An error of the page.
#[derive(Debug)]
pub enum PageError {
    ForeignOrigin(Foreign),
    TooManyAttempts { retry_after: Duration },
    Internal { id: RequestId },
}

impl PageError {
    /// The page of a site under this base path.
    pub fn page(&self, base: &BasePath) -> Response {
        let (status, title, text) = match self {
            // It contains no characters with a meaning in HTML.
            Self::ForeignOrigin(foreign) => (StatusCode::FORBIDDEN, "Refused", format!("{foreign}.")),
            Self::TooManyAttempts { .. } => {
                let text = "Too many wrong passwords. Wait a minute, then try again.";
                (StatusCode::TOO_MANY_REQUESTS, "Too many attempts", text.to_owned())
            }
            Self::Internal { id } => {
                let text = format!("The cause is in the server's log as request {id}. Please try again.");
                (StatusCode::INTERNAL_SERVER_ERROR, "Internal error", text)
            }
        };
        let html = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title} · Platus</title></head>\
             <body><main><h1>{title}</h1><p>{text}</p><p><a href=\"{}\">Back to the board</a></p></main></body></html>",
            base.address("/")
        );
        let mut response = (status, Html(html)).into_response();
        if let Self::TooManyAttempts { retry_after } = self {
            response.headers_mut().insert(RETRY_AFTER, whole_seconds(*retry_after));
        }
        response
    }
}
