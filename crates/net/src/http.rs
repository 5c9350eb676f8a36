//! The HTTP client. It uses the dialler and the TLS configuration of this crate, and its own proxies. A client belongs to one
//! service or channel. It does not follow redirects or decode bodies.

mod client;
mod connection;
mod connector;
mod error;
mod forwarded;
mod idle;
mod limits;
mod proxy;
mod request;
mod response;
mod stream;
mod tunnel;

pub use client::{Client, FIRST_BYTE};
pub use connector::Connector;
pub use error::HttpError;
pub use forwarded::is_gateway_error;
pub use idle::Reuse;
pub use proxy::{Proxies, Proxy, ProxyChoice};
pub use request::Request;
pub use response::Response;
