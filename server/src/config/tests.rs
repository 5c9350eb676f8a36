//! How the configuration files are read, and the errors for wrong ones.

mod composition;
mod discovery;
mod documents;
mod examples;
mod files;
mod services;
mod settings;
mod several_files;
mod shown;

use super::{Config, ConfigError};
use std::fs;
use tempfile::TempDir;

const ONE_USER: &str = "admin: {role: admin, password: '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'}\n";

/// The three files in a folder of their own.
struct Files(TempDir);

impl Files {
    fn new(config: &str, services: &str, users: &str) -> Self {
        let files = Self(TempDir::new().unwrap());
        for (name, text) in [("config.yaml", config), ("services.yaml", services), ("users.yaml", users)] {
            fs::write(files.0.path().join(name), text).unwrap();
        }
        files
    }

    fn load(&self) -> Result<Config, ConfigError> {
        self.load_with(&|_| None)
    }

    fn load_with(&self, environment: system::environment::Environment<'_>) -> Result<Config, ConfigError> {
        Config::load(&self.0.path().join("config.yaml"), environment)
    }

    /// The error without the name of the temporary folder.
    #[track_caller]
    fn error(&self) -> String {
        self.without_folder(&self.load().unwrap_err().to_string())
    }

    fn without_folder(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}
