//! Pages whose code is not part of what the browser loads first. It is in files of its own, the parts, and the browser loads a part when
//! a page of it is opened. On the server all parts are there.

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use leptos_router::ChooseView;
use std::future::{Future, pending};

/// The view of such a page, or why its code could not be loaded.
pub type Loaded = Result<AnyView, SplitLoaderError>;

/// A page of a part.
pub struct Deferred<Load, Render> {
    part: Part,
    load: fn() -> Load,
    render: fn() -> Render,
}

/// What the browser loads together. The name is that of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part(pub &'static str);

impl<Load, Render> Deferred<Load, Render> {
    /// A page of `part`: `load` loads the part, `render` makes the view.
    pub fn new(part: Part, load: fn() -> Load, render: fn() -> Render) -> Self {
        Self { part, load, render }
    }
}

impl<Load, Render> Clone for Deferred<Load, Render> {
    fn clone(&self) -> Self {
        Self { part: self.part, load: self.load, render: self.render }
    }
}

impl<Load, Render> ChooseView for Deferred<Load, Render>
where
    Load: Future<Output = Result<(), SplitLoaderError>> + 'static,
    Render: Future<Output = Loaded> + 'static,
{
    async fn choose(self) -> AnyView {
        hint(self.part);
        match (self.render)().await {
            Ok(view) => view,
            // `preload` comes first and leaves the page when the code cannot be loaded.
            Err(_) => pending().await,
        }
    }

    async fn preload(&self) {
        if (self.load)().await.is_err() {
            leave();
            pending::<()>().await;
        }
    }
}

/// Has the browser load the files of the part while it still reads the document.
#[cfg(feature = "ssr")]
fn hint(part: Part) {
    use crate::base_path::under_base;
    use crate::site::SiteAssets;
    use leptos_meta::Link;
    let Some(assets) = use_context::<SiteAssets>() else { return };
    for file in assets.parts.get(part.0).cloned().unwrap_or_default() {
        // The rendered text is empty: the link becomes part of the head.
        let _ =
            view! { <Link rel="preload" href=under_base(&file) as_="fetch" type_="application/wasm" crossorigin="anonymous" /> }
                .to_html();
    }
}

#[cfg(not(feature = "ssr"))]
fn hint(_: Part) {}

/// The router already listens for clicks, but it never gets to a page. Without them, the browser follows links itself.
#[cfg(feature = "hydrate")]
fn open_links_as_documents() {
    use wasm_bindgen::prelude::{Closure, JsCast};
    let keep = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| event.stop_propagation());
    // Fails only for a listener that is not a function. It stays for as long as the document.
    let _ = document().add_event_listener_with_callback_and_bool("click", keep.as_ref().unchecked_ref(), true);
    keep.forget();
}

/// Opens the page as a new document. The part is missing when the network failed, or when the server has been updated since this document
/// was loaded. The first page is left as the server sent it: it would only be loaded again and again.
fn leave() {
    #[cfg(feature = "hydrate")]
    {
        let is_first = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
        if is_first {
            return open_links_as_documents();
        }
        let url = leptos_router::hooks::use_url();
        let address = url.with_untracked(|url| {
            let mut address = url.path().to_owned();
            for (mark, part) in [("?", url.search()), ("#", url.hash())] {
                if !part.is_empty() {
                    address.push_str(mark);
                    address.push_str(part.trim_start_matches(mark));
                }
            }
            address
        });
        if let Some(window) = web_sys::window() {
            let _ = window.location().assign(&address);
        }
    }
}
