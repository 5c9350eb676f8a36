//! The pages: one file for each.

mod board;
mod failure;
mod incident;
mod incidents;
mod layout;
mod login;
mod not_found;
pub(crate) mod parts;
mod scope;
mod service;
mod settings;
mod silences;
mod wall;
mod with_board;

#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use board::BoardPage;
pub use incident::IncidentPage;
pub use incidents::IncidentsPage;
pub use layout::Layout;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use service::ServicePage;
pub use settings::{AboutPage, ChannelsPage, ConfigurationPage, HealthPage, UsersPage};
pub use silences::SilencesPage;
pub use wall::WallPage;
