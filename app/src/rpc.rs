//! The server functions of the page. Each one requires a session and makes one call of the backend.

use crate::model::encoding::Json;
use crate::model::{
    AcknowledgementRequest, BoardScope, BoardSnapshot, ChannelTestView, CreatedKeyView, ExtensionRequest, HistoryRange,
    IncidentDetailView, IncidentsRequest, IncidentsView, KeyRequest, PauseRequest, RpcError, ServiceFiguresView,
    ServiceHistoryView, ServiceId, ServiceView, SettingsView, SilenceRequest, SilencesRequest, SilencesView, UptimeBarsView,
    Viewer,
};
use leptos::prelude::*;

/// The user who is logged in.
#[server(name = FetchViewer, prefix = "/rpc", endpoint = "viewer", input = Json, output = Json)]
pub async fn viewer() -> Result<Viewer, RpcError> {
    Ok(guard::backend()?.viewer())
}

/// These rows, of those that the viewer may see.
#[server(name = FetchBoard, prefix = "/rpc", endpoint = "board", input = Json, output = Json)]
pub async fn board(#[server(default)] scope: BoardScope) -> Result<BoardSnapshot, RpcError> {
    Ok(guard::backend()?.board(&scope))
}

/// The recent history of the rows that the viewer may see: of all, or of one service.
#[server(name = FetchUptimeBars, prefix = "/rpc", endpoint = "uptime_bars", input = Json, output = Json)]
pub async fn uptime_bars(#[server(default)] service: Option<ServiceId>) -> Result<UptimeBarsView, RpcError> {
    guard::answered(guard::backend()?.uptime_bars(service).await)
}

/// The settings that the viewer may see, redacted. There can be thousands of services, which one page needs.
#[server(name = FetchSettings, prefix = "/rpc", endpoint = "settings", input = Json, output = Json)]
pub async fn settings(#[server(default)] without_services: bool) -> Result<SettingsView, RpcError> {
    Ok(guard::backend()?.settings(without_services))
}

/// Deletes all stored states. Requires the role `admin`.
#[server(name = FlushStates, prefix = "/rpc", endpoint = "flush", input = Json, output = Json)]
pub async fn flush() -> Result<(), RpcError> {
    guard::answered(guard::backend()?.flush().await)
}

/// Sends a test notification to a channel. Requires the role `admin`.
#[server(name = TestChannel, prefix = "/rpc", endpoint = "test_channel", input = Json)]
pub async fn test_channel(channel: String) -> Result<ChannelTestView, RpcError> {
    guard::answered(guard::backend()?.test_channel(channel).await)
}

/// Creates an API key. Requires the role `admin`.
#[server(name = CreateKey, prefix = "/rpc", endpoint = "create_key", input = Json, output = Json)]
pub async fn create_key(request: KeyRequest) -> Result<CreatedKeyView, RpcError> {
    guard::answered(guard::backend()?.create_key(request).await)
}

/// Revokes an API key. Requires the role `admin`.
#[server(name = RevokeKey, prefix = "/rpc", endpoint = "revoke_key", input = Json, output = Json)]
pub async fn revoke_key(id: u64) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.revoke_key(id).await)
}

/// Active and scheduled suppressions that the viewer may see: the first ones, or those after the one with this number.
#[server(name = FetchSilences, prefix = "/rpc", endpoint = "silences", input = Json, output = Json)]
pub async fn silences(#[server(default)] request: SilencesRequest) -> Result<SilencesView, RpcError> {
    Ok(guard::backend()?.silences(request))
}

/// Silences services for a time. Requires the role `operator`.
#[server(name = CreateSilence, prefix = "/rpc", endpoint = "create_silence", input = Json, output = Json)]
pub async fn create_silence(request: SilenceRequest) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.create_silence(request).await)
}

/// Ends a silence, a maintenance window or an acknowledgement. Requires the role `operator`.
#[server(name = EndSilence, prefix = "/rpc", endpoint = "end_silence", input = Json, output = Json)]
pub async fn end_silence(id: u64) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.end_silence(id).await)
}

/// Ends a silence or maintenance later. Requires the role `operator`.
#[server(name = ExtendHold, prefix = "/rpc", endpoint = "extend", input = Json, output = Json)]
pub async fn extend(id: u64, request: ExtensionRequest) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.extend(id, request).await)
}

/// Acknowledges an incident: no more notifications but its recovery. Requires the role `operator`.
#[server(name = AcknowledgeIncident, prefix = "/rpc", endpoint = "acknowledge", input = Json, output = Json)]
pub async fn acknowledge(incident: u64, request: AcknowledgementRequest) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.acknowledge(incident, request).await)
}

/// Ends the acknowledgement of an incident. Requires the role `operator`.
#[server(name = WithdrawAcknowledgement, prefix = "/rpc", endpoint = "withdraw_acknowledgement", input = Json, output = Json)]
pub async fn withdraw_acknowledgement(incident: u64) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.withdraw_acknowledgement(incident).await)
}

/// The services that one of these texts selects, of those that the viewer may see.
#[server(name = FetchMatching, prefix = "/rpc", endpoint = "matching", input = Json, output = Json)]
pub async fn matching(texts: Vec<String>) -> Result<Vec<ServiceId>, RpcError> {
    guard::answered(guard::backend()?.matching(texts).await)
}

/// Incidents that the viewer may see.
#[server(name = FetchIncidents, prefix = "/rpc", endpoint = "incidents", input = Json, output = Json)]
pub async fn incidents(request: IncidentsRequest) -> Result<IncidentsView, RpcError> {
    guard::answered(guard::backend()?.incidents(request).await)
}

/// One incident.
#[server(name = FetchIncident, prefix = "/rpc", endpoint = "incident", input = Json, output = Json)]
pub async fn incident(id: u64) -> Result<IncidentDetailView, RpcError> {
    guard::answered(guard::backend()?.incident(id).await)
}

/// The history around an incident.
#[server(name = FetchIncidentHistory, prefix = "/rpc", endpoint = "incident_history", input = Json, output = Json)]
pub async fn incident_history(id: u64) -> Result<ServiceHistoryView, RpcError> {
    guard::answered(guard::backend()?.incident_history(id).await)
}

/// Adds a note to an incident. Requires the role `operator`.
#[server(name = AddNote, prefix = "/rpc", endpoint = "add_note", input = Json, output = Json)]
pub async fn add_note(incident: u64, text: String) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.add_note(incident, text).await)
}

/// A service now, and whether it lacks this node.
#[server(name = FetchService, prefix = "/rpc", endpoint = "service", input = Json, output = Json)]
pub async fn service(id: ServiceId, node: Option<String>) -> Result<ServiceView, RpcError> {
    guard::answered(guard::backend()?.service(id, node).await)
}

/// The history of a service.
#[server(name = FetchServiceHistory, prefix = "/rpc", endpoint = "service_history", input = Json, output = Json)]
pub async fn service_history(id: ServiceId, range: HistoryRange) -> Result<ServiceHistoryView, RpcError> {
    guard::answered(guard::backend()?.service_history(id, range).await)
}

/// The figures of a service, or of one of its nodes.
#[server(name = FetchServiceFigures, prefix = "/rpc", endpoint = "service_figures", input = Json, output = Json)]
pub async fn service_figures(id: ServiceId, node: Option<String>) -> Result<ServiceFiguresView, RpcError> {
    guard::answered(guard::backend()?.service_figures(id, node).await)
}

/// Checks a service at once. Requires the role `operator`.
#[server(name = CheckNow, prefix = "/rpc", endpoint = "check_now", input = Json, output = Json)]
pub async fn check_now(id: ServiceId) -> Result<ServiceView, RpcError> {
    guard::answered(guard::backend()?.check_now(id).await)
}

/// Pauses a service. Requires the role `operator`.
#[server(name = PauseService, prefix = "/rpc", endpoint = "pause", input = Json, output = Json)]
pub async fn pause(id: ServiceId, request: PauseRequest) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.pause(id, request).await)
}

/// Resumes a paused service. Requires the role `operator`.
#[server(name = ResumeService, prefix = "/rpc", endpoint = "resume", input = Json, output = Json)]
pub async fn resume(id: ServiceId) -> Result<(), RpcError> {
    guard::answered(guard::backend()?.resume(id).await)
}

#[cfg(feature = "ssr")]
mod guard {
    use crate::backend::Backend;
    use crate::model::RpcError;
    use crate::response::set_status;
    use leptos::prelude::use_context;
    use std::sync::Arc;

    /// The backend of the user who is logged in.
    pub(super) fn backend() -> Result<Arc<dyn Backend>, RpcError> {
        answered(use_context::<Arc<dyn Backend>>().ok_or(RpcError::Unauthorized))
    }

    /// Writes the reason of a failure in the language of the page. Sets its HTTP status, for proxies and logs that do not read bodies.
    pub(super) fn answered<T>(answer: Result<T, RpcError>) -> Result<T, RpcError> {
        answer.inspect_err(|error| set_status(error.status())).map_err(RpcError::written)
    }
}
