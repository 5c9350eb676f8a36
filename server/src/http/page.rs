//! The page: rendered by the app, from what the viewer may see.

use super::Context;
use super::assets;
use super::backend::ViewerBackend;
use super::headers;
use crate::auth::Principal;
use app::backend::Backend;
use app::response::ResponseStatus;
use app::shell;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{IntoResponse, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use std::sync::Arc;

/// Renders the page at the address of the request.
pub async fn open(State(context): State<Arc<Context>>, request: Request) -> Response {
    let provide = backend_for(context, &request);
    let render = leptos_axum::render_app_async_with_context(provide, || shell(assets::site()));
    render(request).await.into_response()
}

/// Answers a server function of the page.
pub async fn call(State(context): State<Arc<Context>>, request: Request) -> Response {
    let provide = backend_for(context, &request);
    leptos_axum::handle_server_fns_with_context(provide, request).await.into_response()
}

/// Puts the house, as the viewer of this request may see it, where the app looks for it. Nothing when nobody is logged in.
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

/// Has the browser run no script but those of the page that is being rendered.
fn restrict_scripts() {
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce())
        && let Some(policy) = headers::policy_of_page(&nonce)
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// The app does not know axum; this is its way to the status of the response that it is being rendered for.
fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}
