//! An HTTP client that makes its connections as everything else here does: with the one dialler, the one TLS configuration, and its own
//! proxies. It belongs to one service or channel. It follows no redirect and decodes nothing.

mod client;
mod connection;
mod connector;
mod error;
mod forwarded;
mod idle;
mod proxy;
mod response;
mod stream;
mod tunnel;

pub use client::{Client, Request};
pub use connector::Connector;
pub use error::HttpError;
pub use idle::Reuse;
pub use proxy::{Proxies, Proxy, ProxyChoice};
pub use response::Response;
