//! The services of an entry with `discover`.

use super::placeholders::{BEGIN, Item, first_in};
use super::templates::USE;
use super::{Composing, FOR_EACH, take};
use crate::config::discovery::{DISCOVER, Discover, Discovered, ListSource, Targets, refused_placeholders};
use crate::config::findings::{Effect, Finding};
use crate::config::names;
use std::collections::HashMap;
use std::sync::Arc;
use yaml::{Entry, Located, LocatedError, Location, Node};

/// An entry of the configuration.
struct Discovering {
    key: Located<String>,
    service: Node,
    source: ListSource,
    allow_empty: bool,
    /// Where its `discover` stands.
    place: Location,
}

/// A list that can be used, with the ids of its services.
struct Usable {
    text: Arc<str>,
    targets: Targets,
    ids: Vec<String>,
}

impl Composing<'_> {
    /// One service for each target of the list. If the list cannot be used, it is the last good one. Errors of the entry itself are those of
    /// a service with the id as it is written.
    pub(super) fn discover(&mut self, Entry { key, value }: Entry) {
        if self.is_over {
            return;
        }
        let mut errors = Vec::new();
        let (own, node) = take(value, DISCOVER);
        let (own, repeated) = take(own, FOR_EACH);
        if let Some(list) = repeated {
            errors.push(LocatedError::new(&list.location, "`discover` is given as well; keep one of the two").under(FOR_EACH));
        }
        let Some(node) = node else { return };
        let (discover, wrong) = self.settings(&node);
        errors.extend(wrong.into_iter().map(|error| error.under(DISCOVER)));
        // Templates whose names depend on the target are those of each service that is made.
        let is_open = own.get(USE).is_some_and(|uses| first_in(uses).is_some());
        let service = if is_open {
            own
        } else {
            let Some(service) = self.with_templates(own, &mut errors) else { return };
            errors.extend(refused_placeholders(&service));
            service
        };
        match discover {
            Some(Discover { source, allow_empty }) if errors.is_empty() => {
                self.of_list(&Discovering { key, service, source, allow_empty, place: node.location });
            }
            _ => self.push(key, service, errors),
        }
    }

    fn settings(&self, node: &Node) -> (Option<Discover>, Vec<LocatedError>) {
        if let Some(location) = first_in(node) {
            let text = "`${each.…}` has no meaning here: the list is read before it has targets";
            return (None, vec![LocatedError::new(location, text)]);
        }
        let (node, mut errors) = self.sources.fill(node.clone());
        let (node, unreadable) = self.sources.fill_files(node, &[]);
        errors.extend(unreadable);
        match Discover::read(&node, self.sources.folder) {
            Ok(discover) => (Some(discover).filter(|_| errors.is_empty()), errors),
            Err(wrong) => {
                errors.extend(wrong);
                (None, errors)
            }
        }
    }

    fn of_list(&mut self, entry: &Discovering) {
        let latest = self.lists.latest(&entry.source);
        let is_awaited = latest.is_none();
        let good = self.lists.good(&entry.source);
        let (mut used, mut failure) = match latest {
            None => (None, None),
            Some(latest) => match latest.and_then(|text| self.made_of(entry, text, good.as_deref())) {
                Ok(made) => (Some(made), None),
                Err(problem) => (None, Some(problem)),
            },
        };
        if used.is_none()
            && let Some(good) = good
        {
            match self.made_of(entry, good, None) {
                Ok(made) => used = Some(made),
                Err(problem) => failure = failure.or(Some(problem)),
            }
        }
        let failure = failure.map(|problem| match &used {
            Some((_, services)) => format!("{problem}; the last good list stays in use (services: {services})"),
            None => format!("{problem}; there is no earlier list, so that it makes no service"),
        });
        if let Some(failure) = &failure {
            let problem = LocatedError::new(&entry.place, failure).under(DISCOVER).under(&entry.key.value);
            self.unusable.push(Finding { problem, effect: Effect::NoList, rule: DISCOVER });
        }
        let (http, file) = match &entry.source {
            ListSource::Http(list) => (Some(Arc::clone(list)), None),
            ListSource::File(path) => (None, Some(path.display().to_string())),
        };
        let (used, services) = used.map_or((None, 0), |(text, services)| (Some(text), services));
        self.discovered.push(Discovered {
            entry: entry.key.value.clone(),
            place: entry.place.clone(),
            source: entry.source.shown(),
            list: entry.source.id(),
            http,
            file,
            services,
            used,
            failure,
            is_awaited,
        });
    }

    /// Makes the services of a list, all or none. `before` is the list that it replaces. The error is a sentence without its end.
    fn made_of(&mut self, entry: &Discovering, text: Arc<str>, before: Option<&str>) -> Result<(Arc<str>, usize), String> {
        let Usable { text, targets, ids } = self.usable(entry, text, before)?;
        let (made, fatal, budget) = (self.made.len(), self.fatal.len(), self.budget.clone());
        let is_open = entry.service.get(USE).is_some();
        for (target, id) in targets.iter().zip(&ids) {
            let id = Located { value: id.clone(), location: entry.key.location.clone() };
            // Otherwise the entry itself was checked.
            let check = |service: &Node| if is_open { refused_placeholders(service) } else { Vec::new() };
            self.of_lists.insert(self.made.len());
            self.make(id, &entry.service, &Item::of_target(target), Vec::new(), check);
            if self.is_over || self.budget.exceeded().is_some() {
                let problem = self.budget.exceeded().unwrap_or_default().to_owned();
                // What others write must not keep Platus from starting.
                self.made.truncate(made);
                self.fatal.truncate(fatal);
                self.of_lists.split_off(&made);
                self.errors.split_off(&made);
                ids.iter().for_each(|id| drop(self.places.remove(id)));
                (self.budget, self.is_over) = (budget, false);
                return Err(problem);
            }
        }
        Ok((text, ids.len()))
    }

    fn usable(&mut self, entry: &Discovering, text: Arc<str>, before: Option<&str>) -> Result<Usable, String> {
        let name = entry.source.shown();
        let targets = Targets::parse(&name, &text)?;
        if targets.is_empty()
            && !entry.allow_empty
            && let Some(before) = before.and_then(|before| Targets::parse(&name, before).ok()).filter(|before| !before.is_empty())
        {
            let count = before.len();
            return Err(format!("{name} is empty, and had {count} targets before; set `allow_empty: true` if that is meant"));
        }
        let ids = self.ids(&entry.key, &targets)?;
        Ok(Usable { text, targets, ids })
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
            let id = id.and_then(|id| names::check_id(&id, place).map(|()| id)).map_err(|error| error.to_string())?;
            if let Some(first) = known.get(&id).copied().or_else(|| self.places.get(&id)) {
                return Err(format!("the target at {place} makes the service `{id}`, which there is already, at {first}"));
            }
            known.insert(id.clone(), place);
            ids.push(id);
        }
        Ok(ids)
    }
}
