//! All that a page may ask of the server. The server implements this for one viewer at a time, so that no page can forget to say
//! who is asking; the page tests use a fake.

use crate::model::{BoardSnapshot, RpcError, SettingsView, StripsView, Viewer};
use std::future::Future;
use std::pin::Pin;

/// The answers for one viewer. Put into the Leptos context as `Arc<dyn Backend>`; absent there when nobody is logged in.
pub trait Backend: Send + Sync {
    /// Who is asking.
    fn viewer(&self) -> Viewer;

    /// The rows that the viewer may see. Comes from memory and never waits.
    fn board(&self) -> BoardSnapshot;

    /// The recent history of these rows. It is read from the store, unless somebody asked a moment ago. Fails with
    /// [`RpcError::Unavailable`] while history cannot be read.
    fn strips(&self) -> Pin<Box<dyn Future<Output = Result<StripsView, RpcError>> + Send + '_>>;

    /// The settings, redacted, as far as the viewer may see them.
    fn settings(&self) -> SettingsView;

    /// Forgets every stored state. Fails with [`RpcError::Forbidden`] for a viewer who is no administrator.
    fn flush(&self) -> Pin<Box<dyn Future<Output = Result<(), RpcError>> + Send + '_>>;
}
