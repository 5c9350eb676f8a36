use super::{
    Context, alerts, api, assets, authenticate, errors, forms, headers, heartbeat, history, metrics, origin, page, page_forms,
    stream, target,
};
use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::http::header::ALLOW;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// Bytes of a request's body; heartbeats have a limit of their own. The largest that anybody sends here is a login form.
const BODY_LIMIT: usize = 64 * 1024;

/// How long it may take until an answer begins. Only a client that is slow to send its body gets there; streams, once begun, go on.
const ANSWER: Duration = Duration::from_secs(30);

/// Who is let through to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody. What is secret about it is in the address itself, or there is nothing secret.
    Open,
    /// Known callers; others get 401 and a challenge.
    Api,
    /// Known viewers of the page; others get an answer that the page understands.
    Rpc,
    /// Known viewers; others are sent to the login.
    Page,
}

/// One way in. There is no other than those that [`surfaces`] lists.
pub struct Surface {
    pub access: Access,
    /// In capitals.
    pub method: &'static str,
    /// With `{placeholders}`.
    pub path: &'static str,
    handler: MethodRouter<Arc<Context>>,
}

/// Every way in, besides the files of the page. The router is made of this list, and a test asks each of them in everybody's name.
#[rustfmt::skip]
pub fn surfaces() -> Vec<Surface> {
    use Access::{Api, Open, Page, Rpc};
    let surface = |access, method, path, handler| Surface { access, method, path, handler };
    vec![
        surface(Open, "GET",    "/api/v1.0/health",                        get(api::health)),
        // `TOKEN` or `TOKEN/WORD`, with slashes too many as well.
        surface(Open, "POST",   "/api/v1.0/heartbeat/{*address}",          post(heartbeat::ping).fallback(heartbeat::wrong_method)),
        surface(Api,  "GET",    "/api/v1.0/status",                        get(api::status)),
        surface(Api,  "POST",   "/api/v1.0/flush_status",                  post(api::flush_status)),
        surface(Api,  "GET",    "/api/v1.0/events",                        get(stream::events)),
        surface(Api,  "GET",    "/api/v1.0/services",                      get(history::services)),
        surface(Api,  "GET",    "/api/v1.0/services/{id}",                 get(history::service)),
        surface(Api,  "GET",    "/api/v1.0/services/{id}/history",         get(history::history)),
        surface(Api,  "GET",    "/api/v1.0/services/{id}/incidents",       get(history::incidents)),
        surface(Api,  "GET",    "/api/v1.0/incidents",                     get(history::all_incidents)),
        surface(Api,  "GET",    "/api/v1.0/report",                        get(history::report)),
        surface(Api,  "GET",    "/api/v1.0/silences",                      get(alerts::list)),
        surface(Api,  "POST",   "/api/v1.0/silences",                      post(alerts::create)),
        surface(Api,  "DELETE", "/api/v1.0/silences/{id}",                 delete(alerts::withdraw)),
        surface(Api,  "PUT",    "/api/v1.0/incidents/{id}/acknowledgement", put(alerts::acknowledge)),
        surface(Api,  "DELETE", "/api/v1.0/incidents/{id}/acknowledgement", delete(alerts::withdraw_acknowledgement)),
        surface(Api,  "GET",    "/api/v1.0/channels",                      get(alerts::channels)),
        // They name services, and so ask for a login as the API does.
        surface(Api,  "GET",    "/metrics",                                get(metrics::metrics)),
        surface(Rpc,  "POST",   "/rpc/{*function}",                        post(page::call)),
        surface(Page, "GET",    "/",                                       get(page::open)),
        surface(Page, "GET",    "/alerts",                                 get(page::open)),
        surface(Page, "POST",   "/alerts",                                 post(page_forms::submit)),
        surface(Page, "GET",    "/settings",                               get(page::open)),
        surface(Page, "POST",   "/settings",                               post(page_forms::submit)),
        surface(Open, "GET",    "/login",                                  get(page::open)),
        surface(Open, "POST",   "/login",                                  post(forms::login)),
        surface(Open, "POST",   "/logout",                                 post(forms::logout)),
    ]
}

/// All routes.
pub fn router(context: Arc<Context>) -> Router {
    // The page runs its own tasks on the runtime that runs everything else. In a second application of one process, as in tests,
    // that has been said already.
    any_spawner::Executor::init_tokio().ok();
    let below_api = routes(&context, |path| path.strip_prefix("/api"));
    let others = routes(&context, |path| (!path.starts_with("/api/")).then_some(path));
    let router = Router::new()
        .nest("/api", below_api.fallback(errors::api_not_found).method_not_allowed_fallback(errors::api_method_not_allowed))
        .merge(others)
        .fallback(asset_or_not_found.layer(RequestBodyLimitLayer::new(BODY_LIMIT)))
        .layer(from_fn_with_state(Arc::clone(&context), origin::refuse_foreign_commands))
        .layer(from_fn(target::refuse_others_than_paths))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn(errors::as_json_below_api))
        .layer(CompressionLayer::new());
    headers::of_every_answer(context.is_https)
        .into_iter()
        .fold(router, |router, (name, value)| router.layer(SetResponseHeaderLayer::if_not_present(name, value)))
        .with_state(context)
}

/// The routes whose path, as it is then called, is among the wanted ones.
fn routes(context: &Arc<Context>, wanted: impl Fn(&'static str) -> Option<&'static str> + Copy) -> Router<Arc<Context>> {
    let mut routes = Router::new();
    for access in [Access::Open, Access::Api, Access::Rpc, Access::Page] {
        let mut some = Router::new();
        let mut is_empty = true;
        for surface in surfaces().into_iter().filter(|surface| surface.access == access) {
            let Some(path) = wanted(surface.path) else { continue };
            is_empty = false;
            // A body that is too long must not lose a heartbeat.
            let handler = if heartbeat::is_heartbeat(surface.path) {
                surface.handler
            } else {
                surface.handler.layer(RequestBodyLimitLayer::new(BODY_LIMIT))
            };
            some = some.route(path, handler);
        }
        let context = Arc::clone(context);
        // A layer on nothing is a mistake to axum.
        routes = routes.merge(match access {
            _ if is_empty => Router::new(),
            Access::Open => some,
            Access::Api => some.route_layer(from_fn_with_state(context, authenticate::api)),
            Access::Rpc => some.route_layer(from_fn_with_state(context, authenticate::rpc)),
            Access::Page => some.route_layer(from_fn_with_state(context, authenticate::page)),
        });
    }
    options(wanted).into_iter().fold(routes, |routes, (path, handler)| routes.route(path, handler))
}

/// The answers to `OPTIONS`, one for each path: which methods it takes. They need no login, for they say nothing about anybody.
fn options(wanted: impl Fn(&'static str) -> Option<&'static str>) -> Vec<(&'static str, MethodRouter<Arc<Context>>)> {
    let mut methods: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for surface in surfaces() {
        let methods = methods.entry(surface.path).or_default();
        methods.push(surface.method);
        if surface.method == "GET" {
            methods.push("HEAD");
        }
    }
    let mut handlers = Vec::new();
    for (surface, mut methods) in methods {
        let Some(path) = wanted(surface) else { continue };
        methods.push("OPTIONS");
        let allow = methods.join(", ");
        let handler = axum::routing::options(async move || (StatusCode::NO_CONTENT, [(ALLOW, allow)]));
        handlers.push((path, handler));
    }
    handlers
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
