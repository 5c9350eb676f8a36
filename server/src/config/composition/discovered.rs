//! The services of the entries with `discover`.

mod claims;
mod entry;

use super::Composing;
use super::budget::Budget;
use super::placeholders::{BEGIN, Item};
use super::templates::USE;
use crate::config::discovery::{DISCOVER, Discovered, GoodList, IdPattern, Targets};
use crate::config::findings::{Effect, Finding};
use crate::config::{former_ids, names};
use claims::Claims;
use entry::Discovering;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use yaml::{Entry, Located, LocatedError, Location, Node};

/// Targets without a service that an error names. It has the number of all.
const MOST_NAMED: usize = 3;

/// A list that can be used, with the id of the service of each target.
struct Usable {
    text: Arc<str>,
    targets: Targets,
    ids: Vec<String>,
}

/// What was made of a list.
struct Made {
    list: GoodList,
    /// Why some targets have no service.
    left_out: Option<String>,
}

impl Composing<'_> {
    /// One service for each target of the lists. A list that cannot be used leaves the last good one of its entry in use. Errors of an entry
    /// itself are those of a service with the id as it is written.
    pub(super) fn discover(&mut self, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        self.id_patterns = entries.iter().map(|entry| IdPattern::of_entry(&entry.key.value)).collect();
        let mut discovering = Vec::with_capacity(entries.len());
        for entry in entries {
            if self.is_over {
                return;
            }
            discovering.extend(self.prepare(entry));
        }
        self.reserve();
        let chosen: Vec<_> = discovering.iter().map(|entry| self.choose(entry)).collect();
        let mut claims = Claims::default();
        for (entry, (list, _)) in discovering.iter().zip(&chosen) {
            let held = self.lists.good(&entry.key.value).map(GoodList::ids);
            claims.add(&entry.key.value, list.iter().flat_map(|list| &list.ids), held);
        }
        for (entry, (list, failure)) in discovering.into_iter().zip(chosen) {
            self.use_list(&entry, list, failure, &claims);
        }
    }

    /// No list can take the id of a service of the configuration, nor one that such a service had before, under which its history may be.
    fn reserve(&mut self) {
        for Entry { key, value } in &self.made {
            self.places.entry(names::shown(&key.value)).or_insert_with(|| key.location.clone());
            let Some(was) = value.get("was").filter(|was| !was.is_null()) else { continue };
            let (was, _) = self.sources.fill(was.clone());
            for former in former_ids::read(&was).unwrap_or_default() {
                self.places.entry(former.value.to_string()).or_insert(former.location);
            }
        }
    }

    /// The latest list, or else the last good one, and why it is not the latest. No list if there is none that can be used.
    fn choose(&mut self, entry: &Discovering) -> (Option<Usable>, Option<String>) {
        let good = self.lists.good(&entry.key.value);
        let failure = match entry.source.as_ref().and_then(|source| self.lists.latest(source)) {
            None => None,
            Some(latest) => match latest.and_then(|text| self.usable(entry, &entry.shown(), text, good)) {
                Ok(list) => return (Some(list), None),
                Err(problem) => Some(problem),
            },
        };
        match good.map(|good| self.last_good(entry, good)) {
            None => (None, failure),
            Some(Ok(list)) => (Some(list), failure),
            Some(Err(problem)) => (None, failure.or(Some(problem))),
        }
    }

    fn use_list(&mut self, entry: &Discovering, list: Option<Usable>, failure: Option<String>, claims: &Claims) {
        let (mut made, mut failure) = match list.map(|list| self.make_list(entry, list, claims)) {
            None => (None, failure),
            Some(Ok(made)) => (Some(made), failure),
            Some(Err(problem)) => (None, failure.or(Some(problem))),
        };
        if made.is_none()
            && let Some(good) = self.lists.good(&entry.key.value)
        {
            match self.last_good(entry, good).and_then(|list| self.make_list(entry, list, claims)) {
                Ok(again) => made = Some(again),
                Err(problem) => failure = failure.or(Some(problem)),
            }
        }
        let services = made.as_ref().map_or(0, |made| made.list.ids().len());
        let failure = failure.map(|problem| match &made {
            Some(_) => format!("{problem}; the last good list stays in use (services: {services})"),
            None => format!("{problem}; there is no earlier list, so that it makes no service"),
        });
        let left_out = made.as_ref().and_then(|made| made.left_out.clone());
        let problems: Vec<String> = failure.into_iter().chain(left_out).collect();
        let failure = (!problems.is_empty()).then(|| problems.join("; "));
        if let Some(failure) = &failure {
            let problem = LocatedError::new(&entry.place, failure).under(DISCOVER).under(&entry.key.value);
            self.unusable.push(Finding { problem, effect: Effect::NoList, rule: DISCOVER });
        }
        let used = made.map(|made| made.list);
        let is_awaited = entry.source.as_ref().is_some_and(|source| self.lists.is_awaited(source));
        self.discovered.push(Discovered { services, used, failure, is_awaited, ..entry.described() });
    }

    /// Makes the services of a list, except of targets whose id is that of another service. The error is a sentence without its end; then
    /// nothing is made.
    fn make_list(&mut self, entry: &Discovering, list: Usable, claims: &Claims) -> Result<Made, String> {
        let Some(service) = &entry.service else { return Err("the entry has errors".to_owned()) };
        let Usable { text, targets, ids } = list;
        let (made, fatal) = (self.made.len(), self.fatal.len());
        self.budget = Budget::of_list();
        let is_open = service.get(USE).is_some();
        let mut own = BTreeSet::new();
        let mut left_out = Vec::new();
        for (target, id) in targets.iter().zip(ids) {
            if let Some(owner) = self.owner(&id, &entry.key.value, claims) {
                left_out.push(format!("`{id}` at {}, which is {owner}", target.node.location));
                continue;
            }
            // Otherwise the entry itself was checked.
            let check = |composing: &Self, service: &Node| match is_open {
                true => composing.refused(service, entry.allow_in_commands),
                false => Vec::new(),
            };
            own.insert(id.clone());
            self.of_lists.insert(self.made.len());
            let id = Located { value: id, location: entry.key.location.clone() };
            self.make(id, service, &Item::of_target(target), Vec::new(), check);
            if self.is_over || self.budget.exceeded().is_some() {
                let problem = self.budget.exceeded().unwrap_or_default().to_owned();
                // What others write must not keep Platus from starting.
                self.made.truncate(made);
                self.fatal.truncate(fatal);
                self.of_lists.split_off(&made);
                self.errors.split_off(&made);
                own.iter().for_each(|id| drop(self.places.remove(id)));
                self.is_over = false;
                return Err(problem);
            }
        }
        Ok(Made { list: GoodList::new(text, own), left_out: sentence(&left_out) })
    }

    /// The service that has this id already, as the end of a sentence.
    fn owner(&self, id: &str, entry: &str, claims: &Claims) -> Option<String> {
        if let Some(place) = self.places.get(id) {
            return Some(format!("the id of another service, or a former one, at {place}"));
        }
        claims.other(id, entry).map(|other| format!("the id of a service of `{other}`"))
    }

    /// The list that was used last. Its places are not those of the source, which may have another list now.
    fn last_good(&mut self, entry: &Discovering, list: &GoodList) -> Result<Usable, String> {
        self.usable(entry, &entry.shown_last_good(), Arc::clone(list.text()), None)
    }

    /// `name` stands in the places of the targets.
    fn usable(&mut self, entry: &Discovering, name: &str, text: Arc<str>, before: Option<&GoodList>) -> Result<Usable, String> {
        let targets = Targets::parse(name, &text)?;
        if targets.is_empty()
            && !entry.allow_empty
            && let Some(count) = before.map(|before| before.ids().len()).filter(|count| *count > 0)
        {
            return Err(format!("{name} is empty, and had targets before ({count}); set `allow_empty: true` if that is meant"));
        }
        self.budget = Budget::of_list();
        let ids = self.ids(&entry.key, &targets)?;
        match self.budget.exceeded() {
            None => Ok(Usable { text, targets, ids }),
            Some(problem) => Err(problem.to_owned()),
        }
    }

    /// The id of each service: that of the entry with its placeholders filled in, or without any, that of the entry, `-` and the target.
    fn ids(&mut self, key: &Located<String>, targets: &Targets) -> Result<Vec<String>, String> {
        let mut ids = Vec::with_capacity(targets.len());
        let mut known: HashMap<String, &Location> = HashMap::new();
        for target in targets.iter() {
            let place = &target.node.location;
            let id = match key.value.contains(BEGIN) {
                true => Item::of_target(target).fill_text(&key.value, &key.location, &mut self.budget),
                false => Ok(format!("{}-{}", key.value, target.text())),
            };
            let id =
                id.and_then(|id| names::check_id(&id, place).map(|()| id)).map_err(|error| error.of_entry(place).to_string())?;
            if let Some(first) = known.insert(id.clone(), place) {
                return Err(format!("the target at {place} makes the service `{id}` again, first at {first}"));
            }
            ids.push(id);
        }
        Ok(ids)
    }
}

/// That these targets have no service.
fn sentence(left_out: &[String]) -> Option<String> {
    let named: Vec<&str> = left_out.iter().take(MOST_NAMED).map(String::as_str).collect();
    match left_out.len().checked_sub(named.len()) {
        _ if named.is_empty() => None,
        None | Some(0) => Some(format!("it makes no service of {}", named.join(", and of "))),
        Some(more) => Some(format!("it makes no service of {}, and of {more} more", named.join(", and of "))),
    }
}
