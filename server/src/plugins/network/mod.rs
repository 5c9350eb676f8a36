//! What plugins need to reach their targets: connections, TLS, deadlines, and words for what goes wrong on the way.

pub(crate) mod deadline;
pub(crate) mod dial;
pub(crate) mod failure;
pub(super) mod max_elapsed;
pub(super) mod pattern;
pub(crate) mod stopwatch;
pub(super) mod talk;
pub(crate) mod tls;
mod verification;
