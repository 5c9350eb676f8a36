//! One span per request, so that log lines of one request share its id: method, route, user, status and duration. The path is not
//! logged, because the path of a heartbeat is a secret.

use super::errors::{self, InternalError};
use super::request_id::RequestId;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use model::BasePath;
use std::time::Duration;
use tower_http::trace::TraceLayer;
use tracing::field::{Empty, display};
use tracing::{Span, info_span};

/// The header of every answer with the id of its request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds ids and spans to all requests of the router.
pub fn requests<S: Clone + Send + Sync + 'static>(router: Router<S>, base: &BasePath) -> Router<S> {
    let spans = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_request(())
        .on_response(log_answer)
        .on_body_chunk(())
        .on_eos(())
        .on_failure(());
    router.layer(spans).layer(from_fn_with_state(base.clone(), identify))
}

/// Adds the name of the user to the span of the current request.
pub fn record_user(name: &str) {
    Span::current().record("user", name);
}

async fn identify(State(base): State<BasePath>, mut request: Request, next: Next) -> Response {
    let id = RequestId::random();
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if response.extensions().get::<InternalError>().is_some() {
        response = errors::internal_error_page(id, &base);
    }
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn span(request: &Request) -> Span {
    let extensions = request.extensions();
    let id = extensions.get::<RequestId>().map(display);
    let route = extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    info_span!("request", id, method = %request.method(), route, user = Empty)
}

fn log_answer(response: &Response, duration: Duration, _: &Span) {
    let status = response.status().as_u16();
    let milliseconds = duration.as_secs_f64() * 1000.0;
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(status, milliseconds, "Request failed.");
    } else {
        tracing::debug!(status, milliseconds, "Request answered.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    #[tokio::test]
    async fn the_answer_to_a_request_that_failed_names_its_id() {
        let router = Router::new()
            .route("/fails", get(async || -> &'static str { panic!("this handler fails") }))
            .layer(CatchPanicLayer::custom(errors::panicked));
        let request = Request::get("/fails").header(REQUEST_ID, "0123456789abcdef").body(Body::empty()).unwrap();
        let answer = requests(router, &BasePath::parse("/platus").unwrap()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let id = answer.headers()[&REQUEST_ID].to_str().unwrap().to_owned();
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && id != "0123456789abcdef", "{id}");
        let page = to_bytes(answer.into_body(), 10_000).await.unwrap();
        let page = String::from_utf8(page.to_vec()).unwrap();
        assert!(page.contains(&format!("in the server's log as request {id}.")), "{page}");
        assert!(page.contains("href=\"/platus/\""), "{page}");
    }
}
