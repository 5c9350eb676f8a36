//! An entry with `discover`, before its list is read.

use super::super::placeholders::first_in;
use super::super::templates::USE;
use super::super::{Composing, FOR_EACH, take};
use crate::config::discovery::{DISCOVER, Discover, Discovered, ListSource, refused};
use std::sync::Arc;
use yaml::{Entry, Located, LocatedError, Location, Node};

/// An entry of the configuration.
pub(super) struct Discovering {
    pub(super) key: Located<String>,
    /// What a target becomes. Absent if it has errors: then the last good list is only kept.
    pub(super) service: Option<Node>,
    /// Absent if the settings of the list have errors: then the last good list is used.
    pub(super) source: Option<ListSource>,
    pub(super) allow_empty: bool,
    pub(super) allow_in_commands: bool,
    /// Where its `discover` stands.
    pub(super) place: Location,
}

impl Discovering {
    /// The path of the file, or the URL without secrets. Empty if it is not known.
    pub(super) fn shown(&self) -> String {
        self.source.as_ref().map(ListSource::shown).unwrap_or_default()
    }

    /// The same for the list that was used last.
    pub(super) fn shown_last_good(&self) -> String {
        match self.shown().as_str() {
            "" => "the last good list".to_owned(),
            source => format!("{source} (last good list)"),
        }
    }

    /// The entry without anything that is known of its list.
    pub(super) fn described(&self) -> Discovered {
        let (http, file) = match &self.source {
            Some(ListSource::Http(list)) => (Some(Arc::clone(list)), None),
            Some(ListSource::File(path)) => (None, Some(path.clone())),
            None => (None, None),
        };
        Discovered {
            entry: self.key.value.clone(),
            place: self.place.clone(),
            source: self.shown(),
            http,
            file,
            services: 0,
            used: None,
            failure: None,
            is_awaited: false,
        }
    }
}

impl Composing<'_> {
    /// Reads an entry. One with errors becomes a service that shows them. `None` if the budget is exceeded.
    pub(super) fn prepare(&mut self, Entry { key, value }: Entry) -> Option<Discovering> {
        let mut errors = Vec::new();
        let (own, node) = take(value, DISCOVER);
        let (own, repeated) = take(own, FOR_EACH);
        if let Some(list) = repeated {
            errors.push(LocatedError::new(&list.location, "`discover` is given as well; keep one of the two").under(FOR_EACH));
        }
        let node = node?;
        let (discover, wrong) = self.settings(&node);
        errors.extend(wrong.into_iter().map(|error| error.under(DISCOVER)));
        let (mut source, mut allow_empty, mut allow_in_commands) = (None, false, false);
        if let Some(discover) = discover {
            source = Some(discover.source);
            (allow_empty, allow_in_commands) = (discover.allow_empty, discover.allow_in_commands);
        }
        let of_settings = errors.len();
        // Templates whose names depend on the target are those of each service that is made.
        let is_open = own.get(USE).is_some_and(|uses| first_in(uses).is_some());
        let service = if is_open {
            own
        } else {
            let service = self.with_templates(own, &mut errors)?;
            errors.extend(self.refused(&service, allow_in_commands));
            service
        };
        let is_sound = errors.len() == of_settings;
        let place = node.location;
        if !errors.is_empty() {
            self.push(key.clone(), service.clone(), errors);
        }
        let service = is_sound.then_some(service);
        Some(Discovering { key, service, source, allow_empty, allow_in_commands, place })
    }

    /// What a list must not decide in this service.
    pub(super) fn refused(&self, service: &Node, in_commands: bool) -> Vec<LocatedError> {
        let check_type = service.get("type").map(|node| self.sources.fill_in(node).0);
        refused(service, check_type.as_deref().and_then(Node::text), in_commands)
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
}
