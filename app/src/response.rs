//! The HTTP status of an answer, for code that must not know which server gives it.

#[cfg(feature = "ssr")]
pub use server::ResponseStatus;

/// Sets the HTTP status of the page or the call that is being answered. Does nothing in the browser, nor where the server has
/// provided no [`ResponseStatus`].
pub fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    server::set(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}

#[cfg(feature = "ssr")]
mod server {
    use leptos::prelude::use_context;
    use std::sync::Arc;

    /// The way back to the response. The server puts one into the context of each request.
    #[derive(Clone)]
    pub struct ResponseStatus(Arc<dyn Fn(u16) + Send + Sync>);

    impl ResponseStatus {
        /// `set` gets the numeric status, 400 to 599, and may be called more than once; the last call counts.
        pub fn new(set: impl Fn(u16) + Send + Sync + 'static) -> Self {
            Self(Arc::new(set))
        }
    }

    pub(super) fn set(status: u16) {
        if let Some(response) = use_context::<ResponseStatus>() {
            (response.0)(status);
        }
    }
}
