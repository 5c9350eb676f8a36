//! Imports the configuration of other monitors: reads their files into a shared model, and writes `config.yaml`, `services.yaml` and
//! `users.yaml` with a comment at everything that differs.

mod address;
mod checked;
mod documents;
mod durations;
#[cfg(test)]
mod every_key;
mod gatus;
mod history;
mod http;
mod ids;
mod input;
mod json_conditions;
mod keys;
mod maintenance;
mod model;
mod output;
mod past_check;
mod patterns;
mod platus;
mod prometheus;
mod routing;
mod staging;
mod statuses;
mod summary;
mod tokens;
mod uptime_kuma;
mod value;
mod yaml_text;

pub use history::ImportedHistory;
pub use input::ImportError;
pub use summary::Summary;

use chrono::{DateTime, Utc};
use documents::Documents;
use history::HistoryImport;
use model::Imported;
use staging::Staging;
use std::path::Path;
use system::environment::Environment;

/// Whose files are read.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// `config.yaml` of Gatus, or a folder of such files.
    Gatus(&'a Path),
    /// `kuma.db`, also with the results of its checks, or a backup in JSON.
    UptimeKuma { file: &'a Path, history: bool },
    /// `prometheus.yml` with the modules of `blackbox.yml`.
    Blackbox { prometheus: &'a Path, blackbox: &'a Path },
    /// `config.yaml` of Platus, also of the Python program.
    Platus(&'a Path),
}

impl Source<'_> {
    /// What is read, for texts.
    fn origin(&self) -> String {
        match self {
            Self::Gatus(path) => format!("Gatus ({})", input::name(path)),
            Self::UptimeKuma { file, .. } => format!("Uptime Kuma ({})", input::name(file)),
            Self::Platus(path) => format!("Platus ({})", input::name(path)),
            Self::Blackbox { prometheus, blackbox } => {
                format!("blackbox_exporter ({}) and Prometheus ({})", input::name(blackbox), input::name(prometheus))
            }
        }
    }

    /// `folder` is where the files are going to be.
    fn read(&self, folder: &Path, environment: Environment<'_>) -> Result<Imported, ImportError> {
        match self {
            Self::Gatus(path) => gatus::read(path, environment),
            Self::UptimeKuma { file, history } => uptime_kuma::read(file, *history),
            Self::Platus(path) => platus::read(path, &folder.join(output::CONFIG)),
            Self::Blackbox { prometheus, blackbox } => prometheus::read(prometheus, blackbox),
        }
    }
}

/// Reads the files of a source and writes the configuration into a folder, and the history into a store in it. Fails without writing
/// anything when they cannot be read, or when the folder has such files already. A history that cannot be written is a loss. `report` is called
/// now and then with the day of the history that is written. Waits for the disk.
pub fn import(
    source: Source<'_>,
    folder: &Path,
    environment: Environment<'_>,
    report: &dyn Fn(DateTime<Utc>),
) -> Result<Summary, ImportError> {
    let origin = source.origin();
    let mut imported = source.read(folder, environment)?;
    let database = match source {
        Source::UptimeKuma { file, history: true } => Some(file),
        _ => None,
    };
    output::refuse_present(folder, database.is_some()).map_err(ImportError::new)?;
    let documents = checked::documents(&mut imported, &origin, environment)
        .map_err(|error| ImportError::new(format!("the files cannot be checked in the temporary folder: {error}")))?;
    let Some(database) = database else {
        let files = output::write(&documents, None, folder).map_err(ImportError::new)?;
        return Ok(Summary::of(&imported, files, None));
    };
    let staging = Staging::create(folder).map_err(ImportError::new)?;
    output::write(&documents, None, staging.path()).map_err(ImportError::new)?;
    let written = HistoryImport { database, monitors: &imported.monitors, folder: staging.path(), environment, report }.write();
    let history = history::with_remarks(written, &mut imported);
    let store_of = history.is_some().then(|| staging.path());
    // What is missing of the history has a comment, too.
    let files = output::write(&Documents::of(&imported, &origin), store_of, folder).map_err(ImportError::new)?;
    Ok(Summary::of(&imported, files, history))
}
