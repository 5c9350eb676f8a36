//! Finds out who is asking, by HTTP Basic or by the session cookie, and turns away whoever has to be known and is not.

use super::Context;
use super::errors::{ApiError, PageError};
use crate::auth::{Principal, Refusal};
use app::model::RpcError;
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

type Peer = ConnectInfo<SocketAddr>;

/// Lets a known caller of the API through.
pub async fn api(State(context): State<Arc<Context>>, peer: Peer, mut request: Request, next: Next) -> Response {
    match identify(&context, request.headers(), peer.0.ip()).await {
        Ok(principal) => {
            request.extensions_mut().insert(principal);
            next.run(request).await
        }
        Err(refusal) => ApiError::from(refusal).into_response(),
    }
}

/// Lets a known caller of a server function through. The answer to others is one that the page understands, without the challenge
/// that makes a browser open its own login window.
pub async fn rpc(State(context): State<Arc<Context>>, peer: Peer, mut request: Request, next: Next) -> Response {
    match identify(&context, request.headers(), peer.0.ip()).await {
        Ok(principal) => {
            request.extensions_mut().insert(principal);
            next.run(request).await
        }
        Err(Refusal::Wrong) => (StatusCode::UNAUTHORIZED, Json(RpcError::Unauthorized)).into_response(),
        Err(Refusal::TooMany { retry_after }) => {
            let error = RpcError::Unavailable(format!("Too many attempts. Try again in {} s.", retry_after.as_secs() + 1));
            (StatusCode::TOO_MANY_REQUESTS, Json(error)).into_response()
        }
    }
}

/// Lets a known viewer of a page through, and sends everybody else to the login, from where they come back.
pub async fn page(State(context): State<Arc<Context>>, peer: Peer, mut request: Request, next: Next) -> Response {
    match identify(&context, request.headers(), peer.0.ip()).await {
        Ok(principal) => {
            request.extensions_mut().insert(principal);
            next.run(request).await
        }
        Err(Refusal::Wrong) => {
            let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
            let target = match wanted {
                "/" => "/login".to_owned(),
                wanted => format!("/login?next={}", percent_encoded(wanted)),
            };
            Redirect::to(&target).into_response()
        }
        Err(Refusal::TooMany { retry_after }) => PageError::TooManyAttempts { retry_after }.into_response(),
    }
}

/// Who sends these headers. Credentials win over a cookie, since whoever sends them wants them tried.
async fn identify(context: &Context, headers: &HeaderMap, address: IpAddr) -> Result<Principal, Refusal> {
    if let Some(authorization) = headers.get(AUTHORIZATION) {
        let (name, password) = authorization.to_str().ok().and_then(basic_credentials).ok_or(Refusal::Wrong)?;
        return context.users.authenticate(&name, &password, address).await;
    }
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    cookies.into_iter().find_map(|header| context.sessions.resume(header)).ok_or(Refusal::Wrong)
}

/// Name and password of a Basic header (RFC 7617; the text is UTF-8).
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

fn percent_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_headers_are_read_as_utf8_and_split_at_the_first_colon() {
        let header = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let pair = |name: &str, password: &str| Some((name.to_owned(), password.to_owned()));
        assert_eq!(basic_credentials(&header("admin:admin")), pair("admin", "admin"));
        assert_eq!(basic_credentials(&header("jürgen:pä:ss")), pair("jürgen", "pä:ss"));
        assert_eq!(basic_credentials(&header(":")), pair("", ""));
        assert_eq!(basic_credentials(&header("admin:admin").replace("Basic", "bAsIc")), pair("admin", "admin"));
        for wrong in ["", "Basic", "Basic ", "Basic !!", "Bearer abc", &header("no colon"), "Basic /w=="] {
            assert_eq!(basic_credentials(wrong), None, "{wrong}");
        }
    }
}
