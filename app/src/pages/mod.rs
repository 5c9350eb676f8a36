//! One file for each page.

mod alerts;
mod board;
mod failure;
mod frame;
mod login;
mod not_found;
mod settings;

#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use alerts::AlertsPage;
pub use board::BoardPage;
pub use frame::{BoardResource, Frame, ViewerResource};
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use settings::SettingsPage;

/// Goes to the login page, which leads back here. For a session that has ended while the page was open.
#[cfg(feature = "hydrate")]
pub fn leave_for_login() {
    let location = leptos::prelude::window().location();
    let here = location.pathname().unwrap_or_else(|_| "/".to_owned());
    // It fails only for an address that cannot be read, and this one can.
    let _ = location.set_href(&format!("/login?next={here}"));
}
