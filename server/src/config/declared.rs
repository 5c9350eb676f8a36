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
pub(super) use services::DISCOVER_KEYS;
pub use services::{DISPLAY, SERVICE, USER};
pub use settings::CONFIG;
pub(super) use settings::{TLS, VIEW};
pub(super) use stores::RETENTION;
pub use stores::STORE;

use yaml::declaration::{Form, Keys};

/// The words of a key, in the order of its declaration. Empty for one of another form.
pub(super) fn words_of(keys: Keys, name: &str) -> Vec<&'static str> {
    let key = keys.iter().copied().flatten().find(|key| key.name == name);
    match key.map(|key| key.form) {
        Some(Form::Words(words)) => words.iter().map(|(word, _)| *word).collect(),
        _ => Vec::new(),
    }
}
