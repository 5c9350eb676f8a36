//! Heartbeats of jobs: the known tokens, and the latest reports per service. They are stored with the row of the service, so they
//! survive a restart.

mod record;

use chrono::{DateTime, FixedOffset, Local};
use model::{ServiceId, StoredHeartbeat};
use parking_lot::{Mutex, MutexGuard};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet, hash_map};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Maximum size of the text of a job, in bytes. The end is kept, since the reason is at the end of a log.
pub const LONGEST_WORDS: usize = 1 << 10;

/// The registered jobs. Clones share them.
#[derive(Clone)]
pub struct Heartbeats {
    jobs: Arc<Mutex<Jobs>>,
    started: DateTime<FixedOffset>,
    is_heard: bool,
}

#[derive(Default)]
struct Jobs {
    tokens: HashMap<TokenDigest, Token>,
    /// By service, so that a job keeps its history when its token changes.
    pulses: HashMap<ServiceId, Pulse>,
}

/// Tokens are looked up by digest, so that the duration of a lookup reveals nothing about the tokens.
type TokenDigest = [u8; 32];

struct Token {
    /// The service of each registration, the first one first: two while one configuration replaces another. They differ while it renames the
    /// service.
    registrations: Vec<ServiceId>,
}

impl Token {
    /// The service whose reports these are: the first one that is known. A renamed service is known by its present id only.
    fn service(&self, pulses: &HashMap<ServiceId, Pulse>) -> Option<&ServiceId> {
        self.registrations.iter().find(|service| pulses.contains_key(service))
    }
}

/// The latest reports of a job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pulse {
    /// Since when heartbeats of the job are received.
    pub(crate) known_since: Instant,
    /// When the current run started; `None` when the job is not running.
    pub(crate) running_since: Option<Instant>,
    pub(crate) last_success: Option<Instant>,
    /// Result of the latest complete run; `None` before the first.
    pub(crate) last_end: Option<Result<(), Failure>>,
    /// Duration of that run, if its start was reported.
    pub(crate) last_run: Option<Duration>,
    /// How long Platus was not running since the last success. Heartbeats of that time are lost.
    pub(crate) unheard: Duration,
    /// The part of `unheard` since the start of the current run.
    pub(crate) unheard_in_run: Duration,
    /// Number of complete runs.
    ends: u64,
    /// The method of a request since the last heartbeat that did not count, because only `POST` does.
    pub(crate) refused_method: Option<&'static str>,
}

/// The report of a failed run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// As reported: systems other than Unix have negative and large exit codes.
    pub exit_code: Option<i64>,
    /// Untrusted text of the job; empty if it sent none.
    pub words: String,
}

/// One heartbeat of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beat {
    Start,
    Success,
    Failure(Failure),
    /// A log message, which changes nothing.
    Log,
}

impl Default for Heartbeats {
    fn default() -> Self {
        Self { jobs: Arc::default(), started: Local::now().fixed_offset(), is_heard: true }
    }
}

impl Heartbeats {
    /// Heartbeats in a process that receives none, such as `platus probe`.
    pub fn of_another_process() -> Self {
        Self { is_heard: false, ..Self::default() }
    }

    /// Whether this process receives heartbeats.
    pub(crate) fn is_heard(&self) -> bool {
        self.is_heard
    }

    /// Registers a token. A service that registers again keeps its earlier reports. `None` if the token belongs to another
    /// service, unless this one had its id before.
    pub(crate) fn register(&self, token: &str, service: &ServiceId, former_ids: &[ServiceId]) -> Option<Registration> {
        let digest = digest(token);
        let mut jobs = self.jobs();
        match jobs.tokens.entry(digest) {
            hash_map::Entry::Occupied(mut token) => {
                let is_same = |other: &ServiceId| other == service || former_ids.contains(other);
                let registrations = &mut token.get_mut().registrations;
                if !registrations.iter().all(is_same) {
                    return None;
                }
                registrations.push(service.clone());
            }
            hash_map::Entry::Vacant(place) => {
                place.insert(Token { registrations: vec![service.clone()] });
            }
        }
        jobs.pulses.entry(service.clone()).or_insert_with(|| Pulse::new(Instant::now()));
        drop(jobs);
        Some(Registration { heartbeats: self.clone(), digest, service: service.clone() })
    }

    /// Records a heartbeat. Returns the number of complete runs, for [`Self::explain`]; `None` if the token is not registered.
    pub fn beat(&self, token: &str, beat: Beat) -> Option<u64> {
        self.change(token, |pulse| {
            pulse.note(beat, Instant::now());
            pulse.ends
        })
    }

    /// Adds the text of the job to the failure of this run, unless another run has ended since.
    pub fn explain(&self, token: &str, end: u64, said: &[u8]) {
        self.change(token, |pulse| {
            if let Some(Err(failure)) = pulse.last_end.as_mut().filter(|_| pulse.ends == end) {
                *failure = Failure::new(failure.exit_code, said);
            }
        });
    }

    /// Records that a request did not count because of its method.
    pub fn refuse(&self, token: &str, method: &'static str) {
        self.change(token, |pulse| pulse.refused_method = Some(method));
    }

    /// The service of a token.
    pub fn service(&self, token: &str) -> Option<ServiceId> {
        let digest = digest(token);
        let jobs = self.jobs();
        jobs.tokens.get(&digest)?.service(&jobs.pulses).cloned()
    }

    /// The record of the job of this service, for the store.
    pub fn stored(&self, service: &ServiceId) -> Option<StoredHeartbeat> {
        self.jobs().pulses.get(service).map(|pulse| pulse.to_record(Instant::now(), Local::now().fixed_offset()))
    }

    /// Restores the records of the previous process, which ran until `last_check`. Heartbeats received since then are kept.
    pub fn restore<'a>(
        &self,
        stored: impl Iterator<Item = (&'a ServiceId, &'a StoredHeartbeat)>,
        last_check: Option<DateTime<FixedOffset>>,
    ) {
        let (now, today) = (Instant::now(), Local::now().fixed_offset());
        let unheard = last_check.and_then(|last_check| (self.started - last_check).to_std().ok()).unwrap_or_default();
        let mut jobs = self.jobs();
        for (service, record) in stored {
            let mut earlier = Pulse::from_record(record, now, today);
            earlier.unheard += unheard;
            if earlier.running_since.is_some() {
                earlier.unheard_in_run += unheard;
            }
            match jobs.pulses.entry(service.clone()) {
                hash_map::Entry::Occupied(mut pulse) => pulse.get_mut().continue_from(earlier),
                hash_map::Entry::Vacant(place) => {
                    place.insert(earlier);
                }
            }
        }
    }

    /// The service has another id now, and keeps its reports.
    pub fn rename(&self, former: &ServiceId, present: &ServiceId) {
        let mut jobs = self.jobs();
        if let Some(pulse) = jobs.pulses.remove(former) {
            jobs.pulses.insert(present.clone(), pulse);
        }
    }

    /// Forgets the reports of all services but these.
    pub fn keep_only(&self, services: &HashSet<ServiceId>) {
        self.jobs().pulses.retain(|service, _| services.contains(service));
    }

    fn change<T>(&self, token: &str, change: impl FnOnce(&mut Pulse) -> T) -> Option<T> {
        let digest = digest(token);
        let mut jobs = self.jobs();
        let Jobs { tokens, pulses } = &mut *jobs;
        let service = tokens.get(&digest)?.service(pulses)?.clone();
        pulses.get_mut(&service).map(change)
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock()
    }
}

impl fmt::Debug for Heartbeats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heartbeats").field("is_heard", &self.is_heard).finish_non_exhaustive()
    }
}

/// Keeps a token registered until it is dropped.
pub(crate) struct Registration {
    heartbeats: Heartbeats,
    digest: TokenDigest,
    service: ServiceId,
}

impl Registration {
    /// The latest reports of the job.
    pub(crate) fn pulse(&self) -> Pulse {
        let jobs = self.heartbeats.jobs();
        // Registering has inserted it.
        jobs.pulses.get(&self.service).cloned().unwrap_or_else(|| Pulse::new(Instant::now()))
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let hash_map::Entry::Occupied(mut token) = self.heartbeats.jobs().tokens.entry(self.digest) {
            let registrations = &mut token.get_mut().registrations;
            if let Some(own) = registrations.iter().position(|service| *service == self.service) {
                registrations.remove(own);
            }
            if token.get().registrations.is_empty() {
                token.remove();
            }
        }
    }
}

impl Pulse {
    /// A job without reports.
    pub(crate) fn new(known_since: Instant) -> Self {
        Self {
            known_since,
            running_since: None,
            last_success: None,
            last_end: None,
            last_run: None,
            unheard: Duration::ZERO,
            unheard_in_run: Duration::ZERO,
            ends: 0,
            refused_method: None,
        }
    }

    /// Records a heartbeat at `now`.
    pub(crate) fn note(&mut self, beat: Beat, now: Instant) {
        self.refused_method = None;
        match beat {
            Beat::Log => {}
            Beat::Start => {
                self.running_since = Some(now);
                self.unheard_in_run = Duration::ZERO;
            }
            Beat::Success => {
                self.last_success = Some(now);
                self.unheard = Duration::ZERO;
                self.end(Ok(()), now);
            }
            Beat::Failure(failure) => self.end(Err(failure), now),
        }
    }

    fn end(&mut self, end: Result<(), Failure>, now: Instant) {
        self.last_run = self.running_since.take().map(|start| now.saturating_duration_since(start));
        self.last_end = Some(end);
        self.ends += 1;
    }
}

impl Failure {
    /// `said` is the body of the request, usually the end of a log.
    pub fn new(exit_code: Option<i64>, said: &[u8]) -> Self {
        let said = &said[said.len().saturating_sub(LONGEST_WORDS)..];
        let said = String::from_utf8_lossy(said);
        let words = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        Self { exit_code, words: words.trim().to_owned() }
    }
}

fn digest(token: &str) -> TokenDigest {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests;
