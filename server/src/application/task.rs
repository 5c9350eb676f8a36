//! The names of the tasks that the shutdown waits for.

pub(super) const SERVER: &str = "server";
pub(super) const SCHEDULER: &str = "scheduler";
pub(super) const RECORDER: &str = "recorder";
pub(super) const LOGOUTS: &str = "logouts";
