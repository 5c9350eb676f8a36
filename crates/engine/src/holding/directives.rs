//! What operators have ordered about alerts. All of it is in memory and in the store.

use super::draft::Draft;
use super::order_shares::{Orderer, TooMany, check_shares};
use chrono::{DateTime, FixedOffset};
use model::ServiceId;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use storage::write_requests::{WriteRequest, WriteRequests};
use storage::{Directive, DirectiveKind, Notification, StoreSnapshot};
use system::foreign_text;
use tokio::sync::watch;

pub struct Directives {
    state: RwLock<State>,
    write_requests: WriteRequests,
    /// Tells of every order and of every end.
    changes: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    last: u64,
    all: BTreeMap<u64, Arc<Directive>>,
}

impl Directives {
    /// Goes on with what the store knows. The acknowledgement of an incident that has ended meanwhile is forgotten.
    pub fn new(loaded: &StoreSnapshot, write_requests: WriteRequests) -> Self {
        let open: HashSet<u64> = loaded.open_incidents.iter().map(|incident| incident.id).collect();
        let holds = |directive: &&Directive| match directive.kind {
            DirectiveKind::Acknowledgement { incident } => open.contains(&incident),
            DirectiveKind::Silence | DirectiveKind::Maintenance => true,
        };
        let last = loaded.directives.iter().map(|directive| directive.id).max().unwrap_or_default();
        let all = loaded.directives.iter().filter(holds).map(|directive| entry(directive.clone())).collect();
        Self { state: RwLock::new(State { last, all }), write_requests, changes: watch::Sender::new(()) }
    }

    /// Has the numbers begin with the seconds since 1970: a store that is away has surely given lower ones.
    pub fn apart_from_those_of_a_store(self, now: DateTime<FixedOffset>) -> Self {
        self.state.write().unwrap_or_else(PoisonError::into_inner).last = u64::try_from(now.timestamp()).unwrap_or_default();
        self
    }

    /// Takes up what a store knows that comes late.
    pub fn take_up(&self, late: Vec<Directive>) {
        {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            for directive in late {
                let (id, directive) = entry(directive);
                state.all.entry(id).or_insert(directive);
            }
        }
        self.changes.send_replace(());
    }

    /// Hears of every order and of every end.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// Takes an order. Fails when there would be more than the share of the user who gives it.
    pub async fn order(
        &self,
        mut draft: Draft,
        orderer: Orderer<'_>,
        now: DateTime<FixedOffset>,
    ) -> Result<Arc<Directive>, TooMany> {
        keep_first(&mut draft.services);
        let directive = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            check_shares(state.all.values().map(AsRef::as_ref), &draft, orderer)?;
            state.last += 1;
            let Draft { kind, services, author, comment, from, until } = draft;
            let (author, comment) = (foreign_text::name(&author), foreign_text::line(&comment).into_owned());
            let directive = Directive { id: state.last, kind, services, author, comment, created: now, from, until };
            let directive = Arc::new(directive);
            state.all.insert(directive.id, Arc::clone(&directive));
            directive
        };
        self.changes.send_replace(());
        self.write_requests
            .submit(WriteRequest { directives: vec![Directive::clone(&directive)], ..WriteRequest::default() })
            .await;
        Ok(directive)
    }

    /// Ends one. Nothing when there is none of that number.
    pub async fn withdraw(&self, id: u64) -> Option<Arc<Directive>> {
        let directive = self.state.write().unwrap_or_else(PoisonError::into_inner).all.remove(&id)?;
        self.changes.send_replace(());
        self.write_requests.submit(WriteRequest { withdrawn: vec![id], ..WriteRequest::default() }).await;
        Some(directive)
    }

    /// Forgets those that have run out, and acknowledgements of incidents that have ended.
    pub async fn forget(&self, now: DateTime<FixedOffset>, is_open: impl Fn(u64) -> bool) {
        let is_over = |directive: &Directive| match directive.kind {
            _ if directive.until.is_some_and(|until| until <= now) => true,
            DirectiveKind::Acknowledgement { incident } => !is_open(incident),
            DirectiveKind::Silence | DirectiveKind::Maintenance => false,
        };
        let withdrawn: Vec<u64> = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            let withdrawn = state.all.values().filter(|directive| is_over(directive)).map(|directive| directive.id).collect();
            state.all.retain(|_, directive| !is_over(directive));
            withdrawn
        };
        if !withdrawn.is_empty() {
            self.changes.send_replace(());
            self.write_requests.submit(WriteRequest { withdrawn, ..WriteRequest::default() }).await;
        }
    }

    pub fn get(&self, id: u64) -> Option<Arc<Directive>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).all.get(&id).cloned()
    }

    /// Those that hold now or later, the earliest ordered first.
    pub fn all(&self, now: DateTime<FixedOffset>) -> Vec<Arc<Directive>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.all.values().filter(|directive| directive.until.is_none_or(|until| until > now)).cloned().collect()
    }

    /// Why nobody is to be told of this now.
    pub(super) fn hold(&self, message: &Notification, now: DateTime<FixedOffset>) -> Option<String> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.all.values().find_map(|directive| {
            let is_held = directive.is_in_force(now)
                && match directive.kind {
                    // The end of what somebody works on is told.
                    DirectiveKind::Acknowledgement { incident } => incident == message.incident && !message.ends_incident(),
                    DirectiveKind::Silence | DirectiveKind::Maintenance => directive.covers(&message.service),
                };
            is_held.then(|| format!("{} by {}", directive.kind.hold(), directive.author))
        })
    }

    /// Whether trouble of this service is expected now.
    pub(super) fn is_maintained(&self, service: &ServiceId, now: DateTime<FixedOffset>) -> bool {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.all.values().any(|directive| {
            directive.kind == DirectiveKind::Maintenance && directive.is_in_force(now) && directive.covers(service)
        })
    }
}

/// A directive by its number. Older versions stored repeated names.
fn entry(mut directive: Directive) -> (u64, Arc<Directive>) {
    keep_first(&mut directive.services);
    (directive.id, Arc::new(directive))
}

/// Drops repetitions, in the order of the first occurrences.
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

    const OPS: Orderer<'_> = Orderer { user: "ops", is_admin: false };

    fn draft(kind: DirectiveKind, services: &[&str], until: i64) -> Draft {
        Draft {
            kind,
            services: services.iter().map(|id| ServiceId::new(*id)).collect(),
            author: "ops".to_owned(),
            comment: String::new(),
            from: noon(),
            until: Some(noon() + TimeDelta::minutes(until)),
        }
    }

    /// Directives whose entries somebody stores.
    fn directives(loaded: &StoreSnapshot) -> Directives {
        let (write_requests, mut entries) = WriteRequests::new();
        tokio::spawn(async move {
            while let Some(submitted) = entries.recv().await {
                submitted.stored.send(()).ok();
            }
        });
        Directives::new(loaded, write_requests)
    }

    #[tokio::test]
    async fn it_holds_from_its_begin_to_its_end_and_for_its_services() {
        let directives = directives(&StoreSnapshot::default());
        directives.order(draft(DirectiveKind::Maintenance, &["db"], 10), OPS, noon()).await.unwrap();
        let maintained =
            |service: &str, minute: i64| directives.is_maintained(&ServiceId::new(service), noon() + TimeDelta::minutes(minute));
        assert!(maintained("db", 0) && maintained("db", 9));
        assert!(!maintained("db", -1) && !maintained("db", 10) && !maintained("web", 5));
    }

    #[tokio::test]
    async fn what_has_run_out_is_forgotten_and_numbers_are_not_given_twice() {
        let directives = directives(&StoreSnapshot::default());
        let first = directives.order(draft(DirectiveKind::Silence, &[], 10), OPS, noon()).await.unwrap();
        let later = noon() + TimeDelta::minutes(20);
        assert!(directives.all(later).is_empty());
        directives.forget(later, |_| true).await;
        let second = directives.order(draft(DirectiveKind::Silence, &[], 30), OPS, later).await.unwrap();
        assert!(second.id > first.id && directives.get(first.id).is_none());
        assert_eq!(directives.withdraw(second.id).await, Some(second.clone()));
        assert_eq!(directives.withdraw(second.id).await, None);
    }

    #[tokio::test]
    async fn a_name_counts_once_and_a_share_is_free_again_after_a_withdrawal() {
        let directives = directives(&StoreSnapshot::default());
        let repeated = draft(DirectiveKind::Silence, &["web", "db", "web", "db"], 10);
        let first = directives.order(repeated, OPS, noon()).await.unwrap();
        assert_eq!(first.services, ["web", "db"].map(ServiceId::new));
        while directives.order(draft(DirectiveKind::Silence, &["db"], 10), OPS, noon()).await.is_ok() {}
        let dev = Orderer { user: "dev", is_admin: false };
        let of_dev = Draft { author: "dev (key)".to_owned(), ..draft(DirectiveKind::Silence, &["db"], 10) };
        assert!(directives.order(of_dev, dev, noon()).await.is_ok(), "the share of others is their own");
        directives.withdraw(first.id).await;
        assert!(directives.order(draft(DirectiveKind::Silence, &["db"], 10), OPS, noon()).await.is_ok());
    }

    #[tokio::test]
    async fn what_a_store_knows_that_comes_late_holds_as_well() {
        let directives = directives(&StoreSnapshot::default()).apart_from_those_of_a_store(noon());
        let ordered = directives.order(draft(DirectiveKind::Silence, &["db"], 10), OPS, noon()).await.unwrap();
        let before = Directive { id: 1, services: vec![ServiceId::new("web")], ..Directive::clone(&ordered) };
        let changes = directives.changes();
        let repeated = Directive { services: ["web", "web"].map(ServiceId::new).to_vec(), ..before.clone() };
        directives.take_up(vec![repeated]);
        assert!(changes.has_changed().unwrap());
        assert_eq!(directives.all(noon()), [Arc::new(before), ordered]);
    }

    #[tokio::test]
    async fn an_acknowledgement_ends_with_its_incident() {
        let kind = |incident| DirectiveKind::Acknowledgement { incident };
        let directive = |id, kind| {
            let Draft { services, author, comment, from, until, .. } = draft(kind, &["db"], 10);
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
        let left: Vec<_> = directives(&loaded).all(noon()).iter().map(|directive| directive.id).collect();
        assert_eq!(left, [2, 3]);
    }
}
