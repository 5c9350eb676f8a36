//! Types that several parts of Platus share. They know neither Leptos nor any IO.
//!
//! Most are the wire between the browser and the server: every user who may see a row may see their content. An [`Observation`] is what
//! a check returns, [`Roles`] decide which services a user sees, a [`StoredHeartbeat`] is stored.

mod base_path;
mod board;
mod channel;
mod delivery_view;
mod drop_reason;
mod duration;
mod event;
mod heartbeat;
mod incident_view;
mod local_path;
mod notification;
mod object;
mod observation;
pub mod python_format;
mod recurrence;
mod refusal;
mod roles;
mod service;
mod service_matcher;
mod service_view;
mod settings;
mod state;
mod status;
mod store;
mod suppression;
mod suppression_reason;
mod threshold;
mod uptime_bar;
mod vault;
mod viewer;

pub use base_path::BasePath;
pub use board::{BoardScope, BoardSnapshot, OtherNode, OtherNodes};
pub use channel::{ChannelFailureView, ChannelTestView, ChannelView, UndeliverableView};
pub use delivery_view::DeliveryView;
pub use drop_reason::DropReason;
pub use duration::duration_text;
pub use event::{InvalidPosition, Position, ServiceTags, StatusEvent, event_name};
pub use heartbeat::{StoredEnd, StoredHeartbeat};
pub use incident_view::{
    IncidentDay, IncidentDetailView, IncidentFilter, IncidentStatus, IncidentsRequest, IncidentsView, ListedIncident, NoteRequest,
    NoteView,
};
pub use local_path::local_path;
pub use notification::{DeliveryResult, NotificationKind};
pub use object::object;
pub use observation::{CheckError, Expectation, Metric, Observation, Phase, Route, Trace};
pub use recurrence::{MonthWeek, Recurrence, WEEK, parse_day, parse_end, parse_time, parse_weekday};
pub use refusal::{
    CheckRefusal, Exhausted, ExpiryProblem, HistoryRefusal, KeyRefusal, NoteRefusal, PeriodProblem, QuotaExceeded,
    RecurrenceProblem, Refusal, SilenceRefusal, TestRefusal,
};
pub use roles::Roles;
pub use service::ServiceId;
pub use service_matcher::{ServiceMatcher, matches_pattern};
pub use service_view::{
    Availability, AvailabilityView, CheckDetail, ElapsedView, ExpectationView, HistoryPoint, HistoryRange, IncidentFiguresView,
    IncidentView, MetricHistoryView, MetricPoint, MetricView, NodeView, PauseRequest, PauseView, PhaseView, ServiceFiguresView,
    ServiceHistoryView, ServiceView, TransitionView,
};
pub use settings::{
    CreatedKeyView, KeyRequest, KeySettings, SchedulerView, ServiceSettings, SettingEntry, SettingsView, UserSettings,
};
pub use state::State;
pub use status::{NodeKey, NodeStatus};
pub use store::{StoreFailureView, StoreNotice, StoreView};
pub use suppression::{
    AcknowledgementRequest, ExtensionRequest, MaintenanceWindowView, Occurrence, RecurrenceView, SilenceCounts, SilencePart,
    SilenceRequest, SilenceView, SilencesRequest, SilencesView, Suppression, SuppressionKind, WindowRule, WindowScope, WindowTime,
};
pub use suppression_reason::SuppressionReason;
pub use threshold::Threshold;
pub use uptime_bar::{UptimeBar, UptimeBarsView, letter, state_of};
pub use vault::{VaultFailureView, VaultView};
pub use viewer::{View, Viewer};
