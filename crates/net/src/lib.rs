//! What checks, stores, channels and Vault need to reach their targets: connections, TLS, one HTTP client, deadlines, and messages for
//! what goes wrong on the way.

pub mod advice;
pub mod bad_certificate;
pub mod deadline;
pub mod dial;
pub mod failure;
pub mod host;
pub mod http;
pub mod max_elapsed;
#[cfg(feature = "mongodb")]
pub mod mongodb;
mod one_or_many;
pub mod pattern;
mod proxy_variables;
mod race;
mod resolve;
pub mod stopwatch;
pub mod talk;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tls;
pub mod verification;
pub mod withhold;

pub use one_or_many::OneOrMany;
pub use proxy_variables::ProxyVariables;
