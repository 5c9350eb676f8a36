//! `platus backup` and `platus restore`.

use super::configuration::Configuration;
use super::exit::{WRONG_INPUT, failed};
use super::output::{print_error, print_line};
use crate::application::embedded_store;
use chrono::Utc;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use storage::sqlite::SqliteStore;

#[derive(Args)]
pub(super) struct Backup {
    #[command(flatten)]
    configuration: Configuration,
    /// Where to write the copy.
    file: PathBuf,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
}

#[derive(Args)]
pub(super) struct Restore {
    #[command(flatten)]
    configuration: Configuration,
    /// A file that `platus backup` has written.
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self) -> ExitCode {
        let Some(store) = store(&self.configuration) else { return ExitCode::from(WRONG_INPUT) };
        match store.back_up(&self.file, self.force) {
            Ok(()) => {
                print_line(format_args!("The backup is in {}.", self.file.display()));
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error.to_string()),
        }
    }
}

impl Restore {
    pub(super) fn run(self) -> ExitCode {
        let Some(store) = store(&self.configuration) else { return ExitCode::from(WRONG_INPUT) };
        match store.restore(&self.file, Utc::now()) {
            Ok(replaced) => {
                print_line(format_args!("The database is that of {}.", self.file.display()));
                if let Some(replaced) = replaced {
                    print_line(format_args!("The replaced database is {}.", replaced.display()));
                }
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error.to_string()),
        }
    }
}

/// The embedded store of the configuration. Prints why there is none.
fn store(configuration: &Configuration) -> Option<SqliteStore> {
    let config = configuration.load()?;
    embedded_store(&config).inspect_err(|error| print_error(error)).ok()
}
