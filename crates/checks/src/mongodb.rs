//! Asks a MongoDB replica set for the state of its members. One member that answers is enough.

mod failure;
mod judgement;
mod link;
mod properties;
mod replica_set;
mod seed;
#[cfg(test)]
mod tests;

use super::{CheckError, Host, Observation, Plugin};
use failure::{Attempt, Failure};
use model::State;
use properties::{Data, Properties};
use replica_set::ReplicaSet;
use seed::{Access, Answer, Seed};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use yaml::InvalidSetting;

/// The check of one replica set.
pub(super) struct MongoDb {
    /// At least one.
    seeds: Vec<Seed>,
    /// Index of the seed that answered last. It is asked first, so that unavailable ones cost time only once.
    first: AtomicUsize,
    /// Absent without a login, or if the certificate names the user.
    username: Option<String>,
    logs_in: bool,
    shows_certificate: bool,
    replica_set: Option<String>,
    /// In seconds.
    max_lag: Option<f64>,
    /// For the whole of a check.
    timeout: Duration,
}

impl Plugin for MongoDb {
    const NAME: &'static str = "mongodb";
    const SUMMARY: &'static str = "Checks the members of a MongoDB replica set: their states and replication lag.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
orders-db:
  role: [dev]
  type: mongodb
  properties:
    host: [db1.example.org, db2.example.org, db3.example.org:27018]
    port: 27017
    username: monitor
    password: change-me
    tls: true
    replica_set: orders
    timeout: 10
  data:
    type: Infra
    name: Orders database
    max_lag: 30
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        let tls = properties.tls()?.for_clients()?;
        if tls.settings().is_some() && !properties.verify {
            tracing::warn!(service.id = %host.service, "Certificates are not verified: `verify` is false.");
        }
        let keeps_links = host.interval.is_none_or(|interval| interval < seed::MAX_AGE);
        let access = Arc::new(Access { keeps_links, credential: properties.credential()?, tls });
        Ok(Self {
            seeds: properties.addresses()?.into_iter().map(|address| Seed::new(address, Arc::clone(&access))).collect(),
            first: AtomicUsize::new(0),
            username: properties.username().map(str::to_owned),
            logs_in: access.credential.is_some(),
            shows_certificate: access.tls.settings().is_some_and(|tls| tls.has_identity),
            replica_set: properties.replica_set().map(str::to_owned),
            max_lag: data.max_lag()?,
            timeout: host.timeout,
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let (set, answer) = self.ask().await.map_err(|failures| CheckError::new(failure::describe(&failures, self.attempt())))?;
        let answered = |observation: Observation| match observation.state {
            // The elapsed time belongs to another member, which answered.
            State::Down => observation,
            _ => observation.with_elapsed(answer.elapsed).with_phases(answer.phases.clone()).with_route(&answer.route),
        };
        Ok(judgement::judge(&set, self.max_lag).into_iter().map(answered).collect())
    }
}

impl MongoDb {
    /// Asks the hosts one after the other, each for an equal share of the remaining time, until one knows a primary, since a
    /// member that is cut off from the others knows less. If none does, the first answer counts.
    async fn ask(&self) -> Result<(ReplicaSet, Answer), Vec<(String, Failure)>> {
        let started = Instant::now();
        let first = self.first.load(Ordering::Relaxed);
        let (mut without_primary, mut failures) = (None, Vec::new());
        let rest = (0..self.seeds.len()).filter(|index| *index != first);
        for (n_asked, index) in [first].into_iter().chain(rest).enumerate() {
            let hosts_left = u32::try_from(self.seeds.len() - n_asked).unwrap_or(u32::MAX);
            let time = self.timeout.saturating_sub(started.elapsed()) / hosts_left;
            let seed = &self.seeds[index];
            match seed.ask(time).await.and_then(|answer| self.read(answer)) {
                Ok((set, answer)) if set.primary().is_some() => {
                    self.first.store(index, Ordering::Relaxed);
                    return Ok((set, answer));
                }
                Ok(seen) => {
                    if without_primary.is_none() {
                        self.first.store(index, Ordering::Relaxed);
                        without_primary = Some(seen);
                    }
                }
                Err(failure) => failures.push((seed.address.to_string(), failure)),
            }
        }
        without_primary.ok_or(failures)
    }

    fn read(&self, answer: Answer) -> Result<(ReplicaSet, Answer), Failure> {
        let set = ReplicaSet::read(&answer.status, answer.configuration.as_ref()).ok_or(Failure::Unreadable)?;
        match &self.replica_set {
            Some(wanted) if *wanted != set.name => Err(Failure::OtherSet(set.name, wanted.clone())),
            _ => Ok((set, answer)),
        }
    }

    fn attempt(&self) -> Attempt<'_> {
        Attempt { username: self.username.as_deref(), logs_in: self.logs_in, shows_certificate: self.shows_certificate }
    }
}
