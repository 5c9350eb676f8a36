//! Choosing services by what people type.

use crate::model::{NodeStatus, ServiceId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many proposals are made.
const PROPOSALS: usize = 50;

/// The services of the board, as they can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// The name and the group of each.
    services: BTreeMap<ServiceId, (String, String)>,
}

impl Choice {
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Arc<NodeStatus>>) -> Self {
        Self { services: rows.map(|row| (row.service.clone(), (row.name.clone(), row.group.clone()))).collect() }
    }

    /// What a text names: a service by its id, those of a name, all of a type. Nothing when it names none.
    pub(super) fn named(&self, text: &str) -> Vec<ServiceId> {
        let text = text.trim();
        let having = |wanted: &dyn Fn(&ServiceId, &str, &str) -> bool| {
            let found = self.services.iter().filter(|(id, (name, group))| wanted(id, name, group));
            found.map(|(id, _)| id.clone()).collect::<Vec<_>>()
        };
        [having(&|id, _, _| id.as_str() == text), having(&|_, name, _| name == text), having(&|_, _, group| group == text)]
            .into_iter()
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// What a text could become, each with a word on what it is: types first, and then services that have the text in them.
    pub(super) fn proposals(&self, text: &str) -> Vec<(String, String)> {
        let text = text.trim().to_lowercase();
        let has_it = |candidate: &str| candidate.to_lowercase().contains(&text);
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, group) in self.services.values() {
            *groups.entry(group).or_default() += 1;
        }
        let types = groups.into_iter().filter(|(group, _)| has_it(group));
        let types = types.map(|(group, count)| (group.to_owned(), format!("all {count} of this type")));
        let services = self.services.iter().filter(|(id, (name, _))| has_it(id.as_str()) || has_it(name));
        let services = services.map(|(id, (name, group))| (id.to_string(), format!("{name}, {group}")));
        types.chain(services).take(PROPOSALS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::samples::row;

    fn choice() -> Choice {
        let of_group = |service: &str, name: &str, group: &str| {
            Arc::new(NodeStatus { group: group.to_owned(), name: name.to_owned(), ..row(service, "n", State::Operational) })
        };
        let rows = [of_group("shop", "Shop", "App"), of_group("mail", "Mail", "App"), of_group("db-1", "Database", "Infra")];
        Choice::of(rows.iter())
    }

    #[test]
    fn a_text_names_a_service_a_name_or_a_type() {
        for (text, expected) in
            [("shop", &["shop"][..]), (" Database ", &["db-1"]), ("App", &["mail", "shop"]), ("db", &[]), ("", &[])]
        {
            let named: Vec<_> = choice().named(text).iter().map(ToString::to_string).collect();
            assert_eq!(named, expected, "{text}");
        }
    }

    #[test]
    fn what_has_the_text_in_it_is_proposed() {
        let proposed =
            |text| choice().proposals(text).into_iter().map(|(value, word)| format!("{value}: {word}")).collect::<Vec<_>>();
        assert_eq!(
            proposed("a"),
            ["App: all 2 of this type", "Infra: all 1 of this type", "db-1: Database, Infra", "mail: Mail, App"]
        );
        assert_eq!(proposed("SHOP"), ["shop: Shop, App"]);
    }
}
