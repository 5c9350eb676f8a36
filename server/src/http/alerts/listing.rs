//! The silences and maintenance windows as the page lists them.

use super::orders::Orders;
use super::paging::Part;
use chrono::{DateTime, FixedOffset};
use model::{MaintenanceWindowView, SilenceCounts, SilencePart, SilencesRequest, SilencesView};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use storage::Directive;

/// Orders that the page shows at once.
const SHOWN: usize = 50;

impl Orders<'_> {
    /// A page of what the caller may see and asks for. The first page includes the maintenance of the configuration.
    pub fn view(&self, request: &SilencesRequest) -> SilencesView {
        let now = self.context.clock.now();
        let search = Search::new(&request.search);
        let names = self.names();
        let mut ordered = self.context.directives.all(now);
        ordered.retain(|directive| self.is_visible(directive) && self.is_found(directive, &search, &names));
        let mut configured = self.configured(now);
        configured.retain(|window| search.has(&window.scope.to_string()) || window.times.iter().any(|time| search.has(&time.text)));
        let count = |wanted: SilencePart, more: usize| {
            let number = ordered.iter().filter(|directive| part(directive, now) == wanted).count();
            u32::try_from(number + more).unwrap_or(u32::MAX)
        };
        let counts = SilenceCounts {
            active: count(SilencePart::Active, 0),
            scheduled: count(SilencePart::Scheduled, 0),
            recurring: count(SilencePart::Recurring, configured.len()),
        };

        let is_wanted = |directive: &Arc<Directive>| request.part.is_none_or(|wanted| part(directive, now) == wanted);
        let number = request.after.unwrap_or_default();
        let wanted = ordered.into_iter().filter(|directive| directive.id > number && is_wanted(directive));
        let Part { orders, next } = Part::of(wanted, SHOWN);
        if request.after.is_some() || !matches!(request.part, None | Some(SilencePart::Recurring)) {
            configured.clear();
        }
        let ordered: Vec<_> = orders.iter().map(|directive| self.view_of(directive)).collect();
        let named = ordered.iter().flat_map(|silence| silence.services.iter().flatten());
        let names: BTreeMap<_, _> =
            named.filter_map(|service| Some((service.clone(), (*names.get(service.as_str())?).to_owned()))).collect();
        SilencesView { now, ordered, configured, next, names, counts }
    }

    /// The maintenance windows of the configuration that cover a service that the caller may see.
    pub(super) fn configured(&self, now: DateTime<FixedOffset>) -> Vec<MaintenanceWindowView> {
        let services = self.context.settings.services.iter().map(|(_, service)| service);
        let visible: Vec<_> = services
            .filter(|service| self.visible.contains(&service.id))
            .map(|service| (&service.id, service.group.as_str()))
            .collect();
        self.context.maintenance.views(&visible, now)
    }

    /// The names of the services that the caller may see, by their ids.
    fn names(&self) -> HashMap<&str, &str> {
        let services = self.context.settings.services.iter().map(|(_, service)| service);
        let visible = services.filter(|service| self.visible.contains(&service.id));
        visible.map(|service| (service.id.as_str(), service.name.as_str())).collect()
    }

    /// Whether one of its texts contains the search. Services that the caller may not see do not count.
    fn is_found(&self, directive: &Directive, search: &Search, names: &HashMap<&str, &str>) -> bool {
        let mut services = directive.services.iter().filter(|service| self.sees(service));
        search.has(&directive.comment)
            || search.has(&directive.author)
            || search.has(directive.kind.hold().as_str())
            || (directive.recurrence.is_some() && search.has("recurring"))
            || (directive.services.is_empty() && search.has("all services"))
            || services.any(|id| search.has(id.as_str()) || names.get(id.as_str()).is_some_and(|name| search.has(name)))
    }
}

/// The part of the page in which it is. What recurs is there whether it is in force or not.
fn part(directive: &Directive, now: DateTime<FixedOffset>) -> SilencePart {
    match directive.recurrence {
        Some(_) => SilencePart::Recurring,
        None if directive.from <= now => SilencePart::Active,
        None => SilencePart::Scheduled,
    }
}

/// A text that others contain, in any case. An empty one is in all.
struct Search(String);

impl Search {
    fn new(text: &str) -> Self {
        Self(text.trim().to_lowercase())
    }

    fn has(&self, text: &str) -> bool {
        self.0.is_empty() || text.to_lowercase().contains(&self.0)
    }
}
