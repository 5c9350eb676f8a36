//! The HTTP status of a response, independent of the HTTP library of the server.

#[cfg(feature = "ssr")]
pub use server::ResponseStatus;

/// Sets the HTTP status of the current page or call. Does nothing in the browser and without a [`ResponseStatus`] in the context.
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

    /// Sets the status of the response. The server provides one in the context of each request.
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
