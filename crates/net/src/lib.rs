//! Network access for checks, stores, channels and Vault: connections, TLS, one HTTP client, deadlines, and messages for failures.

pub mod advice;
pub mod bad_certificate;
mod certificate_reason;
pub mod deadline;
pub mod dial;
pub mod excerpt;
pub mod failure;
#[cfg(all(test, feature = "mongodb"))]
mod fuzzing;
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
mod trust;
mod verification;
pub mod withhold;

pub use one_or_many::OneOrMany;
pub use proxy_variables::ProxyVariables;
