//! The history of another monitor, written into the embedded store of an imported configuration.

use super::input::ImportError;
use super::model::{Imported, Presence};
use super::output;
use super::past_check::PastCheck;
use super::uptime_kuma::heartbeats;
use crate::application;
use crate::backfill::{Backfill, BackfillError};
use crate::config::Config;
use ::history::{Retention, Tier};
use ::model::{Observation, ServiceId, State};
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset, Local, Utc};
use engine::Service;
use engine::alert_sink::AlertSink;
use engine::service_nodes::ServiceNodes;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use storage::sqlite::SqliteStore;
use storage::{Notification, Renames, Store};
use system::environment::Environment;
use tokio::sync::mpsc;

/// Checks that are handed over at once, and such parts that may wait.
const PART: usize = 1_000;
const PARTS: usize = 4;

/// Checks that are stored at once.
const MOST_AT_ONCE: usize = 50_000;

/// The type of services whose nodes only a check knows. A row of another name would go with the first check.
const OF_UNKNOWN_NODES: [&str; 1] = ["mongodb"];

/// What was imported of a history.
#[derive(Clone, Debug, Default)]
pub struct ImportedHistory {
    pub services: usize,
    pub checks: usize,
    /// The time of the first and of the last check.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

/// A history that was written, and what is missing of it.
pub(super) struct Written {
    history: ImportedHistory,
    /// The services whose heartbeats were not imported.
    without: Vec<String>,
    /// Heartbeats that say nothing.
    unusable: usize,
}

/// What was imported, with a remark at everything that was not. `None` for a history that could not be written.
pub(super) fn with_remarks(written: Result<Written, ImportError>, imported: &mut Imported) -> Option<ImportedHistory> {
    let Written { history, without, unusable } = match written {
        Ok(written) => written,
        Err(error) => {
            imported.lost(format!("the history: {error}"));
            return None;
        }
    };
    for service in imported.services.iter_mut().filter(|service| without.contains(&service.name)) {
        service.lost(match service.presence {
            Presence::Active => "its history, since the members of a MongoDB are rows of their own in Platus",
            Presence::Commented => "its history, which only a service that is checked can have",
            Presence::Absent => "its history",
        });
    }
    if unusable > 0 {
        imported.lost(format!(
            "heartbeats in the history ({unusable}) whose status is unknown, or whose time cannot be read, is in the future, or is before that \
             of the heartbeat before"
        ));
    }
    Some(history)
}

/// A history that is written into the store of an imported configuration.
pub(super) struct HistoryImport<'a> {
    /// The database of Uptime Kuma.
    pub database: &'a Path,
    /// The ids of the services of its monitors.
    pub monitors: &'a HashMap<i64, String>,
    /// Of the configuration, and of the store.
    pub folder: &'a Path,
    pub environment: Environment<'a>,
    /// Called now and then with the day that is written.
    pub report: &'a dyn Fn(DateTime<Utc>),
}

impl HistoryImport<'_> {
    /// Writes it. Waits for the disk.
    pub(super) fn write(&self) -> Result<Written, ImportError> {
        let wrong = |error: &dyn std::fmt::Display| ImportError::new(error.to_string());
        let config = Config::load(&self.folder.join(output::CONFIG), self.environment).map_err(|error| wrong(&error))?;
        let types: HashMap<&ServiceId, &str> =
            config.services.iter().map(|service| (&service.id, service.plugin.as_str())).collect();
        let services = application::services(&config, &CheckTypes::built_in(), &Heartbeats::default(), None);
        let by_id: HashMap<ServiceId, Arc<Service>> = services
            .into_iter()
            .filter(|(service, _)| types.get(&service.id).is_some_and(|plugin| !OF_UNKNOWN_NODES.contains(plugin)))
            .map(|(service, _)| (service.id.clone(), service))
            .collect();
        let found = self.monitors.iter().filter_map(|(monitor, id)| Some((*monitor, Arc::clone(by_id.get(&ServiceId::new(id))?))));
        let watched: HashMap<i64, Watched> =
            found.map(|(monitor, service)| (monitor, Watched { service, nodes: ServiceNodes::default(), checks: 0 })).collect();
        let others: Vec<i64> = self.monitors.keys().copied().filter(|monitor| !watched.contains_key(monitor)).collect();
        let others = heartbeats::with_any(self.database, &others)?;
        let without = others.iter().filter_map(|monitor| self.monitors.get(monitor).cloned()).collect();
        let store = SqliteStore::beside(self.folder);
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(|error| wrong(&error))?;
        let (history, unusable) = runtime.block_on(transfer(self.database, watched, &store, self.report))?;
        Ok(Written { history, without, unusable })
    }
}

/// A service whose history is imported.
struct Watched {
    service: Arc<Service>,
    nodes: ServiceNodes,
    checks: usize,
}

/// Returns also the number of heartbeats that say nothing.
async fn transfer(
    database: &Path,
    mut watched: HashMap<i64, Watched>,
    store: &SqliteStore,
    report: &dyn Fn(DateTime<Utc>),
) -> Result<(ImportedHistory, usize), ImportError> {
    let wrong = |error: BackfillError| ImportError::new(error.to_string());
    let now = Local::now().fixed_offset();
    let loaded = store.load().await.map_err(|error| wrong(error.into()))?;
    let mut backfill = Backfill::new(Arc::new(Unnotified), Heartbeats::default(), &loaded, now);

    let (sender, mut parts) = mpsc::channel::<Vec<PastCheck>>(PARTS);
    let (database, monitors) = (database.to_owned(), watched.keys().copied().collect::<Vec<_>>());
    let since =
        DateTime::from_timestamp_millis(Retention::default().horizon(Tier::Day, now.timestamp_millis())).unwrap_or_default();
    let reader = tokio::task::spawn_blocking(move || {
        let mut part = Vec::new();
        let unusable = heartbeats::read(&database, &monitors, since, |check| {
            part.push(check);
            part.len() < PART || sender.blocking_send(std::mem::take(&mut part)).is_ok()
        })?;
        sender.blocking_send(part).ok();
        Ok::<_, ImportError>(unusable)
    });

    let (mut imported, mut misplaced) = (ImportedHistory::default(), 0);
    while let Some(part) = parts.recv().await {
        for PastCheck { monitor, at, state, elapsed, message } in part {
            let Some(Watched { service, nodes, checks }) = watched.get_mut(&monitor) else { continue };
            if at > now || imported.span.is_some_and(|(_, latest)| at < latest) {
                misplaced += 1;
                continue;
            }
            if imported.checks.is_multiple_of(MOST_AT_ONCE) {
                backfill.save(store).await.map_err(wrong)?;
                report(at);
            }
            let observation = Observation { message, elapsed, ..Observation::new(&service.node, state) };
            backfill.add(service, nodes, observation, at.with_timezone(now.offset()));
            *checks += 1;
            imported.checks += 1;
            imported.span = Some((imported.span.map_or(at, |(first, _)| first), at));
        }
    }
    let unusable = match reader.await {
        Ok(read) => read?,
        Err(error) => return Err(ImportError::new(error.to_string())),
    };
    for Watched { service, nodes, .. } in watched.values_mut() {
        backfill.end_failures(service, nodes);
    }
    backfill.finish(store).await.map_err(wrong)?;
    imported.services = watched.values().filter(|watched| watched.checks > 0).count();
    Ok((imported, misplaced + unusable))
}

/// Platus notified no channel then, and knows no maintenance of that time.
struct Unnotified;

impl AlertSink for Unnotified {
    fn channels(&self, _: &Service, _: State, _: DateTime<FixedOffset>) -> Vec<String> {
        Vec::new()
    }

    fn is_maintained(&self, _: &Service, _: DateTime<FixedOffset>) -> bool {
        false
    }

    fn queue(&self, _: Vec<Notification>) {}

    fn rename(&self, _: &Renames) {}
}
