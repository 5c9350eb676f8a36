//! The cookies of one check: what a server sets on the way is sent to the servers further on, as a browser does (RFC 6265).

use cookie_store::{Cookie, CookieDomain, CookieStore};
use reqwest::Url;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use std::collections::HashSet;

/// Most cookies that are taken in one check; browsers keep about as many for one site.
const MOST_COOKIES: usize = 180;

/// A jar that lives as long as one check.
///
/// It knows no list of public suffixes, so that `a.co.uk` can set a cookie that `b.co.uk` gets. That tells `b.co.uk` nothing which `a.co.uk`
/// could not also put into the address to which it redirects: there is no other way from one to the other within a check. A whole
/// top-level domain is refused.
#[derive(Default)]
pub(super) struct Cookies {
    jar: CookieStore,
    n_taken: usize,
    /// Names of cookies which the operator sends, but the server has replaced or deleted meanwhile.
    replaced: HashSet<String>,
}

impl Cookies {
    /// Takes what the server of `url` has set. `own` are the headers that the operator wants to send there.
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
            // Fails for a cookie of another domain, and for one that has expired, which has then deleted the one of before.
            self.jar.insert(cookie.into_owned(), url).ok();
        }
    }

    /// The headers of a request to `url`: those that the operator wants to send there, with the cookies that were set on the way.
    pub(super) fn add_to(&self, own: &HeaderMap, url: &Url) -> HeaderMap {
        let mut headers = own.clone();
        let mut matching = self.jar.matches(url);
        // The library takes a connection to this machine for a secure one; Python does not.
        matching.retain(|cookie| url.scheme() == "https" || cookie.secure() != Some(true));
        // Cookies of longer paths come first.
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

/// Whether a cookie is meant for hosts that its server may speak for.
fn may_set(cookie: &Cookie<'_>, url: &Url) -> bool {
    match &cookie.domain {
        CookieDomain::Suffix(domain) => domain.contains('.') || cookie.domain.host_is_identical(url),
        _ => true,
    }
}

/// What stands for a byte that is no UTF-8, less the byte, so that it can be sent back as it came.
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
