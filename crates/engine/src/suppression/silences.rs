//! Silences, acknowledgements, maintenance and pauses that users have entered. All of them are in memory and in the store.

use super::entry::{Entry, InForce};
use super::new_silence::NewSilence;
use super::quota::{Requester, check_quota};
use super::silence_index::{Index, longest};
use super::subject::Subject;
use chrono::{DateTime, FixedOffset};
use model::{QuotaExceeded, ServiceId};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use storage::write_requests::{WriteRequest, WriteRequests};
use storage::{Renames, Silence, SilenceKind, StoreSnapshot};
use system::foreign_text;
use tokio::sync::watch;

/// What users have entered, from the time of entering to its end.
pub struct Silences {
    state: RwLock<State>,
    write_requests: WriteRequests,
    changes: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    /// The number given last.
    last: u64,
    all: BTreeMap<u64, Arc<Entry>>,
    index: Index,
    /// The end of the latest pause of each service since the start of the process.
    resumed: HashMap<ServiceId, DateTime<FixedOffset>>,
}

impl Silences {
    /// Continues with what the store has, without the acknowledgements of incidents that have ended meanwhile.
    pub fn new(loaded: &StoreSnapshot, write_requests: WriteRequests) -> Self {
        let open: HashSet<u64> = loaded.open_incidents.iter().map(|incident| incident.id).collect();
        let is_open = |silence: &&Silence| match silence.kind {
            SilenceKind::Acknowledgement { incident } => open.contains(&incident),
            SilenceKind::Silence | SilenceKind::Maintenance | SilenceKind::Pause => true,
        };
        let last = loaded.silences.iter().map(|silence| silence.id).max().unwrap_or_default();
        let all = loaded.silences.iter().filter(is_open).map(|silence| numbered(silence.clone())).collect();
        let mut state = State { last, all, ..State::default() };
        state.make_index();
        Self { state: RwLock::new(state), write_requests, changes: watch::Sender::new(()) }
    }

    /// Begins numbering with the seconds since 1970. A store that is not connected yet has lower numbers.
    pub fn numbered_from(self, now: DateTime<FixedOffset>) -> Self {
        self.write().last = u64::try_from(now.timestamp()).unwrap_or_default();
        self
    }

    /// Adds what a store has that was connected after the start.
    pub fn add_stored(&self, stored: Vec<Silence>) {
        {
            let mut state = self.write();
            for silence in stored {
                let (id, entry) = numbered(silence);
                state.all.entry(id).or_insert(entry);
            }
            state.make_index();
        }
        self.changes.send_replace(());
    }

    /// Changes whenever something is entered or ends.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Enters and stores a silence, an acknowledgement or maintenance. Fails if the user would exceed a limit.
    pub async fn add(
        &self,
        mut new: NewSilence,
        requester: Requester<'_>,
        now: DateTime<FixedOffset>,
    ) -> Result<Arc<Silence>, QuotaExceeded> {
        keep_first(&mut new.services);
        let silence = {
            let mut state = self.write();
            check_quota(state.all.values().map(|entry| entry.silence.as_ref()), &new, requester)?;
            state.last += 1;
            let NewSilence { kind, services, author, comment, from, until, recurrence } = new;
            let (author, comment) = (foreign_text::name(&author), foreign_text::line(&comment).into_owned());
            let silence = Silence { id: state.last, kind, services, author, comment, created: now, from, until, recurrence };
            let silence = Arc::new(silence);
            let entry = Entry::new(Arc::clone(&silence));
            state.index.add(&entry);
            state.all.insert(silence.id, entry);
            silence
        };
        self.changes.send_replace(());
        self.write_requests.submit(WriteRequest { silences: vec![Silence::clone(&silence)], ..WriteRequest::default() }).await;
        Ok(silence)
    }

    /// Ends the one with this number, or returns `None` if there is none.
    pub async fn withdraw(&self, id: u64, now: DateTime<FixedOffset>) -> Option<Arc<Silence>> {
        let silence = self.write().remove(id, now)?;
        self.changes.send_replace(());
        self.write_requests.submit(WriteRequest { withdrawn: vec![id], ..WriteRequest::default() }).await;
        Some(silence)
    }

    /// Ends the one with this number at another time, or returns `None` if there is none. The caller judges the time.
    pub async fn extend(&self, id: u64, until: DateTime<FixedOffset>) -> Option<Arc<Silence>> {
        let silence = {
            let mut state = self.write();
            let before = state.all.get(&id)?;
            let silence = Arc::new(Silence { until: Some(until), ..Silence::clone(&before.silence) });
            let entry = Entry::new(Arc::clone(&silence));
            state.index.replace(&entry);
            state.all.insert(id, entry);
            silence
        };
        self.changes.send_replace(());
        self.write_requests.submit(WriteRequest { silences: vec![Silence::clone(&silence)], ..WriteRequest::default() }).await;
        Some(silence)
    }

    /// Services have other ids now. Returns what has changed, which the caller stores.
    pub fn rename(&self, renames: &Renames) -> Vec<Silence> {
        let renamed = self.write().rename(renames);
        if !renamed.is_empty() {
            self.changes.send_replace(());
        }
        renamed
    }

    /// Removes those that have expired, and acknowledgements of incidents that have ended.
    pub async fn remove_ended(&self, now: DateTime<FixedOffset>, is_open: impl Fn(u64) -> bool) {
        let has_ended = |silence: &Silence| match silence.kind {
            _ if silence.until.is_some_and(|until| until <= now) => true,
            SilenceKind::Acknowledgement { incident } => !is_open(incident),
            SilenceKind::Silence | SilenceKind::Maintenance | SilenceKind::Pause => false,
        };
        let withdrawn: Vec<u64> = {
            let mut state = self.write();
            let silences = state.all.values().map(|entry| &entry.silence);
            let withdrawn: Vec<u64> = silences.filter(|silence| has_ended(silence)).map(|silence| silence.id).collect();
            for id in &withdrawn {
                state.remove(*id, now);
            }
            withdrawn
        };
        if !withdrawn.is_empty() {
            self.changes.send_replace(());
            self.write_requests.submit(WriteRequest { withdrawn, ..WriteRequest::default() }).await;
        }
    }

    /// The one with this number.
    pub fn get(&self, id: u64) -> Option<Arc<Silence>> {
        self.read().all.get(&id).map(|entry| Arc::clone(&entry.silence))
    }

    /// Those that are active now or later, in the order in which they were entered.
    pub fn all(&self, now: DateTime<FixedOffset>) -> Vec<Arc<Silence>> {
        let state = self.read();
        let silences = state.all.values().map(|entry| &entry.silence);
        silences.filter(|silence| silence.until.is_none_or(|until| until > now)).cloned().collect()
    }

    /// The acknowledgement of the incident, unless the subject is the end of it.
    pub(super) fn acknowledgement(&self, subject: &Subject<'_>, now: DateTime<FixedOffset>) -> Option<InForce> {
        let incident = subject.incident.filter(|_| !subject.ends_incident)?;
        longest(self.read().index.by_incident.get(&incident)?, now)
    }

    /// The silence or maintenance that names this service.
    pub(super) fn naming(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> Option<InForce> {
        longest(self.read().index.by_service.get(service)?, now)
    }

    /// The silence or maintenance of all services.
    pub(super) fn of_all(&self, now: DateTime<FixedOffset>) -> Option<InForce> {
        longest(&self.read().index.of_all_services, now)
    }

    /// Who acknowledged this incident.
    pub fn acknowledged_by(&self, incident: u64, now: DateTime<FixedOffset>) -> Option<String> {
        let acknowledgement = longest(self.read().index.by_incident.get(&incident)?, now)?;
        Some(acknowledgement.silence.author.clone())
    }

    /// The maintenance of this service that users have entered, as far as it may touch a time.
    pub(super) fn maintenance(
        &self,
        service: &ServiceId,
        time: &Range<DateTime<FixedOffset>>,
    ) -> Vec<Range<DateTime<FixedOffset>>> {
        let state = self.read();
        state.maintenance(service).flat_map(|entry| entry.ranges(time)).collect()
    }

    /// Whether this service is under maintenance that a user has entered.
    pub(super) fn is_maintained(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> bool {
        self.read().maintenance(service).any(|entry| entry.in_force(now).is_some())
    }

    /// The pause of this service.
    pub fn pause(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> Option<Arc<Silence>> {
        self.pausing(service, now).map(|pause| pause.silence)
    }

    /// The pause of this service, with its end.
    pub(super) fn pausing(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> Option<InForce> {
        longest(self.read().index.pauses.get(service)?, now)
    }

    /// All pauses of this service, in the order in which they were entered.
    pub fn pauses(&self, service: &ServiceId) -> Vec<Arc<Silence>> {
        let state = self.read();
        state.index.pauses.get(service).into_iter().flatten().map(|pause| Arc::clone(&pause.silence)).collect()
    }

    /// The services that are paused.
    pub fn paused(&self, now: DateTime<FixedOffset>) -> HashSet<ServiceId> {
        let state = self.read();
        let paused = state.index.pauses.iter().filter(|(_, pauses)| pauses.iter().any(|pause| pause.in_force(now).is_some()));
        paused.map(|(service, _)| service.clone()).collect()
    }

    /// The end of the latest pause of this service since the start of the process.
    pub fn resumed(&self, service: &ServiceId) -> Option<DateTime<FixedOffset>> {
        self.read().resumed.get(service).copied()
    }

    // No change under the lock panics between the list and its index.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read()
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write()
    }
}

impl State {
    fn make_index(&mut self) {
        self.index = Index::default();
        self.all.values().for_each(|entry| self.index.add(entry));
    }

    /// The maintenance that names this service or is about all services.
    fn maintenance(&self, service: &ServiceId) -> impl Iterator<Item = &Arc<Entry>> {
        let named = self.index.by_service.get(service).into_iter().flatten();
        named.chain(&self.index.of_all_services).filter(|entry| entry.silence.kind == SilenceKind::Maintenance)
    }

    fn rename(&mut self, renames: &Renames) -> Vec<Silence> {
        for (former, present) in renames.iter() {
            if let Some(resumed) = self.resumed.remove(former) {
                self.resumed.insert(present.clone(), resumed);
            }
        }
        let mut renamed = Vec::new();
        for entry in self.all.values_mut() {
            let mut silence = Silence::clone(&entry.silence);
            if silence.rename(|id| renames.present(id)) {
                renamed.push(silence.clone());
                *entry = Entry::new(Arc::new(silence));
            }
        }
        if !renamed.is_empty() {
            self.make_index();
        }
        renamed
    }

    fn remove(&mut self, id: u64, now: DateTime<FixedOffset>) -> Option<Arc<Silence>> {
        let silence = Arc::clone(&self.all.remove(&id)?.silence);
        self.index.remove(&silence);
        if silence.kind == SilenceKind::Pause {
            let end = silence.until.map_or(now, |until| until.min(now));
            self.resumed.extend(silence.services.iter().map(|service| (service.clone(), end)));
        }
        Some(silence)
    }
}

/// With its number. Earlier versions stored repeated names.
fn numbered(mut silence: Silence) -> (u64, Arc<Entry>) {
    keep_first(&mut silence.services);
    (silence.id, Entry::new(Arc::new(silence)))
}

/// Drops repetitions.
fn keep_first(services: &mut Vec<ServiceId>) {
    let mut known = HashSet::with_capacity(services.len());
    services.retain(|service| known.insert(service.clone()));
}

#[cfg(test)]
mod tests;
