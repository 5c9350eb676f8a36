//! Silences, acknowledgements, maintenance and pauses that users have entered. All of them are in memory and in the store.

use super::new_silence::NewSilence;
use super::quota::{QuotaExceeded, Requester, check_quota};
use super::silence_index::{Index, longest};
use super::subject::Subject;
use chrono::{DateTime, FixedOffset};
use model::ServiceId;
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use storage::write_requests::{WriteRequest, WriteRequests};
use storage::{Directive, DirectiveKind, StoreSnapshot};
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
    all: BTreeMap<u64, Arc<Directive>>,
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
                let (id, directive) = numbered(directive);
                state.all.entry(id).or_insert(directive);
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
            check_quota(state.all.values().map(AsRef::as_ref), &new, requester)?;
            state.last += 1;
            let NewSilence { kind, services, author, comment, from, until } = new;
            let (author, comment) = (foreign_text::name(&author), foreign_text::line(&comment).into_owned());
            let directive = Directive { id: state.last, kind, services, author, comment, created: now, from, until };
            let directive = Arc::new(directive);
            state.all.insert(directive.id, Arc::clone(&directive));
            state.index.add(&directive);
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
            let directive = Arc::new(Directive { until: Some(until), ..Directive::clone(before) });
            state.all.insert(id, Arc::clone(&directive));
            state.index.replace(&directive);
            directive
        };
        self.changes.send_replace(());
        self.write_requests
            .submit(WriteRequest { directives: vec![Directive::clone(&directive)], ..WriteRequest::default() })
            .await;
        Some(directive)
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
            let withdrawn: Vec<u64> =
                state.all.values().filter(|directive| has_ended(directive)).map(|directive| directive.id).collect();
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
        self.read().all.get(&id).cloned()
    }

    /// Those that are active now or later, in the order in which they were entered.
    pub fn all(&self, now: DateTime<FixedOffset>) -> Vec<Arc<Directive>> {
        self.read().all.values().filter(|directive| directive.until.is_none_or(|until| until > now)).cloned().collect()
    }

    /// The acknowledgement of the incident, unless the subject is the end of it.
    pub(super) fn acknowledgement(&self, subject: &Subject<'_>, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        let incident = subject.incident.filter(|_| !subject.ends_incident)?;
        longest(self.read().index.by_incident.get(&incident)?, now)
    }

    /// The silence or maintenance that names this service.
    pub(super) fn naming(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        longest(self.read().index.by_service.get(service)?, now)
    }

    /// The silence or maintenance of all services.
    pub(super) fn of_all(&self, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        longest(&self.read().index.of_all_services, now)
    }

    /// Who acknowledged this incident.
    pub fn acknowledged_by(&self, incident: u64, now: DateTime<FixedOffset>) -> Option<String> {
        let directive = longest(self.read().index.by_incident.get(&incident)?, now)?;
        Some(directive.author.clone())
    }

    /// The maintenance of this service that users have entered.
    pub(super) fn maintenance(&self, service: &ServiceId) -> Vec<Range<DateTime<FixedOffset>>> {
        let state = self.read();
        let named = state.index.by_service.get(service).into_iter().flatten();
        let maintenance =
            named.chain(&state.index.of_all_services).filter(|directive| directive.kind == DirectiveKind::Maintenance);
        maintenance.filter_map(|directive| Some(directive.from..directive.until?)).collect()
    }

    /// Whether this service is under maintenance that a user has entered.
    pub(super) fn is_maintained(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> bool {
        let state = self.read();
        let named = state.index.by_service.get(service).into_iter().flatten();
        named
            .chain(&state.index.of_all_services)
            .any(|directive| directive.kind == DirectiveKind::Maintenance && directive.is_in_force(now))
    }

    /// The pause of this service.
    pub fn pause(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        longest(self.read().index.pauses.get(service)?, now)
    }

    /// All pauses of this service, in the order in which they were entered.
    pub fn pauses(&self, service: &ServiceId) -> Vec<Arc<Directive>> {
        self.read().index.pauses.get(service).cloned().unwrap_or_default()
    }

    /// The services that are paused.
    pub fn paused(&self, now: DateTime<FixedOffset>) -> HashSet<ServiceId> {
        let state = self.read();
        let paused = state.index.pauses.iter().filter(|(_, pauses)| pauses.iter().any(|pause| pause.is_in_force(now)));
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
        self.all.values().for_each(|directive| self.index.add(directive));
    }

    fn remove(&mut self, id: u64, now: DateTime<FixedOffset>) -> Option<Arc<Directive>> {
        let directive = self.all.remove(&id)?;
        self.index.remove(&directive);
        if directive.kind == DirectiveKind::Pause {
            let end = directive.until.map_or(now, |until| until.min(now));
            self.resumed.extend(directive.services.iter().map(|service| (service.clone(), end)));
        }
        Some(directive)
    }
}

/// With its number. Earlier versions stored repeated names.
fn numbered(mut directive: Directive) -> (u64, Arc<Directive>) {
    keep_first(&mut directive.services);
    (directive.id, Arc::new(directive))
}

/// Drops repetitions.
fn keep_first(services: &mut Vec<ServiceId>) {
    let mut known = HashSet::with_capacity(services.len());
    services.retain(|service| known.insert(service.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use history::NodeId;
    use model::State as NodeState;
    use storage::Incident;
    use test_support::noon;

    const OPS: Requester<'_> = Requester { user: "ops", is_admin: false };

    fn new(kind: DirectiveKind, services: &[&str], until: i64) -> NewSilence {
        NewSilence {
            kind,
            services: services.iter().map(|id| ServiceId::new(*id)).collect(),
            author: "ops".to_owned(),
            comment: String::new(),
            from: noon(),
            until: Some(noon() + TimeDelta::minutes(until)),
        }
    }

    /// Silences whose entries are stored.
    fn silences(loaded: &StoreSnapshot) -> Silences {
        let (write_requests, mut entries) = WriteRequests::new();
        tokio::spawn(async move {
            while let Some(submitted) = entries.recv().await {
                submitted.stored.send(()).ok();
            }
        });
        Silences::new(loaded, write_requests)
    }

    #[tokio::test]
    async fn maintenance_lasts_from_its_begin_to_its_end_for_its_services() {
        let silences = silences(&StoreSnapshot::default());
        silences.add(new(DirectiveKind::Maintenance, &["db"], 10), OPS, noon()).await.unwrap();
        let maintained =
            |service: &str, minute: i64| silences.is_maintained(&ServiceId::new(service), noon() + TimeDelta::minutes(minute));
        assert!(maintained("db", 0) && maintained("db", 9));
        assert!(!maintained("db", -1) && !maintained("db", 10) && !maintained("web", 5));
    }

    #[tokio::test]
    async fn expired_silences_are_removed_and_numbers_are_not_reused() {
        let silences = silences(&StoreSnapshot::default());
        let first = silences.add(new(DirectiveKind::Silence, &[], 10), OPS, noon()).await.unwrap();
        let later = noon() + TimeDelta::minutes(20);
        assert!(silences.all(later).is_empty());
        silences.remove_ended(later, |_| true).await;
        let second = silences.add(new(DirectiveKind::Silence, &[], 30), OPS, later).await.unwrap();
        assert!(second.id > first.id && silences.get(first.id).is_none());
        assert_eq!(silences.withdraw(second.id, later).await, Some(second.clone()));
        assert_eq!(silences.withdraw(second.id, later).await, None);
    }

    #[tokio::test]
    async fn a_silence_that_is_extended_ends_later() {
        let silences = silences(&StoreSnapshot::default());
        let (db, later) = (ServiceId::new("db"), noon() + TimeDelta::minutes(60));
        let named = silences.add(new(DirectiveKind::Silence, &["db"], 10), OPS, noon()).await.unwrap();
        let of_all = silences.add(new(DirectiveKind::Silence, &[], 10), OPS, noon()).await.unwrap();
        let other = silences.add(new(DirectiveKind::Silence, &["db"], 30), OPS, noon()).await.unwrap();
        let extended = silences.extend(named.id, later).await.unwrap();
        assert_eq!(*extended, Directive { until: Some(later), ..Directive::clone(&named) });
        assert_eq!(silences.naming(&db, noon() + TimeDelta::minutes(40)).map(|found| found.id), Some(named.id));
        silences.extend(of_all.id, later).await.unwrap();
        assert_eq!(silences.of_all(noon() + TimeDelta::minutes(40)).map(|found| found.id), Some(of_all.id));
        let ids: Vec<_> = silences.all(noon()).iter().map(|directive| directive.id).collect();
        assert_eq!(ids, [named.id, of_all.id, other.id]);
        silences.remove_ended(noon() + TimeDelta::minutes(40), |_| true).await;
        assert!(silences.get(named.id).is_some() && silences.get(other.id).is_none());
        assert_eq!(silences.extend(99, later).await, None);
    }

    #[tokio::test]
    async fn a_repeated_name_counts_once_and_a_withdrawal_frees_the_quota() {
        let silences = silences(&StoreSnapshot::default());
        let repeated = new(DirectiveKind::Silence, &["web", "db", "web", "db"], 10);
        let first = silences.add(repeated, OPS, noon()).await.unwrap();
        assert_eq!(first.services, ["web", "db"].map(ServiceId::new));
        while silences.add(new(DirectiveKind::Silence, &["db"], 10), OPS, noon()).await.is_ok() {}
        let dev = Requester { user: "dev", is_admin: false };
        let of_dev = NewSilence { author: "dev (key)".to_owned(), ..new(DirectiveKind::Silence, &["db"], 10) };
        assert!(silences.add(of_dev, dev, noon()).await.is_ok(), "each user has a quota of their own");
        silences.withdraw(first.id, noon()).await;
        assert!(silences.add(new(DirectiveKind::Silence, &["db"], 10), OPS, noon()).await.is_ok());
    }

    #[tokio::test]
    async fn silences_of_a_store_that_connects_late_are_added() {
        let silences = silences(&StoreSnapshot::default()).numbered_from(noon());
        let entered = silences.add(new(DirectiveKind::Silence, &["db"], 10), OPS, noon()).await.unwrap();
        let before = Directive { id: 1, services: vec![ServiceId::new("web")], ..Directive::clone(&entered) };
        let changes = silences.changes();
        let repeated = Directive { services: ["web", "web"].map(ServiceId::new).to_vec(), ..before.clone() };
        silences.add_stored(vec![repeated]);
        assert!(changes.has_changed().unwrap());
        assert_eq!(silences.all(noon()), [Arc::new(before), entered]);
    }

    #[tokio::test]
    async fn an_acknowledgement_ends_with_its_incident() {
        let kind = |incident| DirectiveKind::Acknowledgement { incident };
        let directive = |id, kind| {
            let NewSilence { services, author, comment, from, until, .. } = new(kind, &["db"], 10);
            Directive { id, kind, services, author, comment, created: noon(), from, until }
        };
        let open = Incident {
            id: 7,
            node: NodeId(1),
            since: noon(),
            opened: noon(),
            ended: None,
            worst: NodeState::Down,
            message: None,
            notified_channels: Vec::new(),
        };
        let loaded = StoreSnapshot {
            directives: vec![directive(1, kind(6)), directive(2, kind(7)), directive(3, DirectiveKind::Silence)],
            open_incidents: vec![open],
            ..StoreSnapshot::default()
        };
        let left: Vec<_> = silences(&loaded).all(noon()).iter().map(|directive| directive.id).collect();
        assert_eq!(left, [2, 3]);
    }
}
