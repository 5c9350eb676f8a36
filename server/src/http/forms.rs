//! The plain forms of the page: login and logout. They work without JavaScript.

use super::Context;
use super::authenticate::came_over_https;
use crate::auth::Refusal;
use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};
use model::local_path;
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;

#[derive(Deserialize)]
pub struct Login {
    username: String,
    password: String,
    /// Where to go on: a path of this site.
    #[serde(default)]
    next: String,
}

/// `POST /login`.
pub async fn login(
    State(context): State<Arc<Context>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(login): Form<Login>,
) -> Response {
    let next = local_path(&login.next);
    let address = context.proxies.client(peer.ip(), &headers);
    match context.users.authenticate(&login.username, &login.password, address).await {
        Ok(principal) => match context.sessions.begin(&principal, came_over_https(&context, &headers)) {
            Some(cookie) => ([(SET_COOKIE, cookie)], Redirect::to(next)).into_response(),
            None => back_to_login("failed", next),
        },
        Err(Refusal::Wrong) => back_to_login("failed", next),
        Err(Refusal::TooMany { .. }) => back_to_login("throttled", next),
    }
}

/// `POST /logout`.
pub async fn logout(State(context): State<Arc<Context>>, headers: HeaderMap) -> Response {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok()).collect::<Vec<_>>().join("; ");
    ([(SET_COOKIE, context.sessions.end(&cookies).await)], Redirect::to("/login")).into_response()
}

fn back_to_login(why: &str, next: &str) -> Response {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Redirect::to(&format!("/login?{why}=1&next={next}")).into_response()
}
