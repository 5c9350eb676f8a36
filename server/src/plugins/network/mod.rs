//! What plugins need to reach their targets: connections, TLS, and words for what goes wrong on the way.

pub(super) mod dial;
pub(super) mod failure;
pub(super) mod stopwatch;
pub(super) mod tls;
