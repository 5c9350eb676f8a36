//! The types that the browser and the server share, and why a call of the page fails.

pub(crate) mod encoding;
mod error;

pub use ::model::*;
pub use error::RpcError;
