//! Blackbox exporter with the `scrape_configs` of Prometheus: modules say how to check, and Prometheus says what.

mod dns;
mod http_module;
mod job;
mod local_file;
mod module;
mod targets;
mod tcp;
mod tls_config;

use super::ids::Ids;
use super::input::{self, ImportError};
use super::keys::{Keys, quoted};
use super::model::Imported;
use job::{Defaults, Job};
use module::Modules;
use std::path::Path;

/// Keys of Prometheus that do not concern what is checked.
const OF_PROMETHEUS: [&str; 8] = ["rule_files", "alerting", "remote_write", "remote_read", "storage", "tracing", "otlp", "runtime"];

/// Reads `prometheus.yml`, and the modules of `blackbox.yml`. Waits for the disk.
pub(super) fn read(prometheus: &Path, blackbox: &Path) -> Result<Imported, ImportError> {
    let (modules, document) = (input::yaml(blackbox)?, input::yaml(prometheus)?);
    let modules = Modules::read(&modules, blackbox.parent().unwrap_or(Path::new(""))).ok_or_else(|| {
        ImportError::new(format!("{} has no `modules`; is it a configuration of blackbox_exporter?", blackbox.display()))
    })?;
    let mut keys = Keys::new(&document);
    let jobs = keys.list("scrape_configs");
    if jobs.is_empty() {
        return Err(ImportError::new(format!(
            "{} has no `scrape_configs`; is it a configuration of Prometheus?",
            prometheus.display()
        )));
    }
    let defaults = Defaults::read(Keys::of(keys.get("global")));
    let folder = prometheus.parent().unwrap_or(Path::new(""));
    let (mut imported, mut ids) = (Imported::default(), Ids::default());
    for node in jobs {
        match Job::read(node, &defaults, &modules, folder) {
            Ok(job) => job.add_services(&modules, &mut ids, &mut imported),
            Err(problem) => imported.lost(problem),
        }
    }
    for name in modules.unused() {
        imported.note(format!("No job uses the module `{name}`."));
    }
    if keys.get("alerting").is_some() || keys.get("rule_files").is_some() {
        imported.lost("alerting rules and Alertmanager; set `notify_backend` and `retries_before_notify`");
    }
    imported.note("Platus keeps its own history; metrics of Prometheus are not imported.");
    keys.ignore(&OF_PROMETHEUS);
    let unknown = keys.unknown();
    if !unknown.is_empty() {
        imported.lost(quoted(&unknown));
    }
    Ok(imported)
}
