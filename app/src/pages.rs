//! The pages: one file for each.

mod alerts;
mod board;
mod failure;
mod layout;
mod login;
mod not_found;
mod settings;

#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use alerts::AlertsPage;
pub use board::BoardPage;
pub use layout::Layout;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use settings::SettingsPage;
