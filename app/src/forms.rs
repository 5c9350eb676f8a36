//! The forms of the page. With JavaScript the browser reads their fields and calls a server function; without it the browser sends
//! them to the address of the page, and the server reads them with the same functions.

mod channel_test;
mod extension;
mod fields;
mod key;
mod pause;
mod recurrence;
mod refusal;
mod service_choice;
mod silence;
#[cfg(feature = "ssr")]
mod submit;

pub use channel_test::test_outcome;
pub use extension::extension_request;
pub use fields::Fields;
pub use key::key_request;
pub use pause::pause_request;
pub use recurrence::repeats;
pub use refusal::Refusal;
pub use service_choice::ServiceChoice;
pub use silence::{is_of_role, silence_request};
#[cfg(feature = "ssr")]
pub use submit::submit;

/// The list of incidents, and where its forms are sent. The page of an incident has its number below this.
pub const INCIDENTS: &str = "/incidents";

/// The page of silences, and where its forms are sent.
pub const SILENCES: &str = "/silences";

/// Where the form of the settings page is sent: its own address.
pub const SETTINGS: &str = "/settings";

/// The page of channels, and where its forms are sent.
pub const CHANNELS: &str = "/settings/channels";

/// The page of users and API keys, and where its forms are sent.
pub const USERS: &str = "/settings/users";

/// The values of the field `action`, which names the form.
pub mod action {
    pub const SILENCE: &str = "silence";
    pub const ACKNOWLEDGE: &str = "acknowledge";
    /// Ends the acknowledgement of an incident.
    pub const UNACKNOWLEDGE: &str = "unacknowledge";
    /// Ends a silence, a maintenance window or an acknowledgement.
    pub const END: &str = "end";
    /// Ends a silence or a maintenance window later.
    pub const EXTEND: &str = "extend";
    /// Adds a note to an incident.
    pub const NOTE: &str = "note";
    pub const RESET: &str = "reset";
    /// Checks a service at once.
    pub const CHECK: &str = "check";
    pub const PAUSE: &str = "pause";
    pub const RESUME: &str = "resume";
    /// Sends a test notification to a channel.
    pub const TEST: &str = "test";
    /// Creates an API key. The answer is the page with the key, which is shown once.
    pub const CREATE_KEY: &str = "create_key";
    pub const REVOKE_KEY: &str = "revoke_key";
}
