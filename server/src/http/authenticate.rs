//! Authenticates requests by HTTP Basic, API key or session cookie, and refuses unauthenticated ones where the route requires it.

use super::errors::{ApiError, PageError};
use super::page_errors::failed;
use super::{Context, forwarded, trace};
use crate::auth::{Principal, Refusal};
use app::model::RpcError;
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::headers::HeaderMapExt;
use axum_extra::headers::authorization::{Authorization, Basic, Bearer};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

type Peer = ConnectInfo<SocketAddr>;

/// Passes authenticated callers of the API.
pub async fn api(State(context): State<Arc<Context>>, peer: Peer, request: Request, next: Next) -> Response {
    match identify(&context, request.headers(), peer.0.ip()).await {
        Ok(caller) => caller.go_on(request, next).await,
        Err(refusal) => ApiError::from(refusal).into_response(),
    }
}

/// Passes authenticated callers of a server function. Others get an error that the page understands, without the challenge that makes a
/// browser open its own login dialog.
pub async fn rpc(State(context): State<Arc<Context>>, peer: Peer, request: Request, next: Next) -> Response {
    match identify(&context, request.headers(), peer.0.ip()).await {
        Ok(caller) => caller.go_on(request, next).await,
        Err(Refusal::Wrong) => (StatusCode::UNAUTHORIZED, Json(RpcError::Unauthorized)).into_response(),
        Err(Refusal::TooMany { retry_after }) => {
            let error = failed(ApiError::TooManyAttempts { retry_after });
            (StatusCode::TOO_MANY_REQUESTS, Json(error)).into_response()
        }
    }
}

/// Passes authenticated viewers, and redirects others to the login, which leads back.
pub async fn page(State(context): State<Arc<Context>>, peer: Peer, request: Request, next: Next) -> Response {
    match identify(&context, request.headers(), peer.0.ip()).await {
        Ok(caller) => caller.go_on(request, next).await,
        Err(Refusal::Wrong) => {
            let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
            let target = match wanted {
                "/" => "/login".to_owned(),
                wanted => format!("/login?next={}", percent_encoded(wanted)),
            };
            Redirect::to(&target).into_response()
        }
        Err(Refusal::TooMany { retry_after }) => PageError::TooManyAttempts { retry_after }.page(&context.base_path),
    }
}

/// An authenticated caller, with the proof.
struct Caller {
    principal: Principal,
    proof: Proof,
    /// The cookie that is to take the place of the one that was sent.
    set_cookie: Option<String>,
}

/// The credentials of a caller. A response that lasts for hours checks from time to time whether they are still valid.
#[derive(Clone)]
pub enum Proof {
    /// The header with the cookie of a session.
    Session(String),
    /// Name and password, as the password was then.
    Password { name: String, fingerprint: [u8; 32] },
    /// An API key.
    Key(String),
}

impl Proof {
    /// Whether it is valid now: the session was not revoked and has not expired, the password is the same, the key was not revoked.
    pub fn holds(&self, context: &Context) -> bool {
        match self {
            Self::Session(header) => context.sessions.resume(header).is_some(),
            Self::Password { name, fingerprint } => context.users.resume(name, fingerprint).is_some(),
            Self::Key(key) => context.keys.find(key).is_some(),
        }
    }
}

impl Caller {
    async fn go_on(self, mut request: Request, next: Next) -> Response {
        trace::record_user(&self.principal.name);
        request.extensions_mut().insert(self.principal);
        request.extensions_mut().insert(self.proof);
        let mut response = next.run(request).await;
        if let Some(cookie) = self.set_cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// The caller with these headers. Explicit credentials take precedence over a cookie.
async fn identify(context: &Context, headers: &HeaderMap, peer: IpAddr) -> Result<Caller, Refusal> {
    if headers.contains_key(AUTHORIZATION) {
        if let Some(Authorization(bearer)) = headers.typed_get::<Authorization<Bearer>>() {
            let key = bearer.token();
            let principal = context.keys.authenticate(key).await.ok_or(Refusal::Wrong)?;
            return Ok(Caller { principal, proof: Proof::Key(key.to_owned()), set_cookie: None });
        }
        let (name, password) = basic_credentials(headers).ok_or(Refusal::Wrong)?;
        let address = context.proxies.client(peer, headers);
        let principal = context.users.authenticate(&name, &password, address).await?;
        let fingerprint = context.users.fingerprint(&name).ok_or(Refusal::Wrong)?;
        return Ok(Caller { principal, proof: Proof::Password { name, fingerprint }, set_cookie: None });
    }
    let cookies = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    let session = cookies.into_iter().find_map(|header| Some((header, context.sessions.resume(header)?)));
    let (header, resumed) = session.ok_or(Refusal::Wrong)?;
    let set_cookie = context.sessions.renew(&resumed, came_over_https(context, headers));
    Ok(Caller { principal: resumed.principal, proof: Proof::Session(header.to_owned()), set_cookie })
}

/// Whether the browser speaks https, to Platus or to a proxy in front that says so. The proxy need not be a trusted one: a client that
/// lies here only loses its own cookie.
pub fn came_over_https(context: &Context, headers: &HeaderMap) -> bool {
    context.is_https || forwarded::scheme(headers).is_some_and(|scheme| scheme == "https")
}

/// Name and password of a Basic header (RFC 7617).
fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let Authorization(basic) = headers.typed_get::<Authorization<Basic>>()?;
    Some((basic.username().to_owned(), basic.password().to_owned()))
}

fn percent_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    fn read(header: &str) -> Option<(String, String)> {
        basic_credentials(&HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(header).unwrap())]))
    }

    #[test]
    fn basic_headers_are_read_as_utf8_and_split_at_the_first_colon() {
        let header = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let pair = |name: &str, password: &str| Some((name.to_owned(), password.to_owned()));
        assert_eq!(read(&header("admin:admin")), pair("admin", "admin"));
        assert_eq!(read(&header("jürgen:pä:ss")), pair("jürgen", "pä:ss"));
        assert_eq!(read(&header(":")), pair("", ""));
        assert_eq!(read(&header("admin:admin").replace("Basic", "bAsIc")), pair("admin", "admin"));
        for wrong in ["", "Basic", "Basic ", "Basic !!", "Bearer abc", &header("no colon"), "Basic /w=="] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
