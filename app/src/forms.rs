//! The forms of the page. With JavaScript the browser reads their fields and calls a server function; without it the browser sends
//! them to the address of the page, and the server reads them with the same functions.

mod fields;
mod refusal;
mod service_choice;
mod silence;
#[cfg(feature = "ssr")]
mod submit;

pub use fields::Fields;
pub use refusal::Refusal;
pub use service_choice::ServiceChoice;
pub use silence::silence_order;
#[cfg(feature = "ssr")]
pub use submit::submit;

/// Where the forms of the alerts page are sent: its own address.
pub const ALERTS: &str = "/alerts";

/// Where the form of the settings page is sent: its own address.
pub const SETTINGS: &str = "/settings";

/// The values of the field `action`, which names the form.
pub mod action {
    pub const SILENCE: &str = "silence";
    pub const ACKNOWLEDGE: &str = "acknowledge";
    /// Ends a silence, a maintenance window or an acknowledgement.
    pub const END: &str = "end";
    pub const RESET: &str = "reset";
}
