use crate::model::{NodeStatus, ServiceId, ServiceMatcher};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The largest number of suggestions.
const SUGGESTIONS: usize = 50;

/// The services of the board, to select from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceChoice {
    /// The name and the group of each service.
    services: BTreeMap<ServiceId, (String, String)>,
}

impl ServiceChoice {
    pub fn of<'a>(rows: impl Iterator<Item = &'a Arc<NodeStatus>>) -> Self {
        Self { services: rows.map(|row| (row.service.clone(), (row.name.clone(), row.group.clone()))).collect() }
    }

    /// The services that a text names: one by its id, those with this name, or all of a type; those whose id matches a pattern with
    /// `*`, or, after `type:`, all of a type. Empty when it names none.
    pub fn named(&self, text: &str) -> Vec<ServiceId> {
        let text = text.trim();
        if text.contains('*') || text.starts_with("type:") {
            let matcher = ServiceMatcher::read(text);
            let found = self.services.iter().filter(|(id, (_, group))| matcher.matches(id.as_str(), group, &[], |_| false));
            return found.map(|(id, _)| id.clone()).collect();
        }
        let having = |wanted: &dyn Fn(&ServiceId, &str, &str) -> bool| {
            let found = self.services.iter().filter(|(id, (name, group))| wanted(id, name, group));
            found.map(|(id, _)| id.clone()).collect::<Vec<_>>()
        };
        [having(&|id, _, _| id.as_str() == text), having(&|_, name, _| name == text), having(&|_, _, group| group == text)]
            .into_iter()
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// Texts that contain `text`, each with a description: types first, then services.
    pub fn suggestions(&self, text: &str) -> Vec<(String, String)> {
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
        types.chain(services).take(SUGGESTIONS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::samples::row;

    fn choice() -> ServiceChoice {
        let of_group = |service: &str, name: &str, group: &str| {
            Arc::new(NodeStatus { group: group.to_owned(), name: name.to_owned(), ..row(service, "n", State::Operational) })
        };
        let rows = [of_group("shop", "Shop", "App"), of_group("mail", "Mail", "App"), of_group("db-1", "Database", "Infra")];
        ServiceChoice::of(rows.iter())
    }

    #[test]
    fn a_text_names_a_service_a_name_or_a_type() {
        for (text, expected) in
            [("shop", &["shop"][..]), (" Database ", &["db-1"]), ("App", &["mail", "shop"]), ("db", &[]), ("", &[])]
                .into_iter()
                .chain([
                    ("*", &["db-1", "mail", "shop"][..]),
                    ("db-*", &["db-1"]),
                    ("web-*", &[]),
                    ("type:App", &["mail", "shop"]),
                    ("type:Web", &[]),
                    ("role:dev", &[]),
                ])
        {
            let named: Vec<_> = choice().named(text).iter().map(ToString::to_string).collect();
            assert_eq!(named, expected, "{text}");
        }
    }

    #[test]
    fn types_and_services_that_contain_the_text_are_suggested() {
        let suggested =
            |text| choice().suggestions(text).into_iter().map(|(value, word)| format!("{value}: {word}")).collect::<Vec<_>>();
        assert_eq!(
            suggested("a"),
            ["App: all 2 of this type", "Infra: all 1 of this type", "db-1: Database, Infra", "mail: Mail, App"]
        );
        assert_eq!(suggested("SHOP"), ["shop: Shop, App"]);
    }
}
