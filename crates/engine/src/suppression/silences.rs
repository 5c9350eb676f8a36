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
use storage::{Directive, DirectiveKind, Renames, StoreSnapshot};
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
        let is_open = |directive: &&Directive| match directive.kind {
            DirectiveKind::Acknowledgement { incident } => open.contains(&incident),
            DirectiveKind::Silence | DirectiveKind::Maintenance | DirectiveKind::Pause => true,
        };
        let last = loaded.directives.iter().map(|directive| directive.id).max().unwrap_or_default();
        let all = loaded.directives.iter().filter(is_open).map(|directive| numbered(directive.clone())).collect();
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
    pub fn add_stored(&self, stored: Vec<Directive>) {
        {
            let mut state = self.write();
            for directive in stored {
                let (id, entry) = numbered(directive);
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
    ) -> Result<Arc<Directive>, QuotaExceeded> {
        keep_first(&mut new.services);
        let directive = {
            let mut state = self.write();
            check_quota(state.all.values().map(|entry| entry.directive.as_ref()), &new, requester)?;
            state.last += 1;
            let NewSilence { kind, services, author, comment, from, until, recurrence } = new;
            let (author, comment) = (foreign_text::name(&author), foreign_text::line(&comment).into_owned());
            let directive = Directive { id: state.last, kind, services, author, comment, created: now, from, until, recurrence };
            let directive = Arc::new(directive);
            let entry = Entry::new(Arc::clone(&directive));
            state.index.add(&entry);
            state.all.insert(directive.id, entry);
            directive
        };
        self.changes.send_replace(());
        self.write_requests
            .submit(WriteRequest { directives: vec![Directive::clone(&directive)], ..WriteRequest::default() })
            .await;
        Ok(directive)
    }

    /// Ends the one with this number, or returns `None` if there is none.
    pub async fn withdraw(&self, id: u64, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        let directive = self.write().remove(id, now)?;
        self.changes.send_replace(());
        self.write_requests.submit(WriteRequest { withdrawn: vec![id], ..WriteRequest::default() }).await;
        Some(directive)
    }

    /// Ends the one with this number at another time, or returns `None` if there is none. The caller judges the time.
    pub async fn extend(&self, id: u64, until: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        let directive = {
            let mut state = self.write();
            let before = state.all.get(&id)?;
            let directive = Arc::new(Directive { until: Some(until), ..Directive::clone(&before.directive) });
            let entry = Entry::new(Arc::clone(&directive));
            state.index.replace(&entry);
            state.all.insert(id, entry);
            directive
        };
        self.changes.send_replace(());
        self.write_requests
            .submit(WriteRequest { directives: vec![Directive::clone(&directive)], ..WriteRequest::default() })
            .await;
        Some(directive)
    }

    /// Services have other ids now. Returns what has changed, which the caller stores.
    pub fn rename(&self, renames: &Renames) -> Vec<Directive> {
        let renamed = self.write().rename(renames);
        if !renamed.is_empty() {
            self.changes.send_replace(());
        }
        renamed
    }

    /// Removes those that have expired, and acknowledgements of incidents that have ended.
    pub async fn remove_ended(&self, now: DateTime<FixedOffset>, is_open: impl Fn(u64) -> bool) {
        let has_ended = |directive: &Directive| match directive.kind {
            _ if directive.until.is_some_and(|until| until <= now) => true,
            DirectiveKind::Acknowledgement { incident } => !is_open(incident),
            DirectiveKind::Silence | DirectiveKind::Maintenance | DirectiveKind::Pause => false,
        };
        let withdrawn: Vec<u64> = {
            let mut state = self.write();
            let directives = state.all.values().map(|entry| &entry.directive);
            let withdrawn: Vec<u64> = directives.filter(|directive| has_ended(directive)).map(|directive| directive.id).collect();
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
    pub fn get(&self, id: u64) -> Option<Arc<Directive>> {
        self.read().all.get(&id).map(|entry| Arc::clone(&entry.directive))
    }

    /// Those that are active now or later, in the order in which they were entered.
    pub fn all(&self, now: DateTime<FixedOffset>) -> Vec<Arc<Directive>> {
        let state = self.read();
        let directives = state.all.values().map(|entry| &entry.directive);
        directives.filter(|directive| directive.until.is_none_or(|until| until > now)).cloned().collect()
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
        Some(acknowledgement.directive.author.clone())
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
    pub fn pause(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        self.pausing(service, now).map(|pause| pause.directive)
    }

    /// The pause of this service, with its end.
    pub(super) fn pausing(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> Option<InForce> {
        longest(self.read().index.pauses.get(service)?, now)
    }

    /// All pauses of this service, in the order in which they were entered.
    pub fn pauses(&self, service: &ServiceId) -> Vec<Arc<Directive>> {
        let state = self.read();
        state.index.pauses.get(service).into_iter().flatten().map(|pause| Arc::clone(&pause.directive)).collect()
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
        named.chain(&self.index.of_all_services).filter(|entry| entry.directive.kind == DirectiveKind::Maintenance)
    }

    fn rename(&mut self, renames: &Renames) -> Vec<Directive> {
        for (former, present) in renames.iter() {
            if let Some(resumed) = self.resumed.remove(former) {
                self.resumed.insert(present.clone(), resumed);
            }
        }
        let mut renamed = Vec::new();
        for entry in self.all.values_mut() {
            let mut directive = Directive::clone(&entry.directive);
            if directive.rename(|id| renames.present(id)) {
                renamed.push(directive.clone());
                *entry = Entry::new(Arc::new(directive));
            }
        }
        if !renamed.is_empty() {
            self.make_index();
        }
        renamed
    }

    fn remove(&mut self, id: u64, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        let directive = Arc::clone(&self.all.remove(&id)?.directive);
        self.index.remove(&directive);
        if directive.kind == DirectiveKind::Pause {
            let end = directive.until.map_or(now, |until| until.min(now));
            self.resumed.extend(directive.services.iter().map(|service| (service.clone(), end)));
        }
        Some(directive)
    }
}

/// With its number. Earlier versions stored repeated names.
fn numbered(mut directive: Directive) -> (u64, Arc<Entry>) {
    keep_first(&mut directive.services);
    (directive.id, Entry::new(Arc::new(directive)))
}

/// Drops repetitions.
fn keep_first(services: &mut Vec<ServiceId>) {
    let mut known = HashSet::with_capacity(services.len());
    services.retain(|service| known.insert(service.clone()));
}

#[cfg(test)]
mod tests;
