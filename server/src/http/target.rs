//! Which targets a request may have (RFC 9112, 3.2).

use super::errors::ApiError;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a target that is no path and no whole address: `CONNECT host:443`, `GET host`, `OPTIONS *`. Handlers and libraries rely on
/// a path.
pub async fn refuse_others_than_paths(request: Request, next: Next) -> Response {
    if request.uri().path().starts_with('/') { next.run(request).await } else { ApiError::NoPath.into_response() }
}
