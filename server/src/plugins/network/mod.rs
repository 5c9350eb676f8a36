//! What plugins need to reach their targets: connections, TLS, deadlines, and words for what goes wrong on the way.

pub(crate) mod advice;
pub(super) mod bad_certificate;
pub(crate) mod deadline;
pub(crate) mod dial;
pub(crate) mod failure;
pub(crate) mod host;
pub(crate) mod http;
pub(super) mod max_elapsed;
pub(super) mod pattern;
mod race;
mod resolve;
pub(crate) mod stopwatch;
pub(super) mod talk;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod tls;
#[cfg(test)]
mod tests;
mod verification;
pub(crate) mod withhold;
