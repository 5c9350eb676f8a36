//! Renders the page for a viewer, and answers its server functions.

use super::backend::ViewerBackend;
use super::errors::ApiError;
use super::{Context, assets, base_path, headers, language, zones};
use crate::auth::Principal;
use app::backend::Backend;
use app::forms::{Fields, Refusal};
use app::model::{CreatedKeyView, RpcError};
use app::response::ResponseStatus;
use app::shell;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, REFERER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::ResponseOptions;
use std::panic::resume_unwind;
use std::sync::Arc;
use tokio::task::JoinError;

/// Renders the page at the address of the request.
///
/// A separate task renders it completely, also if the client disconnects: threads that still render parts of a dropped page would find
/// its values disposed and panic.
///
/// Times in the address of a service that a form has sent without an offset are replaced by instants, so that the address means the same for
/// everyone.
pub async fn open(State(context): State<Arc<Context>>, request: Request) -> Response {
    if request.uri().path().starts_with("/services/")
        && let Some(query) =
            request.uri().query().and_then(|query| zones::with_instants(query, &zones::of_page(request.headers()).shown))
    {
        return Redirect::to(&format!("{}?{query}", request.uri().path())).into_response();
    }
    render(context, request, || ()).await
}

/// Renders the page at the address of the request, with the reason why a form with these fields was refused.
pub async fn refuse(context: Arc<Context>, request: Request, fields: Fields, error: RpcError) -> Response {
    let status = error.status();
    // The error as a sentence is in the language of the page.
    let mut response = render(context, request, move || provide_context(Refusal::new(&fields, error.to_string()))).await;
    if let Ok(status) = StatusCode::from_u16(status) {
        *response.status_mut() = status;
    }
    response
}

/// Renders the page at the address of the request with an API key that was just created. Nothing shows it again.
pub async fn show_key(context: Arc<Context>, request: Request, created: CreatedKeyView) -> Response {
    render(context, request, move || provide_context(created.clone())).await
}

/// Renders the page at the address of the request. `provide_more` adds to its context.
async fn render(context: Arc<Context>, mut request: Request, provide_more: impl Fn() + Clone + Send + Sync + 'static) -> Response {
    let is_user = request.extensions().get::<Principal>().is_some();
    let Some(place) = context.renders.take(is_user).await else { return ApiError::ShuttingDown.into_response() };
    let (base, is_demo) = (context.base_path.clone(), context.is_demo);
    // The page reads the same address here as in the browser.
    if let Some(address) = base_path::address(&base, request.uri()) {
        *request.uri_mut() = address;
    }
    let provide_backend = backend_for(context, &request);
    let provide = move || {
        provide_backend();
        provide_context(base.clone());
        provide_more();
    };
    let render = leptos_axum::render_app_async_with_context(provide, move || shell(assets::site(), is_demo));
    let rendered = to_the_end(async move {
        let page = render(request).await;
        place.rendered();
        page
    });
    match rendered.await {
        Ok(page) => page,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => ApiError::ShuttingDown.into_response(),
        },
    }
}

/// Runs `work` in a separate task, which continues when the caller is dropped.
#[expect(clippy::disallowed_methods, reason = "the handle is awaited")]
async fn to_the_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, JoinError> {
    tokio::spawn(work).await
}

/// Answers a server function of the page.
///
/// Leptos answers a client that accepts HTML, such as a form without JavaScript, with a redirect to the address in `Referer`. Forms
/// are sent to `page_forms` instead, and the client controls the header: the answer is always that of the function.
/// A page of another version may call a function that does not exist here. Leptos would answer with a hint for developers.
pub async fn call(State(context): State<Arc<Context>>, mut request: Request) -> Response {
    let path = request.uri().path();
    if !server_fn_paths().any(|(known, _)| known == path) {
        let error = RpcError::of_other_version(language::of_page(request.headers()));
        return (StatusCode::NOT_FOUND, Json(error)).into_response();
    }
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.headers_mut().remove(REFERER);
    let provide = backend_for(context, &request);
    leptos_axum::handle_server_fns_with_context(provide, request).await.into_response()
}

/// Provides the backend of the user of this request to the app, or nothing without a session.
fn backend_for(context: Arc<Context>, request: &Request) -> impl Fn() + Clone + Send + Sync + 'static {
    let backend = request.extensions().get::<Principal>().cloned().map(|principal| {
        let backend: Arc<dyn Backend> = Arc::new(ViewerBackend { context, principal });
        backend
    });
    let zones = zones::of_page(request.headers());
    let language = language::of_page(request.headers());
    move || {
        provide_context(zones.clone());
        provide_context(language);
        provide_context(ResponseStatus::new(set_status));
        restrict_scripts();
        if let Some(backend) = &backend {
            provide_context(Arc::clone(backend));
        }
    }
}

/// Restricts the browser to the scripts of the page that is being rendered.
fn restrict_scripts() {
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce())
        && let Some(policy) = headers::policy_of_page(&nonce)
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Sets the status of the response that is being rendered. The app does not know axum.
fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_page_is_rendered_to_its_end_when_its_client_has_disconnected() {
        let (go_on, waits) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        let mut page = Box::pin(to_the_end(async move {
            waits.await.unwrap();
            end.send(()).unwrap();
        }));
        assert!((&mut page).now_or_never().is_none());
        drop(page);
        go_on.send(()).unwrap();
        ended.await.unwrap();
    }
}
