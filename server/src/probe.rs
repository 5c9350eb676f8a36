//! Checks services once, without keeping or telling anything, for the person who is writing `services.yaml`.

use crate::application;
use crate::config::Config;
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use engine::{Service, fence};
use futures::{StreamExt, stream};
use model::{CheckError, Observation, State};
use std::collections::BTreeSet;
use std::sync::Arc;
use yaml::suggestion;

/// Checks at once.
const CHECKS_AT_ONCE: usize = 64;

/// What came of the check of one service.
pub struct Report {
    pub service: Arc<Service>,
    pub result: Result<Vec<Observation>, CheckError>,
}

impl Report {
    /// The most urgent state of its nodes.
    pub fn worst(&self) -> State {
        match &self.result {
            Ok(observations) => observations.iter().map(|seen| seen.state).max().unwrap_or(State::Unknown),
            Err(_) => State::Unknown,
        }
    }
}

/// The services of these ids, or all of them when none is given, in the order of the page. Fails when an id is not there.
pub fn services(config: &Config, registry: &CheckTypes, ids: &[String]) -> Result<Vec<Arc<Service>>, String> {
    let known: BTreeSet<_> = config.services.iter().map(|service| service.id.as_str()).collect();
    for id in ids {
        if !known.contains(id.as_str()) {
            let known: Vec<_> = known.into_iter().collect();
            return Err(format!("there is no service `{id}`; {}", suggestion(id, &known, "services")));
        }
    }
    let vault = application::connect_vault(config).map_err(|error| error.to_string())?;
    let heartbeats = Heartbeats::of_another_process();
    let services = application::services(config, registry, &heartbeats, vault.as_ref()).into_iter().map(|(service, _)| service);
    Ok(services.filter(|service| ids.is_empty() || ids.iter().any(|id| id == service.id.as_str())).collect())
}

/// Checks these services and hands out each report in their order, as soon as it and those before it are there. `checked` is called
/// whenever one more has been checked.
pub async fn run(services: Vec<Arc<Service>>, checked: impl Fn(), mut report: impl FnMut(Report)) {
    let checked = &checked;
    let checks = services.into_iter().map(|service| async move {
        let (result, remains) = fence::run(&service).await;
        remains.ended().await;
        checked();
        Report { service, result }
    });
    let mut reports = stream::iter(checks).buffered(CHECKS_AT_ONCE);
    while let Some(next) = reports.next().await {
        report(next);
    }
}
