//! What the browser and the server say to each other. These types know neither Leptos nor any IO, and none of them is shared
//! with storage or with the checking of passwords: what stands here is public to everybody who may see the row.

mod board;
mod channel;
mod error;
mod event;
mod hold;
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
pub use error::RpcError;
pub use event::{InvalidPosition, Position, StatusEvent, event_name};
pub use hold::{AcknowledgementOrder, ConfiguredHoldView, Hold, HoldKind, HoldOrder, HoldsView, OrderedHoldView};
pub use service::ServiceId;
pub use settings::{ServiceSettings, SettingEntry, SettingsView};
pub use state::State;
pub use status::{NodeKey, NodeStatus};
pub use store::{StoreNotice, StoreTroubleView, StoreView};
pub use strip::{Strip, StripsView, letter, state_of};
pub use vault::{VaultTroubleView, VaultView};
pub use viewer::Viewer;
