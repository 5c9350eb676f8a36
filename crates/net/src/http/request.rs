use hyper::Method;
use hyper::header::HeaderMap;
use url::Url;

/// What is to be sent.
pub struct Request<'a> {
    pub method: &'a Method,
    pub url: &'a Url,
    pub headers: &'a HeaderMap,
    pub body: Option<&'a [u8]>,
}
