//! The headers of a request.

use super::coding::OFFERED;
use super::properties::Properties;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use yaml::InvalidSetting;

/// Headers that are also sent to other servers after a redirect. All other headers may contain keys.
const HARMLESS: [HeaderName; 4] = [ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, USER_AGENT];

/// The headers of every request of one service.
pub(super) struct Headers {
    /// For the configured server.
    pub(super) own: HeaderMap,
}

impl Headers {
    /// `request_headers` override the defaults and the token; user name and password override everything.
    ///
    /// The errors contain the name of the header, never its value.
    pub(super) fn new(properties: &Properties) -> Result<Self, InvalidSetting> {
        let format = value("Content-Type", properties.request_format().unwrap_or("application/json"))?;
        let mut own = HeaderMap::new();
        own.insert(CONTENT_TYPE, format.clone());
        own.insert(ACCEPT, format);
        own.insert(ACCEPT_ENCODING, HeaderValue::from_static(OFFERED));
        own.insert(USER_AGENT, HeaderValue::from_static(concat!("Platus/", env!("CARGO_PKG_VERSION"))));
        if let Some(token) = properties.token() {
            match properties.token_header() {
                Some(header) => own.insert(name(header)?, value(header, token)?),
                None => own.insert(AUTHORIZATION, value("Authorization", &format!("Bearer {}", token.trim()))?),
            };
        } else if properties.token_header().is_some() {
            return Err(InvalidSetting::new("`token_header` needs a `token`"));
        }
        for (header, text) in properties.request_headers() {
            match text {
                Some(text) => own.insert(name(header)?, value(header, text)?),
                None => own.remove(name(header)?),
            };
        }
        if let Some((user, password)) = properties.basic()? {
            own.insert(AUTHORIZATION, value("Authorization", &format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))?);
        }
        Ok(Self { own })
    }

    /// For any other server.
    pub(super) fn foreign(&self) -> HeaderMap {
        HARMLESS.into_iter().filter_map(|name| self.own.get(&name).cloned().map(|value| (name, value))).collect()
    }
}

fn name(header: &str) -> Result<HeaderName, InvalidSetting> {
    header
        .trim()
        .parse()
        .map_err(|_| InvalidSetting::new(format!("{header:?} is no name of a header: it may hold letters, digits and hyphens")))
}

/// Whitespace around a value has no meaning in HTTP, but is often stored with a secret.
fn value(header: &str, text: &str) -> Result<HeaderValue, InvalidSetting> {
    let mut value = HeaderValue::from_bytes(text.trim().as_bytes()).map_err(|_| {
        InvalidSetting::new(format!("the value of the header {header:?} holds a control character, such as a line end"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}
