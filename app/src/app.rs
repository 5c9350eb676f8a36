use crate::base_path::{base_path, direct_calls};
use crate::pages::{BoardPage, Layout, LoginPage, NotFoundPage, WallPage, parts};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The application. On the server it expects `RequestUrl` and `ServerMetaContext` in the context, which `leptos_axum` provides, and an
/// `Arc<dyn Backend>` when a user is logged in.
///
/// Pages are sent when they are complete, so that they work without JavaScript.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    direct_calls();
    view! {
        <Router base=base_path().as_str().to_owned()>
            <Routes fallback=NotFoundPage>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("") view=BoardPage ssr=SsrMode::Async />
                    <Route path=path!("services/:id") view=parts::service() ssr=SsrMode::Async />
                    <Route path=path!("incidents") view=parts::incidents() ssr=SsrMode::Async />
                    <Route path=path!("incidents/:id") view=parts::incident() ssr=SsrMode::Async />
                    <Route path=path!("silences") view=parts::silences() ssr=SsrMode::Async />
                    <Route path=path!("settings") view=parts::health() ssr=SsrMode::Async />
                    <Route path=path!("settings/channels") view=parts::channels() ssr=SsrMode::Async />
                    <Route path=path!("settings/users") view=parts::users() ssr=SsrMode::Async />
                    <Route path=path!("settings/configuration") view=parts::configuration() ssr=SsrMode::Async />
                    <Route path=path!("settings/about") view=parts::about() ssr=SsrMode::Async />
                </ParentRoute>
                <Route path=path!("wall") view=WallPage ssr=SsrMode::Async />
                <Route path=path!("login") view=LoginPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
