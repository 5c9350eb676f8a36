//! HTTP: JSON API, event stream, page, login. The only module that knows axum. [`crate::auth`] decides what a caller may see.

mod alerts;
mod api;
mod assets;
mod authenticate;
mod base_path;
mod backend;
mod configuration;
mod current_context;
mod errors;
mod forms;
mod forwarded;
mod headers;
mod heartbeat;
#[cfg(test)]
pub(crate) mod fuzz;
mod history;
mod keys;
mod language;
mod metrics;
mod note_numbers;
mod origin;
mod page;
mod page_errors;
mod page_forms;
mod places;
mod proxies;
mod renders;
mod request_id;
mod router;
mod serve;
mod service_page;
mod settings_view;
mod stream;
mod target;
mod tls;
mod trace;
mod user_shares;
mod zones;

pub use current_context::CurrentContext;
pub use history::HistoryQueries;
pub use note_numbers::NoteNumbers;
pub use places::Places;
pub use proxies::Proxies;
pub use renders::Renders;
pub use router::{Access, Route, router, routes};
pub use serve::serve;
pub use service_page::{Figures, REQUESTED_CHECKS};
pub use tls::{Files as CertificateFiles, acceptor, check_certificate};
pub use user_shares::UserShares;

/// What [`router()`] makes and [`serve()`] takes, so that nothing else names axum.
pub use axum::Router;

use crate::auth::{Keys, Sessions, Users};
use crate::reload::Reloads;
use crate::uptime_bars::UptimeBars;
use checks::heartbeats::Heartbeats;
use engine::activity::Activity;
use engine::check_details::CheckDetails;
use engine::check_requests::CheckRequests;
use engine::due_times::DueTimes;
use engine::events::Events;
use engine::open_incidents::OpenIncidents;
use engine::recorder::Flush;
use engine::suppression::{Maintenance, Silences};
use model::{BasePath, Roles, ServiceId, ServiceSettings, SettingEntry, View};
use notify::dispatcher::Dispatchers;
use std::collections::HashMap;
use std::sync::Arc;
use storage::write_requests::WriteRequests;
use storage::{HistoryReader, StoreHealth};
use system::clock::Clock;
use system::health::Health;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use vault::Vault;
use yaml::Location;

/// What the handlers need of the other parts.
#[derive(Clone)]
pub struct Context {
    pub events: Arc<Events>,
    /// When each service is checked next.
    pub due_times: Arc<DueTimes>,
    /// What the latest checks found besides the rows, by the same place.
    pub details: Arc<CheckDetails>,
    /// Checks that users request.
    pub check_requests: CheckRequests,
    /// Figures of services that were asked for a moment ago.
    pub figures: Arc<Figures>,
    /// History.
    pub history: Arc<HistoryReader>,
    /// Recent history, for the board.
    pub uptime_bars: Arc<UptimeBars>,
    pub store_health: watch::Receiver<StoreHealth>,
    /// The condition of the channels, and test notifications that users request.
    pub channels: Arc<Dispatchers>,
    /// Silences, maintenance and acknowledgements of operators.
    pub silences: Arc<Silences>,
    /// The clock of notifications and suppression.
    pub clock: Clock,
    /// Maintenance windows.
    pub maintenance: Arc<Maintenance>,
    /// The incidents that can be acknowledged.
    pub open_incidents: Arc<OpenIncidents>,
    /// The numbers of notes on incidents.
    pub note_numbers: Arc<NoteNumbers>,
    /// Stores heartbeats.
    pub write_requests: WriteRequests,
    /// Whether the page says that everything is invented.
    pub is_demo: bool,
    /// `None` if Vault is not configured.
    pub vault: Option<Vault>,
    /// Whether Platus itself works.
    pub health: Health,
    /// Running checks and their lateness.
    pub activity: Arc<Activity>,
    pub users: Arc<Users>,
    pub sessions: Arc<Sessions>,
    pub keys: Arc<Keys>,
    /// The proxies whose forwarding headers are believed.
    pub proxies: Proxies,
    /// The origin of `public_url`, which is this site's own whatever `Host` says.
    pub public_origin: Option<url::Origin>,
    /// The path of `public_url`, under which browsers see the site.
    pub base_path: BasePath,
    /// Whether Platus serves https itself.
    pub is_https: bool,
    /// To the recorder, which resets states.
    pub flushes: mpsc::Sender<Flush>,
    /// Reports of jobs.
    pub heartbeats: Heartbeats,
    /// Reloads the configuration.
    pub reloads: Reloads,
    /// What answers advise.
    pub commands: Arc<AdvisedCommands>,
    pub settings: Arc<Settings>,
    /// Shares of open event streams.
    pub streams: Arc<UserShares>,
    /// Shares of checks that users requested and that are running.
    pub requested_checks: Arc<UserShares>,
    /// Places for queries to the store.
    pub history_queries: Arc<HistoryQueries>,
    /// Places for pages that are rendered.
    pub renders: Arc<Renders>,
    /// Ends the streams, which the server would otherwise wait for at the shutdown.
    pub shutdown: CancellationToken,
}

/// Command lines for the configuration in use, which answers and pages advise.
pub struct AdvisedCommands {
    /// Finds the errors of the files.
    pub validate: String,
    /// Revokes the API key `NAME` of `keys.yaml`.
    pub revoke_key: String,
}

/// What the pages show of a service, with the roles that see it.
pub type ShownService = (Roles, Arc<ServiceSettings>);

/// What the pages and the API show of the configuration. Redacted.
#[derive(Clone)]
pub struct Settings {
    pub general: Vec<SettingEntry>,
    pub warnings: Vec<String>,
    /// Views of the board for everyone.
    pub views: Vec<View>,
    /// With the roles that see each service. Those that a reload does not change are shared by both configurations.
    pub services: Vec<ShownService>,
    /// The services that each one needs directly.
    pub depends_on: HashMap<ServiceId, Vec<ServiceId>>,
    /// Where each service is configured.
    pub sources: HashMap<ServiceId, Location>,
}
