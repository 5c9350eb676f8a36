use hyper::Method;
use hyper::header::HeaderMap;
use url::Url;

/// A request.
pub struct Request<'a> {
    pub method: &'a Method,
    pub url: &'a Url,
    pub headers: &'a HeaderMap,
    pub body: Option<&'a [u8]>,
}
