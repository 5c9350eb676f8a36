//! The surfaces: JSON API, event stream, page, login. The only room that knows axum. What somebody may see is decided in
//! [`crate::auth`]; here it is only asked.

mod alerts;
mod api;
mod assets;
mod authenticate;
mod backend;
mod errors;
mod forms;
mod forwarded;
mod headers;
mod heartbeat;
#[cfg(test)]
pub(crate) mod fuzz;
mod history;
mod metrics;
mod origin;
mod page;
mod page_forms;
mod places;
mod proxies;
mod renders;
mod router;
mod serve;
mod stream;
mod target;
mod tls;
mod user_shares;

pub use history::Readings;
pub use places::Places;
pub use proxies::Proxies;
pub use renders::Renders;
pub use router::{Access, Surface, router, surfaces};
pub use serve::serve;
pub use tls::{Files as CertificateFiles, acceptor};
pub use user_shares::UserShares;

/// What [`router`] makes and [`serve`] takes, so that nothing else names axum.
pub use axum::Router;

use crate::auth::{Keys, Sessions, Users};
use crate::strips::Strips;
use checks::heartbeats::Heartbeats;
use engine::activity::Activity;
use engine::events::Events;
use engine::holding::{Directives, Maintenance};
use engine::open_incidents::OpenIncidents;
use engine::recorder::Flush;
use model::{Roles, ServiceSettings, SettingEntry};
use notify::dispatcher::ChannelHealth;
use std::sync::Arc;
use storage::write_requests::WriteRequests;
use storage::{HistoryReader, StoreHealth};
use system::clock::Clock;
use system::health::Health;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use vault::Vault;

/// What the surfaces need of the rest of the house.
pub struct Context {
    pub events: Arc<Events>,
    /// History.
    pub history: Arc<HistoryReader>,
    /// Recent history, for the board.
    pub strips: Strips,
    pub store_health: watch::Receiver<StoreHealth>,
    /// How each channel is, in the order of the configuration.
    pub channel_health: Vec<watch::Receiver<ChannelHealth>>,
    /// What operators have ordered about alerts.
    pub directives: Arc<Directives>,
    /// By which alerts are held and told.
    pub clock: Clock,
    /// When trouble is expected.
    pub maintenance: Arc<Maintenance>,
    /// What an acknowledgement can be about.
    pub open_incidents: Arc<OpenIncidents>,
    /// Where reports of jobs are stored.
    pub write_requests: WriteRequests,
    /// Absent where it is not configured.
    pub vault: Option<Vault>,
    /// Whether Platus itself works.
    pub health: Health,
    /// What the scheduler does.
    pub activity: Arc<Activity>,
    pub users: Arc<Users>,
    pub sessions: Sessions,
    pub keys: Arc<Keys>,
    /// The proxies whose forwarding headers are believed.
    pub proxies: Proxies,
    /// The origin of `public_url`, which is this site's own whatever `Host` says.
    pub public_origin: Option<url::Origin>,
    /// Whether Platus serves https itself.
    pub is_https: bool,
    /// To the recorder, which alone may forget states.
    pub flushes: mpsc::Sender<Flush>,
    /// What jobs tell of themselves.
    pub heartbeats: Heartbeats,
    pub settings: Settings,
    /// Shares of open event streams.
    pub streams: Arc<UserShares>,
    /// Places for questions that the store answers.
    pub readings: Readings,
    /// Places for pages that are rendered.
    pub renders: Renders,
    /// Ends the streams: a server that waits for open connections would otherwise wait for ever.
    pub shutdown: CancellationToken,
}

/// What the settings page shows, redacted already when it was made.
pub struct Settings {
    pub general: Vec<SettingEntry>,
    pub warnings: Vec<String>,
    /// With the roles that see each service.
    pub services: Vec<(Roles, ServiceSettings)>,
}
