//! The interface of the page to the server. The server implements it for one viewer at a time, so that no page can omit who is
//! asking; the tests of the page use a fake.

use crate::model::{
    AcknowledgementRequest, BoardScope, BoardSnapshot, ChannelTestView, CreatedKeyView, ExtensionRequest, HistoryRange,
    IncidentDetailView, IncidentsRequest, IncidentsView, KeyRequest, PauseRequest, RpcError, ServiceFiguresView,
    ServiceHistoryView, ServiceId, ServiceView, SettingsView, SilenceRequest, SilencesRequest, SilencesView, UptimeBarsView,
    Viewer,
};
use std::future::Future;
use std::pin::Pin;

/// An answer that takes time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, RpcError>> + Send + 'a>>;

/// The answers for one viewer, in the Leptos context as `Arc<dyn Backend>`; absent without a session.
pub trait Backend: Send + Sync {
    /// The user who is asking.
    fn viewer(&self) -> Viewer;

    /// These rows, of those that the viewer may see, from memory.
    fn board(&self, scope: &BoardScope) -> BoardSnapshot;

    /// The recent history of these rows, or of those of one service, read from the store or from a short-lived cache. Fails with
    /// [`RpcError::Refused`] while history cannot be read.
    fn uptime_bars(&self, service: Option<ServiceId>) -> Answer<'_, UptimeBarsView>;

    /// The settings that the viewer may see, redacted.
    fn settings(&self, without_services: bool) -> SettingsView;

    /// Deletes all stored states. Fails with [`RpcError::Forbidden`] for a viewer who is not an administrator.
    fn flush(&self) -> Answer<'_, ()>;

    /// Sends a test notification to the channel with this name and returns the result. Fails with [`RpcError::Forbidden`] for a viewer
    /// who is not an administrator, with [`RpcError::Gone`] for an unknown channel, and with [`RpcError::Refused`] if none can be sent now.
    fn test_channel(&self, channel: String) -> Answer<'_, ChannelTestView>;

    /// Creates an API key and returns its text, which cannot be shown again. Fails with [`RpcError::Forbidden`] for a viewer who is not an
    /// administrator, and with [`RpcError::Refused`] for an invalid request.
    fn create_key(&self, request: KeyRequest) -> Answer<'_, CreatedKeyView>;

    /// Revokes the API key with this id. Fails with [`RpcError::Forbidden`] for a viewer who is not an administrator, and with
    /// [`RpcError::Gone`] for an unknown key.
    fn revoke_key(&self, id: u64) -> Answer<'_, ()>;

    /// Active and scheduled suppressions, and maintenance windows.
    fn silences(&self, request: SilencesRequest) -> SilencesView;

    /// Silences services. Fails with [`RpcError::NotOperator`] for a viewer who is not an operator, and with [`RpcError::Refused`] for
    /// an invalid request.
    fn create_silence(&self, request: SilenceRequest) -> Answer<'_, ()>;

    /// Ends a silence, a maintenance window or an acknowledgement. Fails with [`RpcError::NotOperator`] for a viewer who is not an
    /// operator, and with [`RpcError::Gone`] when the viewer sees none with this number.
    fn end_silence(&self, id: u64) -> Answer<'_, ()>;

    /// Ends a silence or maintenance later. Fails as [`Backend::end_silence`] does, and with [`RpcError::Refused`] for an invalid request.
    fn extend(&self, id: u64, request: ExtensionRequest) -> Answer<'_, ()>;

    /// Acknowledges an incident. Fails as [`Backend::end_silence`] does.
    fn acknowledge(&self, incident: u64, request: AcknowledgementRequest) -> Answer<'_, ()>;

    /// Ends the acknowledgement of an incident. Fails as [`Backend::end_silence`] does.
    fn withdraw_acknowledgement(&self, incident: u64) -> Answer<'_, ()>;

    /// The services that the viewer sees and one of these texts selects, each read as a
    /// [`ServiceMatcher`](crate::model::ServiceMatcher). Fails with [`RpcError::Refused`] for a text that selects none.
    fn matching(&self, texts: Vec<String>) -> Answer<'_, Vec<ServiceId>>;

    /// Incidents that the viewer may see. Fails with [`RpcError::Refused`] while history cannot be read.
    fn incidents(&self, request: IncidentsRequest) -> Answer<'_, IncidentsView>;

    /// One incident. Fails with [`RpcError::Gone`] when the viewer sees none with this number, else as [`Backend::incidents`] does.
    fn incident(&self, id: u64) -> Answer<'_, IncidentDetailView>;

    /// The history of the node around an incident. Fails as [`Backend::incident`] does.
    fn incident_history(&self, id: u64) -> Answer<'_, ServiceHistoryView>;

    /// Adds a note to an incident. Fails as [`Backend::end_silence`] does, and with [`RpcError::Refused`] for a note that cannot be added.
    fn add_note(&self, incident: u64, text: String) -> Answer<'_, ()>;

    /// A service now, from memory, and whether it lacks this node. Fails with [`RpcError::NotFound`] when the viewer sees no such service;
    /// so do all that follow.
    fn service(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceView>;

    /// The history of a service. Fails with [`RpcError::Refused`] while history cannot be read.
    fn service_history(&self, id: ServiceId, range: HistoryRange) -> Answer<'_, ServiceHistoryView>;

    /// The figures of a service, or of one of its nodes; without such a node, of all. Fails as [`Backend::service_history`] does.
    fn service_figures(&self, id: ServiceId, node: Option<String>) -> Answer<'_, ServiceFiguresView>;

    /// Checks a service at once, and answers when the check has ended. Fails with [`RpcError::NotOperator`] for a viewer who is not an
    /// operator, and with [`RpcError::Refused`] when the service cannot be checked now, or too soon after the latest request.
    fn check_now(&self, id: ServiceId) -> Answer<'_, ServiceView>;

    /// Pauses a service. Fails with [`RpcError::NotOperator`] for a viewer who is not an operator, and with [`RpcError::Refused`] for an
    /// invalid request.
    fn pause(&self, id: ServiceId, request: PauseRequest) -> Answer<'_, ()>;

    /// Resumes a paused service. Fails as [`Backend::pause`] does.
    fn resume(&self, id: ServiceId) -> Answer<'_, ()>;
}
