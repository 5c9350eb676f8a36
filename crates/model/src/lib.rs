//! Types that several parts of Platus share. They know neither Leptos nor any IO.
//!
//! Most are the wire between the browser and the server: every user who may see a row may see what they hold. An [`Observation`] is
//! what a check returns, [`Roles`] are compared wherever something is shown, a [`StoredHeartbeat`] is stored.

mod board;
mod channel;
mod event;
mod heartbeat;
mod hold;
mod observation;
pub mod python_format;
mod roles;
mod service;
mod settings;
mod state;
mod status;
mod store;
mod strip;
mod vault;
mod viewer;

pub use board::BoardSnapshot;
pub use channel::{ChannelTroubleView, ChannelView, GivenUpView};
pub use event::{InvalidPosition, Position, StatusEvent, event_name};
pub use heartbeat::{StoredEnd, StoredHeartbeat};
pub use hold::{AcknowledgementOrder, ConfiguredHoldView, Hold, HoldKind, HoldOrder, HoldsView, OrderedHoldView};
pub use observation::{CheckError, Expectation, Metric, Observation, Phase, Route, Trace};
pub use roles::Roles;
pub use service::ServiceId;
pub use settings::{ServiceSettings, SettingEntry, SettingsView};
pub use state::State;
pub use status::{NodeKey, NodeStatus};
pub use store::{StoreNotice, StoreTroubleView, StoreView};
pub use strip::{Strip, StripsView, letter, state_of};
pub use vault::{VaultTroubleView, VaultView};
pub use viewer::Viewer;
