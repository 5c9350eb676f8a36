//! Parses what proxies add to a request: `X-Forwarded-For`, `-Proto` and `-Host`, and the header `Forwarded` of RFC 7239.
//!
//! Each proxy appends to what it was sent, so the end of a header is the work of the nearest proxy, and its beginning may have been
//! sent by anyone. Everything is therefore read from the end: an open quotation mark at the beginning, for instance, must not hide what
//! the proxy appended. For the same reason an entry that is not understood stays in the list instead of being skipped. Empty entries say
//! nothing, and are skipped (RFC 9110, section 5.6.1).

use axum::http::{HeaderMap, HeaderName};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The addresses for which the request was forwarded, that of the nearest proxy's client first. `None` for an entry without an address:
/// `unknown`, an obfuscated identifier, or text that is neither.
///
/// `Forwarded` counts only where there is no `X-Forwarded-For`: most proxies set the latter alone, and pass the former on unchanged.
pub(super) fn clients(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    if headers.contains_key(X_FORWARDED_FOR) {
        let lines = lines(headers, &X_FORWARDED_FOR);
        let entries = lines.iter().rev().flat_map(|line| line.rsplit(','));
        entries.filter(|entry| !entry.trim().is_empty()).map(address).collect()
    } else {
        parameters(headers, "for").into_iter().map(|text| text.as_deref().and_then(address)).collect()
    }
}

/// Whether the request has a header with the clients that it was forwarded for. Any client can send one.
pub(super) fn has_clients(headers: &HeaderMap) -> bool {
    headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED)
}

/// The scheme that the browser used, in lower case, as the first proxy names it.
pub(super) fn scheme(headers: &HeaderMap) -> Option<String> {
    let names = listed(headers, &X_FORWARDED_PROTO);
    let first = names.into_iter().next().or_else(|| parameters(headers, "proto").into_iter().rev().flatten().next());
    first.map(|name| name.to_ascii_lowercase())
}

/// The hosts that the request was sent to before proxies changed `Host`, each with its port where there is one.
pub(super) fn hosts(headers: &HeaderMap) -> Vec<String> {
    let hosts = listed(headers, &X_FORWARDED_HOST);
    if hosts.is_empty() { parameters(headers, "host").into_iter().flatten().collect() } else { hosts }
}

/// The lines of a header in the order in which they were sent. A byte that is no UTF-8 spoils its own entry only.
fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<Cow<'a, str>> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
}

/// The entries of a header of the form `X-Forwarded-…`, without empty ones.
fn listed(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lines = lines(headers, name);
    let entries = lines.iter().flat_map(|line| line.split(',')).map(|entry| unquoted(entry.trim()));
    entries.filter(|entry| !entry.is_empty()).collect()
}

/// What each element of `Forwarded` says for a parameter, the nearest proxy's first. Absent and empty ones are `None`.
fn parameters(headers: &HeaderMap, wanted: &str) -> Vec<Option<String>> {
    let lines = lines(headers, &FORWARDED);
    let elements = lines.iter().rev().flat_map(|line| split_from_end(line, b',')).filter(|element| !element.trim().is_empty());
    elements.map(|element| parameter(element, wanted).filter(|value| !value.is_empty())).collect()
}

/// The first parameter of this name, whose case does not matter.
fn parameter(element: &str, wanted: &str) -> Option<String> {
    let pairs = split_from_end(element, b';').into_iter().rev().filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)).map(|(_, value)| value);
    values.next().map(|value| unquoted(value.trim()))
}

/// The parts between separators outside quoted strings, from the last to the first.
fn split_from_end(text: &str, separator: u8) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut parts, mut end, mut is_quoted) = (Vec::new(), bytes.len(), false);
    for (at, &byte) in bytes.iter().enumerate().rev() {
        if byte == b'"' && !ends_with_escape(&bytes[..at]) {
            is_quoted = !is_quoted;
        } else if byte == separator && !is_quoted {
            parts.push(&text[at + 1..end]);
            end = at;
        }
    }
    parts.push(&text[..end]);
    parts
}

/// Whether a backslash escapes what follows this text.
fn ends_with_escape(text: &[u8]) -> bool {
    text.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// The content of a quoted string; other text unchanged.
fn unquoted(text: &str) -> String {
    let Some(content) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return text.to_owned() };
    let mut letters = content.chars();
    let mut plain = String::with_capacity(content.len());
    while let Some(letter) = letters.next() {
        plain.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    plain
}

/// The address of an entry: `192.0.2.7`, `192.0.2.7:4711`, `[192.0.2.7]:4711`, `2001:db8::7`, `[2001:db8::7]`, `[2001:db8::7]:4711`, any of them in
/// quotation marks, and those of IPv6 with a zone, which is left out.
fn address(text: &str) -> Option<IpAddr> {
    let text = unquoted(text.trim());
    let text = text.trim();
    if let Some(rest) = text.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        let is_whole = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return if is_whole { ipv4(host).or_else(|| ipv6(host)) } else { None };
    }
    let host = match text.split_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => text,
    };
    ipv4(host).or_else(|| ipv6(text))
}

fn ipv4(text: &str) -> Option<IpAddr> {
    text.parse::<Ipv4Addr>().map(IpAddr::V4).ok()
}

fn ipv6(text: &str) -> Option<IpAddr> {
    let address = text.split_once('%').map_or(text, |(address, _zone)| address);
    address.parse::<Ipv6Addr>().ok().map(|address| address.to_canonical())
}

/// A number, or an obfuscated port of RFC 7239.
fn is_port(text: &str) -> bool {
    let is_obfuscated = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    text.parse::<u16>().is_ok() || text.strip_prefix('_').is_some_and(is_obfuscated)
}

#[cfg(test)]
mod tests;
