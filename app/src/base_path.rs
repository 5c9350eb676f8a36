//! The base path: the path under which browsers see the site. Everything in this crate works with paths of the site, such as `/incidents`.
//! Only what a browser reads has addresses: each `href`, `action` and request goes through [`under_base`].

use crate::model::BasePath;

/// The base path. The server provides it in the context of a request; without one, the site is at the root of its host.
pub fn base_path() -> BasePath {
    #[cfg(feature = "hydrate")]
    return browser::base_path().clone();
    #[cfg(not(feature = "hydrate"))]
    leptos::prelude::use_context().unwrap_or_default()
}

/// The address of a path of the site, for browsers. A text that is no path, such as `#main`, stays as it is.
pub fn under_base(path: &str) -> String {
    base_path().address(path)
}

/// The path of the site at an address that the browser shows.
pub fn path_of(address: &str) -> String {
    base_path().path_of(address).unwrap_or("/").to_owned()
}

/// Sends the calls of server functions to addresses under the base path. Does nothing on the server, which calls them itself.
pub fn direct_calls() {
    #[cfg(feature = "hydrate")]
    // Fails only when it was called before.
    let _ = leptos::server_fn::client::try_set_server_url(browser::base_path().as_str());
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::model::BasePath;
    use leptos::prelude::document;
    use std::sync::OnceLock;

    /// The base path that the document names (`shell.rs`). Read once: it stays for as long as the document.
    pub(super) fn base_path() -> &'static BasePath {
        static BASE: OnceLock<BasePath> = OnceLock::new();
        BASE.get_or_init(|| {
            let attribute = document().document_element().and_then(|html| html.get_attribute("data-base"));
            attribute.and_then(|path| BasePath::parse(&path)).unwrap_or_default()
        })
    }
}
