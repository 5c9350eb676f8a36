//! The calls of the page to the server. Each one asks first who is there, and then asks one thing.

use crate::model::{
    AcknowledgementRequest, BoardSnapshot, RpcError, SettingsView, SilenceRequest, SilencesView, UptimeBarsView, Viewer,
};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// Who is logged in.
#[server(name = FetchViewer, prefix = "/rpc", endpoint = "viewer", input = Json)]
pub async fn viewer() -> Result<Viewer, RpcError> {
    Ok(guard::backend()?.viewer())
}

/// The rows that the viewer may see.
#[server(name = FetchBoard, prefix = "/rpc", endpoint = "board", input = Json)]
pub async fn board() -> Result<BoardSnapshot, RpcError> {
    Ok(guard::backend()?.board())
}

/// The recent history of the rows that the viewer may see.
#[server(name = FetchStrips, prefix = "/rpc", endpoint = "strips", input = Json)]
pub async fn strips() -> Result<UptimeBarsView, RpcError> {
    guard::answered(guard::backend()?.strips().await)
}

/// The settings that the viewer may see, redacted.
#[server(name = FetchSettings, prefix = "/rpc", endpoint = "settings", input = Json)]
pub async fn settings() -> Result<SettingsView, RpcError> {
    Ok(guard::backend()?.settings())
}

/// Forgets every stored state. Needs the role `admin`.
#[server(name = FlushStates, prefix = "/rpc", endpoint = "flush", input = Json)]
pub async fn flush() -> Result<(), RpcError> {
    guard::answered(guard::backend()?.flush().await)
}

/// What holds alerts, now or later, as far as the viewer may see it: the first orders, or those after this number.
#[server(name = FetchHolds, prefix = "/rpc", endpoint = "holds", input = Json)]
pub async fn holds(after: Option<u64>) -> Result<SilencesView, RpcError> {
    Ok(guard::backend()?.holds(after))
}

/// Nobody is to be told of these services for a while. Needs the role `operator`.
#[server(name = HoldAlerts, prefix = "/rpc", endpoint = "hold", input = Json)]
pub async fn hold(order: SilenceRequest) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.hold(order).await)
}

/// Ends what somebody has ordered. Needs the role `operator`.
#[server(name = WithdrawHold, prefix = "/rpc", endpoint = "withdraw", input = Json)]
pub async fn withdraw(id: u64) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.withdraw(id).await)
}

/// Somebody works on this incident, and nobody else needs to be told of it. Needs the role `operator`.
#[server(name = AcknowledgeIncident, prefix = "/rpc", endpoint = "acknowledge", input = Json)]
pub async fn acknowledge(incident: u64, order: AcknowledgementRequest) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.acknowledge(incident, order).await)
}

#[cfg(feature = "ssr")]
mod guard {
    use crate::backend::Backend;
    use crate::model::RpcError;
    use crate::response::set_status;
    use leptos::prelude::use_context;
    use std::sync::Arc;

    /// The answers for whoever is logged in. Nobody has no backend.
    pub(super) fn backend() -> Result<Arc<dyn Backend>, RpcError> {
        answered(use_context::<Arc<dyn Backend>>().ok_or(RpcError::Unauthorized))
    }

    /// Says a refusal in the words of HTTP too, for proxies and logs that do not read bodies.
    pub(super) fn answered<T>(answer: Result<T, RpcError>) -> Result<T, RpcError> {
        answer.inspect_err(|error| match error {
            RpcError::Unauthorized => set_status(401),
            RpcError::Forbidden | RpcError::NotOperator => set_status(403),
            RpcError::Gone => set_status(404),
            RpcError::Wrong(_) => set_status(400),
            RpcError::Unavailable(_) => set_status(503),
            RpcError::Transport(_) => set_status(500),
        })
    }
}
