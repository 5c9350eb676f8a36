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

pub(crate) use client::{Client, Request};
pub(crate) use connector::Connector;
pub(crate) use error::HttpError;
pub(crate) use idle::Reuse;
pub(crate) use proxy::{Proxies, Proxy, ProxyChoice};
pub(crate) use response::Response;
