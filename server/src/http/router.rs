use super::{
    Context, CurrentContext, alerts, api, assets, authenticate, base_path, configuration, errors, forms, headers, heartbeat,
    history, keys, language, metrics, origin, page, page_forms, service_page, stream, target, trace,
};
use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::http::header::ALLOW;
use axum::http::{StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// Bytes of a request body. Heartbeats have their own limit. The largest body that a client sends here is a login form.
const BODY_LIMIT: usize = 64 * 1024;

/// Time limit for the head of a response. Only a client that sends its body slowly reaches it; streams that have begun continue.
const ANSWER: Duration = Duration::from_secs(30);

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone. If the route needs a secret, the address contains it.
    Open,
    /// Authenticated callers. Others get 401 and a challenge.
    Api,
    /// Authenticated viewers of the page. Others get an error that the page understands.
    Rpc,
    /// Authenticated viewers. Others are redirected to the login.
    Page,
}

/// One route. [`routes`] lists all.
pub struct Route {
    pub access: Access,
    /// In capitals.
    pub method: &'static str,
    /// With `{placeholders}`.
    pub path: &'static str,
    handler: MethodRouter<CurrentContext>,
}

/// Every route except the static files of the page. The router is built from this list, and a test calls each route as each kind of user.
#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    use Access::{Api, Open, Page, Rpc};
    let route = |access, method, path, handler| Route { access, method, path, handler };
    vec![
        route(Open, "GET",    "/api/v1.0/health",                        get(api::health)),
        // `TOKEN` or `TOKEN/WORD`, with slashes too many as well.
        route(Open, "POST",   "/api/v1.0/heartbeat/{*address}",          post(heartbeat::ping).fallback(heartbeat::wrong_method)),
        route(Api,  "GET",    "/api/v1.0/status",                        get(api::status)),
        route(Api,  "POST",   "/api/v1.0/flush_status",                  post(api::flush_status)),
        route(Api,  "GET",    "/api/v1.0/events",                        get(stream::events)),
        route(Api,  "GET",    "/api/v1.0/services",                      get(history::services)),
        route(Api,  "GET",    "/api/v1.0/services/{id}",                 get(service_page::service)),
        route(Api,  "POST",   "/api/v1.0/services/{id}/check",           post(service_page::check)),
        route(Api,  "POST",   "/api/v1.0/services/{id}/pause",           post(service_page::pause)),
        route(Api,  "POST",   "/api/v1.0/services/{id}/resume",          post(service_page::resume)),
        route(Api,  "GET",    "/api/v1.0/services/{id}/history",         get(history::history)),
        route(Api,  "GET",    "/api/v1.0/services/{id}/metrics",         get(history::check_metrics)),
        route(Api,  "GET",    "/api/v1.0/services/{id}/figures",         get(service_page::figures_answer)),
        route(Api,  "GET",    "/api/v1.0/services/{id}/incidents",       get(history::incidents)),
        route(Api,  "GET",    "/api/v1.0/incidents",                     get(history::all_incidents)),
        route(Api,  "GET",    "/api/v1.0/incidents/{id}",                get(history::incident)),
        route(Api,  "POST",   "/api/v1.0/incidents/{id}/notes",          post(alerts::add_note)),
        route(Api,  "GET",    "/api/v1.0/report",                        get(history::report)),
        route(Api,  "GET",    "/api/v1.0/silences",                      get(alerts::list)),
        route(Api,  "POST",   "/api/v1.0/silences",                      post(alerts::create)),
        route(Api,  "DELETE", "/api/v1.0/silences/{id}",                 delete(alerts::withdraw)),
        route(Api,  "POST",   "/api/v1.0/silences/{id}/extend",          post(alerts::extend)),
        route(Api,  "PUT",    "/api/v1.0/incidents/{id}/acknowledgement", put(alerts::acknowledge)),
        route(Api,  "DELETE", "/api/v1.0/incidents/{id}/acknowledgement", delete(alerts::withdraw_acknowledgement)),
        route(Api,  "GET",    "/api/v1.0/channels",                      get(alerts::channels)),
        route(Api,  "POST",   "/api/v1.0/channels/{name}/test",          post(alerts::test_channel)),
        route(Api,  "GET",    "/api/v1.0/keys",                          get(keys::list)),
        route(Api,  "POST",   "/api/v1.0/keys",                          post(keys::create)),
        route(Api,  "DELETE", "/api/v1.0/keys/{id}",                     delete(keys::revoke)),
        route(Api,  "GET",    "/api/v1.0/config",                        get(configuration::configuration)),
        route(Api,  "GET",    "/api/v1.0/config/difference",             get(configuration::difference)),
        route(Api,  "POST",   "/api/v1.0/reload",                        post(configuration::reload)),
        // They name services, and so ask for a login as the API does.
        route(Api,  "GET",    "/metrics",                                get(metrics::metrics)),
        route(Rpc,  "POST",   "/rpc/{*function}",                        post(page::call)),
        route(Page, "GET",    "/",                                       get(page::open)),
        route(Page, "GET",    "/services/{id}",                          get(page::open)),
        route(Page, "POST",   "/services/{id}",                          post(page_forms::submit)),
        // The address of earlier versions.
        route(Page, "GET",    "/alerts",                                 get(page_forms::moved)),
        route(Page, "GET",    "/incidents",                              get(page::open)),
        route(Page, "POST",   "/incidents",                              post(page_forms::submit)),
        route(Page, "GET",    "/incidents/{id}",                         get(page::open)),
        route(Page, "POST",   "/incidents/{id}",                         post(page_forms::submit)),
        route(Page, "GET",    "/silences",                               get(page::open)),
        route(Page, "POST",   "/silences",                               post(page_forms::submit)),
        route(Page, "GET",    "/wall",                                   get(page::open)),
        route(Page, "GET",    "/settings",                               get(page::open)),
        route(Page, "POST",   "/settings",                               post(page_forms::submit)),
        route(Page, "GET",    "/settings/channels",                      get(page::open)),
        route(Page, "POST",   "/settings/channels",                      post(page_forms::submit)),
        route(Page, "GET",    "/settings/users",                         get(page::open)),
        route(Page, "POST",   "/settings/users",                         post(page_forms::submit)),
        route(Page, "GET",    "/settings/configuration",                 get(page::open)),
        route(Page, "GET",    "/settings/about",                         get(page::open)),
        route(Open, "GET",    "/login",                                  get(page::open)),
        route(Open, "POST",   "/login",                                  post(forms::login)),
        route(Open, "POST",   "/logout",                                 post(forms::logout)),
        route(Open, "GET",    "/language/{code}",                        get(language::choose)),
    ]
}

/// The router of all routes and static files.
pub fn router(context: CurrentContext) -> Router {
    // The page runs its tasks on the runtime of the server. A second application in one process, as in tests, has set it already.
    any_spawner::Executor::init_tokio().ok();
    let below_api = collect(&context, |path| path.strip_prefix("/api"));
    let others = collect(&context, |path| (!path.starts_with("/api/")).then_some(path));
    let router = Router::new()
        .nest("/api", below_api.fallback(errors::api_not_found).method_not_allowed_fallback(errors::api_method_not_allowed))
        .merge(others)
        .fallback(asset_or_not_found.layer(RequestBodyLimitLayer::new(BODY_LIMIT)))
        .layer(from_fn_with_state(context.clone(), origin::refuse_foreign_commands))
        .layer(from_fn(target::refuse_others_than_paths))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn(errors::as_json_below_api))
        .layer(CompressionLayer::new());
    let base = context.get().base_path.clone();
    let site = headers::of_every_answer(context.get().is_https)
        .into_iter()
        .fold(trace::requests(router, &base), |router, (name, value)| {
            router.layer(SetResponseHeaderLayer::if_not_present(name, value))
        })
        .with_state(context);
    base_path::under(&base, site)
}

/// The routes for which `wanted` returns a path, under that path.
fn collect(context: &CurrentContext, wanted: impl Fn(&'static str) -> Option<&'static str> + Copy) -> Router<CurrentContext> {
    let mut collected = Router::new();
    for access in [Access::Open, Access::Api, Access::Rpc, Access::Page] {
        let mut some = Router::new();
        let mut is_empty = true;
        for route in routes().into_iter().filter(|route| route.access == access) {
            let Some(path) = wanted(route.path) else { continue };
            is_empty = false;
            // A heartbeat counts even if its body is too long.
            let handler = if heartbeat::is_heartbeat(route.path) {
                route.handler
            } else {
                route.handler.layer(RequestBodyLimitLayer::new(BODY_LIMIT))
            };
            some = some.route(path, handler);
        }
        let context = context.clone();
        // axum panics on a layer without routes.
        collected = collected.merge(match access {
            _ if is_empty => Router::new(),
            Access::Open => some,
            Access::Api => some.route_layer(from_fn_with_state(context, authenticate::api)),
            Access::Rpc => some.route_layer(from_fn_with_state(context, authenticate::rpc)),
            Access::Page => some.route_layer(from_fn_with_state(context, authenticate::page)),
        });
    }
    options(wanted).into_iter().fold(collected, |collected, (path, handler)| collected.route(path, handler))
}

/// The answers to `OPTIONS`: the methods of each path. They need no login, because they contain no data.
fn options(wanted: impl Fn(&'static str) -> Option<&'static str>) -> Vec<(&'static str, MethodRouter<CurrentContext>)> {
    let mut methods: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for route in routes() {
        let methods = methods.entry(route.path).or_default();
        methods.push(route.method);
        if route.method == "GET" {
            methods.push("HEAD");
        }
    }
    let mut handlers = Vec::new();
    for (path, mut methods) in methods {
        let Some(path) = wanted(path) else { continue };
        methods.push("OPTIONS");
        let allow = methods.join(", ");
        let handler = axum::routing::options(async move || (StatusCode::NO_CONTENT, [(ALLOW, allow)]));
        handlers.push((path, handler));
    }
    handlers
}

async fn asset_or_not_found(context: State<Arc<Context>>, request: Request) -> Response {
    // The nested router of `/api` does not match `/api/` itself.
    if errors::is_below_api(request.uri().path()) {
        return errors::api_not_found().await.into_response();
    }
    if let Some(response) = assets::serve(request.uri(), request.headers()) {
        return response;
    }
    // Browsers do not send the cookie of the session to the base path without a slash.
    if request.uri().path() == context.base_path.as_str() {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("/{query}")).into_response();
    }
    match without_last_slash(request.uri()) {
        Some(address) => Redirect::permanent(&address).into_response(),
        None => page::open(context, request).await,
    }
}

/// The address of a page that was asked for with a slash at its end. Only plain letters, so that no browser can take it for another host.
fn without_last_slash(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_suffix('/')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte);
    if path.is_empty() || path.contains("//") || !path.bytes().all(is_plain) {
        return None;
    }
    Some(uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::OWN_SEGMENTS;

    #[test]
    fn no_base_path_can_hide_an_address_of_platus() {
        for Route { path, .. } in routes() {
            let first = path.trim_start_matches('/').split('/').next().unwrap();
            assert!(first.is_empty() || OWN_SEGMENTS.contains(&first), "add `{first}` to OWN_SEGMENTS");
        }
    }

    #[test]
    fn a_slash_at_the_end_of_a_page_is_left_out_and_no_other_host_is_reached() {
        let cases = [
            ("/incidents/", Some("/incidents")),
            ("/services/web%2F1/?range=7d", Some("/services/web%2F1?range=7d")),
            ("/", None),
            ("/incidents", None),
            ("//evil.example/", None),
            ("/a//", Some("/a/")),
            ("/@evil/", None),
        ];
        for (uri, expected) in cases {
            assert_eq!(without_last_slash(&uri.parse().unwrap()).as_deref(), expected, "{uri}");
        }
    }
}
