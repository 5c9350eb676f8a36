use futures::future::BoxFuture;
use model::{CheckError, Observation};

/// A plugin with its configuration, as the scheduler runs it. Plugin authors implement [`Plugin`](crate::Plugin).
pub trait Check: Send + Sync {
    /// See [`Plugin::check`](crate::Plugin::check).
    fn check(&self) -> BoxFuture<'_, Result<Vec<Observation>, CheckError>>;

    /// See [`Plugin::forget`](crate::Plugin::forget).
    fn forget(&self) {}
}
