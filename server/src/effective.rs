//! The configuration as it takes effect: services and users of all files, with templates and defaults filled in. Each value has the place
//! from which it came. Secrets are masked, and references to the environment and to files are as they are written.

mod document;
mod json;
mod masking;

pub use document::yaml_text;
pub use json::json_text;

use crate::config::Reading;
use crate::validation::{KnownKeys, errors_of_services};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use yaml::{LocatedError, Location, Node, Value};

/// Services and users without secrets.
pub struct Effective {
    pub services: Node,
    /// Absent if only one service is asked for.
    pub users: Option<Node>,
    /// The errors of services, by id, also those within `properties` and `data`.
    pub errors: BTreeMap<String, Vec<String>>,
    /// The folder of `config.yaml`.
    folder: PathBuf,
}

impl Effective {
    /// All services and users.
    pub fn of(reading: &Reading) -> Self {
        let keys = KnownKeys::new();
        let config = &reading.config;
        let texts = |errors: Vec<LocatedError>| errors.iter().map(ToString::to_string).collect();
        let errors = errors_of_services(config).into_iter();
        Self {
            services: masking::masked(&reading.documents.services, &keys),
            users: Some(masking::masked(&reading.documents.users, &keys)),
            errors: errors.map(|(service, errors)| (service.id.as_str().to_owned(), texts(errors))).collect(),
            folder: config.file.parent().unwrap_or(Path::new("")).to_owned(),
        }
    }

    /// Only this service. Fails if there is none.
    pub fn only(mut self, id: &str) -> Result<Self, LocatedError> {
        let entries = self.services.entries().unwrap_or_default();
        let Some(entry) = entries.iter().find(|entry| entry.key.value == id) else {
            let known: Vec<&str> = entries.iter().map(|entry| entry.key.value.as_str()).collect();
            return Err(LocatedError::unknown_word(format!("there is no service `{id}`"), id, &known, "services"));
        };
        self.services = Node { value: Value::Map(vec![entry.clone()]), location: self.services.location.clone() };
        self.users = None;
        self.errors.retain(|with_errors, _| with_errors == id);
        Ok(self)
    }

    /// A place, with its file relative to the folder of `config.yaml` if it is there.
    fn place(&self, location: &Location) -> String {
        let file = Path::new(&*location.file);
        let file = file.strip_prefix(&self.folder).unwrap_or(file);
        format!("{}:{}", file.display(), location.line)
    }
}
