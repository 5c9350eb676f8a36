//! The cookies of one check: those that a server sets are sent with the following requests, as in a browser (RFC 6265).

use cookie_store::{Cookie, CookieDomain, CookieStore};
use reqwest::Url;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use std::collections::HashSet;

/// Maximum number of cookies in one check; browsers keep about as many for one site.
const MOST_COOKIES: usize = 180;

/// A cookie jar for one check.
///
/// It has no list of public suffixes, so `a.co.uk` can set a cookie for `b.co.uk`. That reveals nothing, since within a check
/// `b.co.uk` is reached only through a redirect, whose URL `a.co.uk` chooses anyway. Cookies for a whole top-level domain are
/// rejected.
#[derive(Default)]
pub(super) struct Cookies {
    jar: CookieStore,
    n_taken: usize,
    /// Names of configured cookies that the server has replaced or deleted.
    replaced: HashSet<String>,
}

impl Cookies {
    /// Stores the cookies that the server of `url` has set. `own` are the configured headers for that server.
    pub(super) fn take(&mut self, url: &Url, own: &HeaderMap, received: &HeaderMap) {
        for header in received.get_all(SET_COOKIE) {
            let text = characters(header.as_bytes());
            let Ok(cookie) = Cookie::parse(text.as_str(), url) else { continue };
            if self.n_taken == MOST_COOKIES || !may_set(&cookie, url) {
                continue;
            }
            self.n_taken += 1;
            if own.contains_key(COOKIE) && &*cookie.path == "/" {
                self.replaced.insert(cookie.name().to_owned());
            }
            // Fails for a cookie of another domain, and for an expired one, which has then deleted the previous one.
            self.jar.insert(cookie.into_owned(), url).ok();
        }
    }

    /// The headers of a request to `url`: the configured ones, with the stored cookies.
    pub(super) fn add_to(&self, own: &HeaderMap, url: &Url) -> HeaderMap {
        let mut headers = own.clone();
        let mut matching = self.jar.matches(url);
        // The library treats connections to localhost as secure; Python does not.
        matching.retain(|cookie| url.scheme() == "https" || cookie.secure() != Some(true));
        // Cookies with longer paths come first.
        matching.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        if matching.is_empty() && self.replaced.is_empty() {
            return headers;
        }
        let own = headers.remove(COOKIE).map(|own| characters(own.as_bytes())).unwrap_or_default();
        let is_replaced = |pair: &str| {
            let name = pair.split_once('=').map_or(pair, |(name, _)| name.trim());
            self.replaced.contains(name) || matching.iter().any(|cookie| cookie.name() == name)
        };
        let own = own.split(';').map(str::trim).filter(|pair| !pair.is_empty() && !is_replaced(pair)).map(str::to_owned);
        let set = matching.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value()));
        let all = own.chain(set).collect::<Vec<_>>().join("; ");
        if let Some(value) = header(&all) {
            headers.insert(COOKIE, value);
        }
        headers
    }
}

/// Whether the server may set this cookie.
fn may_set(cookie: &Cookie<'_>, url: &Url) -> bool {
    match &cookie.domain {
        CookieDomain::Suffix(domain) => domain.contains('.') || cookie.domain.host_is_identical(url),
        _ => true,
    }
}

/// Offset of the characters that represent invalid UTF-8 bytes, so that these can be sent back unchanged.
const FIRST_STAND_IN: u32 = 0xf700;

fn characters(header: &[u8]) -> String {
    let mut text = String::new();
    for chunk in header.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(FIRST_STAND_IN + u32::from(*byte))));
    }
    text
}

fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for character in text.chars() {
        match u32::from(character).checked_sub(FIRST_STAND_IN).map(u8::try_from) {
            Some(Ok(byte @ 0x80..)) => bytes.push(byte),
            _ => bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

fn header(cookies: &str) -> Option<HeaderValue> {
    if cookies.is_empty() {
        return None;
    }
    let mut value = HeaderValue::from_bytes(&bytes(cookies)).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests;
