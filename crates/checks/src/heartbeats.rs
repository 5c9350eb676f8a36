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
    service: ServiceId,
    /// Number of registrations: two while one configuration replaces another.
    registrations: usize,
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
    /// service.
    pub(crate) fn register(&self, token: &str, service: &ServiceId) -> Option<Registration> {
        let digest = digest(token);
        let mut jobs = self.jobs();
        match jobs.tokens.entry(digest) {
            hash_map::Entry::Occupied(token) if token.get().service != *service => return None,
            hash_map::Entry::Occupied(mut token) => token.get_mut().registrations += 1,
            hash_map::Entry::Vacant(place) => {
                place.insert(Token { service: service.clone(), registrations: 1 });
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
        self.jobs().tokens.get(&digest).map(|token| token.service.clone())
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

    /// Forgets the reports of all services but these.
    pub fn keep_only(&self, services: &HashSet<ServiceId>) {
        self.jobs().pulses.retain(|service, _| services.contains(service));
    }

    fn change<T>(&self, token: &str, change: impl FnOnce(&mut Pulse) -> T) -> Option<T> {
        let digest = digest(token);
        let mut jobs = self.jobs();
        let Jobs { tokens, pulses } = &mut *jobs;
        pulses.get_mut(&tokens.get(&digest)?.service).map(change)
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
            token.get_mut().registrations -= 1;
            if token.get().registrations == 0 {
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
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    #[test]
    fn a_token_is_known_while_it_is_registered() {
        let (heartbeats, service) = (Heartbeats::default(), ServiceId::new("backup"));
        assert_eq!(heartbeats.beat(TOKEN, Beat::Success), None);
        let first = heartbeats.register(TOKEN, &service).unwrap();
        assert!(heartbeats.register(TOKEN, &ServiceId::new("other")).is_none(), "one token, one service");
        assert_eq!(heartbeats.beat(TOKEN, Beat::Success), Some(1));
        assert_eq!(heartbeats.beat("0123456789abcdeF", Beat::Success), None);

        let second = heartbeats.register(TOKEN, &service).unwrap();
        drop(first);
        assert_eq!(second.pulse().last_end, Some(Ok(())), "a configuration that is read again loses nothing");
        drop(second);
        assert_eq!(heartbeats.beat(TOKEN, Beat::Success), None);
        assert!(heartbeats.register(TOKEN, &ServiceId::new("other")).is_some());
    }

    #[test]
    fn words_belong_to_the_run_that_they_explain() {
        let heartbeats = Heartbeats::default();
        let registration = heartbeats.register(TOKEN, &ServiceId::new("backup")).unwrap();
        let fails = || heartbeats.beat(TOKEN, Beat::Failure(Failure::new(Some(-9), b""))).unwrap();
        let end = fails();
        heartbeats.explain(TOKEN, end, b"disk full");
        let explained = Failure { exit_code: Some(-9), words: "disk full".to_owned() };
        assert_eq!(registration.pulse().last_end, Some(Err(explained)));
        fails();
        heartbeats.explain(TOKEN, end, b"too late");
        assert_eq!(registration.pulse().last_end, Some(Err(Failure { exit_code: Some(-9), words: String::new() })));
        let end = heartbeats.beat(TOKEN, Beat::Success).unwrap();
        heartbeats.explain(TOKEN, end, b"all is well");
        heartbeats.refuse(TOKEN, "GET");
        assert_eq!((registration.pulse().last_end, registration.pulse().refused_method), (Some(Ok(())), Some("GET")));
        heartbeats.beat(TOKEN, Beat::Log).unwrap();
        assert_eq!((registration.pulse().last_end, registration.pulse().refused_method), (Some(Ok(())), None));
    }

    #[test]
    fn a_run_is_measured_from_its_start() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut pulse = Pulse::new(start);
        pulse.note(Beat::Success, after(5));
        assert_eq!((pulse.last_success, pulse.last_run), (Some(after(5)), None));
        pulse.note(Beat::Start, after(10));
        assert_eq!((pulse.running_since, pulse.last_end.clone()), (Some(after(10)), Some(Ok(()))));
        pulse.note(Beat::Failure(Failure::new(Some(3), b"")), after(14));
        assert_eq!((pulse.running_since, pulse.last_run), (None, Some(Duration::from_secs(4))));
        assert_eq!(pulse.last_end, Some(Err(Failure { exit_code: Some(3), words: String::new() })));
        assert_eq!(pulse.last_success, Some(after(5)));
        pulse.note(Beat::Success, after(20));
        assert_eq!((pulse.last_success, pulse.last_run, pulse.last_end), (Some(after(20)), None, Some(Ok(()))));
    }

    #[test]
    fn the_last_line_of_a_log_is_kept() {
        for (said, words) in [
            ("", ""),
            (" \n\n", ""),
            ("disk full", "disk full"),
            ("copying\r\n  disk full \r\n\r\n", "disk full"),
            (&*("x".repeat(5000) + " end"), &*("x".repeat(1020) + " end")),
        ] {
            assert_eq!(Failure::new(None, said.as_bytes()).words, words);
        }
        assert_eq!(Failure::new(None, b"\xff!").words, "\u{fffd}!");
    }

    #[test]
    fn no_token_is_printed() {
        let heartbeats = Heartbeats::default();
        let _registration = heartbeats.register(TOKEN, &ServiceId::new("backup"));
        assert!(!format!("{heartbeats:?}").contains("0123"));
    }
}
