use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use serde_json::Value;

/// A request that is being written.
pub(crate) struct Draft {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<String>,
}

impl Draft {
    pub(super) fn new(method: Method) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Platus/", env!("CARGO_PKG_VERSION"))));
        Self { method, headers, body: None }
    }

    /// With these headers in the place of those of the same name.
    pub(crate) fn headers(mut self, headers: HeaderMap) -> Self {
        for (name, value) in &headers {
            self.headers.insert(name, value.clone());
        }
        self
    }

    pub(crate) fn body(self, body: String) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(crate) fn json(mut self, message: &Value) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body(message.to_string())
    }

    /// With a token of a bearer. One that no header can hold is left out, and the server says that it is missing.
    pub(crate) fn bearer_auth(self, token: &str) -> Self {
        self.authorization(&format!("Bearer {token}"))
    }

    pub(crate) fn basic_auth(self, name: &str, password: &str) -> Self {
        self.authorization(&format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
    }

    fn authorization(mut self, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(AUTHORIZATION, value);
        }
        self
    }
}
