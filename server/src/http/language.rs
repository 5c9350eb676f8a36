//! The language of a page: the one that the viewer has chosen, else the one that the browser prefers.

use super::Context;
use super::authenticate::came_over_https;
use app::language::{COOKIE, Language};
use axum::extract::{Path, Query, State};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE as COOKIES, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Redirect, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use model::local_path;
use serde::Deserialize;
use std::sync::Arc;

/// How long the browser keeps the choice.
const KEPT: Duration = Duration::days(365);

/// The language of the page that this request asks for.
pub fn of_page(headers: &HeaderMap) -> Language {
    let cookies = texts(headers, COOKIES).flat_map(Cookie::split_parse).filter_map(Result::ok);
    let chosen = cookies.filter(|cookie| cookie.name() == COOKIE).find_map(|cookie| Language::of(cookie.value()));
    let accepted = || texts(headers, ACCEPT_LANGUAGE).find_map(Language::preferred);
    chosen.or_else(accepted).unwrap_or_default()
}

fn texts(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
}

/// The query of a choice.
#[derive(Deserialize)]
pub struct Chosen {
    /// Where to go on: a path of this site.
    #[serde(default)]
    next: String,
}

/// `GET /language/{code}`: keeps the choice in a cookie and goes back to the page. Needs no JavaScript and no login.
pub async fn choose(
    State(context): State<Arc<Context>>,
    Path(code): Path<String>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Response {
    let back = Redirect::to(local_path(&chosen.next));
    let Some(language) = Language::of(&code) else { return back.into_response() };
    let cookie = Cookie::build((COOKIE, language.code()))
        .path(context.base_path.address("/"))
        .max_age(KEPT)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(came_over_https(&context, &headers));
    ([(SET_COOKIE, cookie.to_string())], back).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_choice_counts_before_the_preference() {
        use Language::{English, French};
        for (cookies, accepted, expected) in [
            ("", "", English),
            ("", "fr-FR, en;q=0.5", French),
            ("a=b; platus_language=en", "fr", English),
            ("platus_language=fr", "en", French),
            ("platus_language=xx; platus_language=fr", "en", French),
            ("platus_language=xx", "fr", French),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIES, HeaderValue::from_static(cookies));
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            assert_eq!(of_page(&headers), expected, "{cookies} {accepted}");
        }
    }
}
