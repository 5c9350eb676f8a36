//! Protection against cross-site request forgery (CSRF).

use super::Context;
use super::errors::{ApiError, Foreign, PageError, is_below_api};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use system::log_limit::LogLimit;
use url::{Origin, Url};

/// Bytes of an origin that an error repeats at most. Host names are shorter.
const LONGEST_ORIGIN: usize = 300;

/// Limits the log lines about refused commands, which any client can cause.
static REFUSALS: LogLimit = LogLimit::new(Duration::from_secs(60));

/// Refuses commands that a browser sends from another site. Programs that are no browser send neither header and pass: they have no
/// cookies of anyone else.
pub async fn refuse_foreign_commands(State(context): State<Arc<Context>>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let Err(foreign) = judge(&context, peer, request.headers()) else { return next.run(request).await };
    let is_login = request.uri().path() == "/login";
    if let Some(suppressed) = REFUSALS.pass(Instant::now()) {
        let what = if is_login { "login" } else { "command" };
        tracing::warn!(peer = peer.map(tracing::field::display), suppressed, "A {what} from another site was refused. {foreign}.");
    }
    if is_below_api(request.uri().path()) {
        ApiError::ForeignOrigin(foreign).into_response()
    } else {
        PageError::ForeignOrigin(foreign).page(&context.base_path)
    }
}

/// Fails if a browser sent this from a page of another site.
pub fn judge(context: &Context, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<(), Foreign> {
    let forwarded = || peer.map(|peer| context.proxies.hosts(peer, headers)).unwrap_or_default();
    compare(headers, context.public_origin.as_ref(), forwarded).map_err(|foreign| match foreign {
        Foreign::Origin(origin) => Foreign::Origin(origin + context.base_path.as_str()),
        Foreign::Site => Foreign::Site,
    })
}

/// `public` is the origin of `public_url`; `forwarded` are the hosts that a trusted proxy names. No page can make the browser of a
/// visitor send headers of proxies to another site, so they can be believed here as far as the proxy can.
fn compare(headers: &HeaderMap, public: Option<&Origin>, forwarded: impl FnOnce() -> Vec<String>) -> Result<(), Foreign> {
    // A browser says itself where a request comes from, and no script can change that.
    if let Some(site) = headers.get("sec-fetch-site") {
        return if matches!(site.as_bytes(), b"same-origin" | b"none") { Ok(()) } else { Err(Foreign::Site) };
    }
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    // `null` is no address: the browser hides from where.
    let origin = origin.to_str().ok().and_then(|origin| Url::parse(origin).ok()).ok_or(Foreign::Site)?;
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_known = host.is_some_and(|host| is_at(&origin, host))
        || public.is_some_and(|public| *public == origin.origin())
        || forwarded().iter().any(|host| is_at(&origin, host));
    if is_known { Ok(()) } else { Err(unknown(&origin)) }
}

/// Whether an origin has this `HOST` or `HOST:PORT`. The scheme is not compared: a proxy may speak another with the browser.
fn is_at(origin: &Url, host: &str) -> bool {
    let is_host = !host.is_empty() && !host.contains(['/', '\\', '@', '?', '#']);
    // The port of the scheme may be written or left out.
    is_host && Url::parse(&format!("{}://{host}", origin.scheme())).is_ok_and(|url| url.origin() == origin.origin())
}

fn unknown(origin: &Url) -> Foreign {
    let text = origin.origin().ascii_serialization();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:/[]".contains(&byte));
    let is_short = text.len() <= LONGEST_ORIGIN;
    if is_plain && is_short && matches!(origin.scheme(), "http" | "https") { Foreign::Origin(text) } else { Foreign::Site }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: Result<(), Foreign> = Err(Foreign::Site);

    fn compared(headers: &[(&'static str, &str)], public: Option<&str>, forwarded: &[&str]) -> Result<(), Foreign> {
        let headers: HeaderMap = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let public = public.map(|url| Url::parse(url).unwrap().origin());
        compare(&headers, public.as_ref(), || forwarded.iter().map(|&host| host.to_owned()).collect())
    }

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], is_foreign: bool) {
        assert_eq!(compared(headers, None, &[]).is_err(), is_foreign, "{headers:?}");
    }

    #[test]
    fn only_browsers_on_other_sites_are_foreign() {
        check(&[("host", "platus.lan")], false);
        check(&[("host", "platus.lan"), ("origin", "https://platus.lan")], false);
        check(&[("host", "platus.lan:5001"), ("origin", "http://platus.lan:5001")], false);
        check(&[("host", "Platus.lan:443"), ("origin", "https://platus.lan")], false);
        check(&[("host", "[::1]:5001"), ("origin", "http://[::1]:5001")], false);
        check(&[("host", "platus.lan"), ("origin", "http://platus.lan:5001")], true);
        check(&[("host", "platus.lan"), ("origin", "https://evil.example")], true);
        check(&[("host", "platus.lan"), ("origin", "https://platus.lan.evil.example")], true);
        check(&[("host", "evil@platus.lan"), ("origin", "https://platus.lan")], true);
        check(&[("host", "platus.lan"), ("origin", "null")], true);
        check(&[("origin", "https://platus.lan")], true);
        check(&[("sec-fetch-site", "same-origin"), ("host", "inner"), ("origin", "https://platus.lan")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("sec-fetch-site", "cross-site"), ("host", "platus.lan"), ("origin", "https://platus.lan")], true);
        check(&[("sec-fetch-site", "same-site")], true);
    }

    #[test]
    fn public_url_and_forwarded_hosts_are_known_origins() {
        let sent = [("host", "127.0.0.1:5001"), ("origin", "http://platus.lan:8080")];
        assert_eq!(compared(&sent, Some("http://platus.lan:8080/"), &[]), Ok(()));
        assert_eq!(compared(&sent, None, &["edge.lan", "PLATUS.lan:8080"]), Ok(()));
        for (public, forwarded) in [
            (None, &[][..]),
            (Some("https://platus.lan:8080"), &[]),
            (Some("http://platus.lan"), &["platus.lan", "lan:8080", "platus.lan:8080/", ""]),
        ] {
            assert_eq!(compared(&sent, public, forwarded), Err(Foreign::Origin("http://platus.lan:8080".to_owned())));
        }
        let from_elsewhere = [("sec-fetch-site", "cross-site"), ("origin", "http://platus.lan")];
        assert_eq!(compared(&from_elsewhere, Some("http://platus.lan"), &["platus.lan"]), REFUSED);
    }

    #[test]
    fn an_error_repeats_no_markup() {
        let long = format!("http://{}.lan", "a".repeat(LONGEST_ORIGIN));
        for origin in [long.as_str(), "null", "http://<b>", "http://a\"b", "http://a&b", "moz-extension://platus"] {
            assert_eq!(compared(&[("host", "lan"), ("origin", origin)], None, &[]), REFUSED, "{origin}");
        }
    }
}
