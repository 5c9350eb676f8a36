//! The silences and maintenance windows as the page lists them.

use super::caller_silences::CallerSilences;
use super::paging::Part;
use chrono::{DateTime, FixedOffset};
use model::{MaintenanceWindowView, SilenceCounts, SilencePart, SilencesRequest, SilencesView};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use storage::Silence;

/// Silences that the page shows at once.
const SHOWN: usize = 50;

impl CallerSilences<'_> {
    /// A page of what the caller may see and asks for. The first page includes the maintenance of the configuration.
    pub fn view(&self, request: &SilencesRequest) -> SilencesView {
        let now = self.context.clock.now();
        let search = Search::new(&request.search);
        let names = self.names();
        let mut entered = self.context.silences.all(now);
        entered.retain(|silence| self.is_visible(silence) && self.is_found(silence, &search, &names));
        let mut configured = self.configured(now);
        configured.retain(|window| search.has(&window.scope.to_string()) || window.times.iter().any(|time| search.has(&time.text)));
        let count = |wanted: SilencePart, more: usize| {
            let number = entered.iter().filter(|silence| part(silence, now) == wanted).count();
            u32::try_from(number + more).unwrap_or(u32::MAX)
        };
        let counts = SilenceCounts {
            active: count(SilencePart::Active, 0),
            scheduled: count(SilencePart::Scheduled, 0),
            recurring: count(SilencePart::Recurring, configured.len()),
        };

        let is_wanted = |silence: &Arc<Silence>| request.part.is_none_or(|wanted| part(silence, now) == wanted);
        let number = request.after.unwrap_or_default();
        let wanted = entered.into_iter().filter(|silence| silence.id > number && is_wanted(silence));
        let Part { silences, next } = Part::of(wanted, SHOWN);
        if request.after.is_some() || !matches!(request.part, None | Some(SilencePart::Recurring)) {
            configured.clear();
        }
        let entered: Vec<_> = silences.iter().map(|silence| self.view_of(silence)).collect();
        let named = entered.iter().flat_map(|silence| silence.services.iter().flatten());
        let names: BTreeMap<_, _> =
            named.filter_map(|service| Some((service.clone(), (*names.get(service.as_str())?).to_owned()))).collect();
        SilencesView { now, entered, configured, next, names, counts }
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
    fn is_found(&self, silence: &Silence, search: &Search, names: &HashMap<&str, &str>) -> bool {
        let mut services = silence.services.iter().filter(|service| self.sees(service));
        search.has(&silence.comment)
            || search.has(&silence.author)
            || search.has(silence.kind.suppression_kind().as_str())
            || (silence.recurrence.is_some() && search.has("recurring"))
            || (silence.services.is_empty() && search.has("all services"))
            || services.any(|id| search.has(id.as_str()) || names.get(id.as_str()).is_some_and(|name| search.has(name)))
    }
}

/// The part of the page in which it is. What recurs is there whether it is in force or not.
fn part(silence: &Silence, now: DateTime<FixedOffset>) -> SilencePart {
    match silence.recurrence {
        Some(_) => SilencePart::Recurring,
        None if silence.from <= now => SilencePart::Active,
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
