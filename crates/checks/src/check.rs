use futures::future::BoxFuture;
use model::{CheckError, Observation};

/// A plugin that has been given its configuration. This is what the monitor runs; plugin authors see [`Plugin`](crate::Plugin).
pub trait Check: Send + Sync {
    /// See [`Plugin::check`](crate::Plugin::check).
    fn check(&self) -> BoxFuture<'_, Result<Vec<Observation>, CheckError>>;

    /// See [`Plugin::forget`](crate::Plugin::forget).
    fn forget(&self) {}
}
