use super::{Context, alerts, api, assets, authenticate, errors, forms, heartbeat, history, metrics, origin, page, stream};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// Bytes of a request's body. The largest that anybody sends here is a login form.
const BODY_LIMIT: usize = 64 * 1024;

/// How long it may take until an answer begins. Only a client that is slow to send its body gets there; streams, once begun, go on.
const ANSWER: Duration = Duration::from_secs(30);

/// All routes.
pub fn router(context: Arc<Context>) -> Router {
    // The page runs its own tasks on the runtime that runs everything else. In a second application of one process, as in tests,
    // that has been said already.
    any_spawner::Executor::init_tokio().ok();
    Router::new()
        .nest("/api", api_routes(&context))
        .merge(rpc_routes(&context))
        .merge(page_routes(&context))
        .merge(metrics_route(&context))
        .route("/login", get(page::open).post(forms::login))
        .route("/logout", post(forms::logout))
        .fallback(asset_or_not_found)
        .layer(from_fn(origin::refuse_foreign_commands))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn(errors::as_json_below_api))
        .layer(CompressionLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::if_not_present(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(SetResponseHeaderLayer::if_not_present(X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
        .layer(SetResponseHeaderLayer::if_not_present(REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .with_state(context)
}

fn api_routes(context: &Arc<Context>) -> Router<Arc<Context>> {
    Router::new()
        .route("/v1.0/status", get(api::status))
        .route("/v1.0/flush_status", post(api::flush_status))
        .route("/v1.0/events", get(stream::events))
        .route("/v1.0/services", get(history::services))
        .route("/v1.0/services/{id}", get(history::service))
        .route("/v1.0/services/{id}/history", get(history::history))
        .route("/v1.0/services/{id}/incidents", get(history::incidents))
        .route("/v1.0/incidents", get(history::all_incidents))
        .route("/v1.0/report", get(history::report))
        .route("/v1.0/silences", get(alerts::list).post(alerts::create))
        .route("/v1.0/silences/{id}", delete(alerts::withdraw))
        .route("/v1.0/incidents/{id}/acknowledgement", put(alerts::acknowledge).delete(alerts::withdraw_acknowledgement))
        .route("/v1.0/channels", get(alerts::channels))
        .route_layer(from_fn_with_state(Arc::clone(context), authenticate::api))
        .route("/v1.0/health", get(api::health))
        .route("/v1.0/heartbeat/{token}", post(heartbeat::success))
        .route("/v1.0/heartbeat/{token}/{word}", post(heartbeat::told))
        .fallback(errors::api_not_found)
        .method_not_allowed_fallback(errors::api_method_not_allowed)
}

fn rpc_routes(context: &Arc<Context>) -> Router<Arc<Context>> {
    Router::new()
        .route("/rpc/{*function}", post(page::call))
        .route_layer(from_fn_with_state(Arc::clone(context), authenticate::rpc))
}

fn page_routes(context: &Arc<Context>) -> Router<Arc<Context>> {
    Router::new()
        .route("/", get(page::open))
        .route("/settings", get(page::open))
        .route_layer(from_fn_with_state(Arc::clone(context), authenticate::page))
}

/// Metrics ask for a login as the API does, since they name services.
fn metrics_route(context: &Arc<Context>) -> Router<Arc<Context>> {
    Router::new().route("/metrics", get(metrics::metrics)).route_layer(from_fn_with_state(Arc::clone(context), authenticate::api))
}

async fn asset_or_not_found(context: State<Arc<Context>>, request: Request) -> Response {
    // `/api/` itself belongs to no route below `/api`.
    if errors::is_below_api(request.uri().path()) {
        return errors::api_not_found().await.into_response();
    }
    match assets::serve(request.uri(), request.headers()) {
        Some(response) => response,
        None => page::open(context, request).await,
    }
}
