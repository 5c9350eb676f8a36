//! The keys of the three files, with form, default and description. The loader accepts these keys and no others, the JSON Schemas are made
//! of them, and a test compares the tables of `docs/configuration.md` with them.

mod alerting;
mod channels;
mod forms;
mod services;
mod settings;
mod stores;

pub(super) use alerting::{FLAPPING, HOURS, MAINTENANCE, REMINDER};
pub use channels::CHANNEL;
pub(super) use channels::ONLY;
pub use services::{DISPLAY, SERVICE, USER};
pub use settings::CONFIG;
pub(super) use settings::TLS;
pub(super) use stores::RETENTION;
pub use stores::STORE;
