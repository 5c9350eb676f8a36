//! Addresses as they are shown, without what could be a secret.

/// Shown instead of a withheld value. Its length does not depend on the value.
pub(super) const WITHHELD: &str = "••••••";

/// A URL or a part of one, without user and password, and without the values of its query.
pub(crate) fn masked_url(url: &str) -> String {
    let url = without_credentials(url);
    // A fragment does not reach the server, and says nothing here.
    let url = url.split('#').next().unwrap_or_default();
    let Some((path, query)) = url.split_once('?') else { return url.to_owned() };
    let masked = query.split('&').map(|pair| match pair.split_once('=') {
        Some((key, _)) => format!("{key}={WITHHELD}"),
        // A query without keys may be a token as a whole.
        None => WITHHELD.to_owned(),
    });
    format!("{path}?{}", masked.collect::<Vec<_>>().join("&"))
}

/// `user:password@host` without what stands before the `@`.
pub(crate) fn without_credentials(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let masked = match authority.rsplit_once('@') {
        Some((_, host)) => format!("{WITHHELD}@{host}{tail}"),
        None => rest.to_owned(),
    };
    if scheme.is_empty() { masked } else { format!("{scheme}://{masked}") }
}
