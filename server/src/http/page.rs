//! Renders the page for a viewer, and answers its server functions.

use super::backend::ViewerBackend;
use super::errors::ApiError;
use super::{Context, assets, headers};
use crate::auth::Principal;
use app::backend::Backend;
use app::forms::{Fields, Refusal};
use app::model::RpcError;
use app::response::ResponseStatus;
use app::shell;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, REFERER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use std::panic::resume_unwind;
use std::sync::Arc;
use tokio::task::JoinError;

/// Renders the page at the address of the request.
///
/// A separate task renders it completely, also if the client disconnects: threads that still render parts of a dropped page would find
/// its values disposed and panic.
pub async fn open(State(context): State<Arc<Context>>, request: Request) -> Response {
    render(context, request, None).await
}

/// Renders the page at the address of the request, with the reason why a form with these fields was refused.
pub async fn refuse(context: Arc<Context>, request: Request, fields: &Fields, error: &RpcError) -> Response {
    let mut response = render(context, request, Some(Refusal::new(fields, error.to_string()))).await;
    if let Ok(status) = StatusCode::from_u16(error.status()) {
        *response.status_mut() = status;
    }
    response
}

async fn render(context: Arc<Context>, request: Request, refusal: Option<Refusal>) -> Response {
    let is_user = request.extensions().get::<Principal>().is_some();
    let Some(place) = context.renders.take(is_user).await else { return ApiError::ShuttingDown.into_response() };
    let is_demo = context.is_demo;
    let provide_backend = backend_for(context, &request);
    let provide = move || {
        provide_backend();
        if let Some(refusal) = refusal.clone() {
            provide_context(refusal);
        }
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
pub async fn call(State(context): State<Arc<Context>>, mut request: Request) -> Response {
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
    move || {
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
