//! The base path of `public_url`, at the one place where requests come in. Behind it, everything works with paths of the site: a request
//! loses the base path before it is routed, and a redirect gets it. A proxy may pass the base path on or remove it.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{HeaderValue, LOCATION};
use axum::http::uri::{PathAndQuery, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use model::BasePath;

/// The router of a site under this base path.
pub fn under(base: &BasePath, site: Router) -> Router {
    if base.is_root() {
        return site;
    }
    // Layers run after routing. The outer router has no routes, so that the inner one routes the changed request.
    Router::new().fallback_service(site).layer(from_fn_with_state(base.clone(), translate))
}

async fn translate(State(base): State<BasePath>, mut request: Request, next: Next) -> Response {
    if let Some(path) = base.path_of(request.uri().path()).and_then(|path| at(request.uri(), path)) {
        *request.uri_mut() = path;
    }
    let mut response = next.run(request).await;
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    // Only `//` begins the address of another host.
    let location = location.filter(|location| !location.starts_with("//")).map(|location| base.address(location));
    if let Some(location) = location.and_then(|location| HeaderValue::try_from(location).ok()) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// The address under which browsers see this one of the site.
pub fn address(base: &BasePath, uri: &Uri) -> Option<Uri> {
    at(uri, &base.address(uri.path()))
}

/// This URI with another path.
fn at(uri: &Uri, path: &str) -> Option<Uri> {
    let target = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::extract::MatchedPath;
    use axum::response::Redirect;
    use axum::routing::get;
    use tower::ServiceExt as _;

    fn site() -> Router {
        let redirect = |to: &'static str| get(async move || Redirect::to(to));
        Router::new()
            .route("/incidents/{id}", get(async |matched: MatchedPath, uri: Uri| format!("{} {uri}", matched.as_str())))
            .route("/login", redirect("/incidents?state=down"))
            .route("/elsewhere", redirect("https://example.org/x"))
            .route("/host", redirect("//example.org/x"))
            .fallback(async |uri: Uri| format!("nothing at {uri}"))
    }

    async fn answer(base: &str, target: &str) -> String {
        let router = under(&BasePath::parse(base).unwrap(), site());
        let response = router.oneshot(Request::get(target).body(Body::empty()).unwrap()).await.unwrap();
        match response.headers().get(LOCATION) {
            Some(location) => format!("to {}", location.to_str().unwrap()),
            None => String::from_utf8(to_bytes(response.into_body(), 1_000).await.unwrap().to_vec()).unwrap(),
        }
    }

    #[tokio::test]
    async fn a_request_is_routed_with_and_without_the_base_path() {
        for base in ["/platus", "/a/b"] {
            for target in ["/incidents/7?range=7d", &format!("{base}/incidents/7?range=7d")] {
                assert_eq!(answer(base, target).await, "/incidents/{id} /incidents/7?range=7d", "{target}");
            }
            let whole = format!("http://example.org{base}/incidents/7");
            assert_eq!(answer(base, &whole).await, "/incidents/{id} http://example.org/incidents/7");
        }
        assert_eq!(answer("/platus", "/platus").await, "nothing at /platus");
        assert_eq!(answer("/platus", "/platus2/incidents/7").await, "nothing at /platus2/incidents/7");
        assert_eq!(answer("/platus", "/platus/platus/incidents/7").await, "nothing at /platus/incidents/7");
        assert_eq!(answer("", "/incidents/7").await, "/incidents/{id} /incidents/7");
    }

    #[tokio::test]
    async fn a_redirect_leads_below_the_base_path() {
        assert_eq!(answer("/platus", "/platus/login").await, "to /platus/incidents?state=down");
        assert_eq!(answer("/platus", "/login").await, "to /platus/incidents?state=down");
        assert_eq!(answer("", "/login").await, "to /incidents?state=down");
        assert_eq!(answer("/platus", "/elsewhere").await, "to https://example.org/x");
        assert_eq!(answer("/platus", "/host").await, "to //example.org/x");
    }
}
