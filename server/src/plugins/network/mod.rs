//! What plugins need to reach their targets: connections, TLS, deadlines, and words for what goes wrong on the way.

pub(super) mod deadline;
pub(super) mod dial;
pub(super) mod failure;
pub(super) mod max_elapsed;
pub(super) mod pattern;
pub(super) mod stopwatch;
pub(super) mod talk;
pub(super) mod tls;
mod verification;
