//! Checks services once, without storing or notifying, for users who write `services.yaml`.

use crate::application;
use crate::config::Config;
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use engine::{Service, runner};
use futures::{StreamExt, stream};
use model::{CheckError, Observation, State};
use std::collections::BTreeSet;
use std::sync::Arc;
use yaml::suggestion;

/// Checks at once.
const CHECKS_AT_ONCE: usize = 64;

/// The result of the check of one service.
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
pub fn services(config: &Config, check_types: &CheckTypes, ids: &[String]) -> Result<Vec<Arc<Service>>, String> {
    let known: BTreeSet<_> = config.services.iter().map(|service| service.id.as_str()).collect();
    for id in ids {
        if !known.contains(id.as_str()) {
            let known: Vec<_> = known.into_iter().collect();
            return Err(format!("there is no service `{id}`; {}", suggestion(id, &known, "services")));
        }
    }
    let vault = application::connect_vault(config).map_err(|error| error.to_string())?;
    let heartbeats = Heartbeats::of_another_process();
    let services = application::services(config, check_types, &heartbeats, vault.as_ref()).into_iter().map(|(service, _)| service);
    Ok(services.filter(|service| ids.is_empty() || ids.iter().any(|id| id == service.id.as_str())).collect())
}

/// Checks these services and passes their reports to `report` in this order, each as soon as possible. Calls `checked` after each check.
pub async fn run(services: Vec<Arc<Service>>, checked: impl Fn(), mut report: impl FnMut(Report)) {
    let checked = &checked;
    let checks = services.into_iter().map(|service| async move {
        let (result, remains) = runner::run(&service).await;
        remains.ended().await;
        checked();
        Report { service, result }
    });
    let mut reports = stream::iter(checks).buffered(CHECKS_AT_ONCE);
    while let Some(next) = reports.next().await {
        report(next);
    }
}
