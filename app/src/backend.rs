//! All that a page may ask of the server. The server implements this for one viewer at a time, so that no page can forget to say
//! who is asking; the page tests use a fake.

use crate::model::{
    AcknowledgementRequest, BoardSnapshot, RpcError, SettingsView, SilenceRequest, SilencesView, UptimeBarsView, Viewer,
};
use std::future::Future;
use std::pin::Pin;

/// An answer that has to be waited for.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, RpcError>> + Send + 'a>>;

/// The answers for one viewer. Put into the Leptos context as `Arc<dyn Backend>`; absent there when nobody is logged in.
pub trait Backend: Send + Sync {
    /// Who is asking.
    fn viewer(&self) -> Viewer;

    /// The rows that the viewer may see. Comes from memory and never waits.
    fn board(&self) -> BoardSnapshot;

    /// The recent history of these rows. It is read from the store, unless somebody asked a moment ago. Fails with
    /// [`RpcError::Unavailable`] while history cannot be read.
    fn strips(&self) -> Answer<'_, UptimeBarsView>;

    /// The settings, redacted, as far as the viewer may see them.
    fn settings(&self) -> SettingsView;

    /// Forgets every stored state. Fails with [`RpcError::Forbidden`] for a viewer who is no administrator.
    fn flush(&self) -> Answer<'_, ()>;

    /// What holds alerts, now or later: the first orders, or those after this number.
    fn holds(&self, after: Option<u64>) -> SilencesView;

    /// Holds alerts. Fails with [`RpcError::NotOperator`] for a viewer who is none, and with [`RpcError::Wrong`] for an order that
    /// cannot be taken.
    fn hold(&self, order: SilenceRequest) -> Answer<'_, ()>;

    /// Ends what somebody has ordered. Fails with [`RpcError::NotOperator`] for a viewer who is none, and with [`RpcError::Gone`] when
    /// there is nothing of that number for this viewer.
    fn withdraw(&self, id: u64) -> Answer<'_, ()>;

    /// Takes down that the viewer works on an incident. Fails as [`Backend::withdraw`] does.
    fn acknowledge(&self, incident: u64, order: AcknowledgementRequest) -> Answer<'_, ()>;
}
