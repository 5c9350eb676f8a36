use crate::board::Board;
use crate::model::{NodeStatus, ServiceId, ServiceMatcher};
use crate::texts::silence_form as texts;
use std::collections::BTreeMap;

/// The largest number of suggestions.
const SUGGESTIONS: usize = 50;

/// The services of the board, to select from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceChoice {
    services: BTreeMap<ServiceId, Known>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    name: String,
    group: String,
    tags: Vec<String>,
}

impl ServiceChoice {
    pub fn of(board: &Board) -> Self {
        let known =
            |row: &NodeStatus| Known { name: row.name.clone(), group: row.group.clone(), tags: board.tags(&row.service).to_vec() };
        Self { services: board.rows().map(|row| (row.service.clone(), known(row))).collect() }
    }

    /// The services that a text names: one by its id, those with this name, or all of a type; those whose id matches a pattern with
    /// `*`, or, after `type:` or `tag:`, all of a type or with a tag. Empty when it names none.
    pub fn named(&self, text: &str) -> Vec<ServiceId> {
        let text = text.trim();
        if text.contains('*') || text.starts_with("type:") || text.starts_with("tag:") {
            let matcher = ServiceMatcher::read(text);
            return self.having(|id, known| matcher.matches(id.as_str(), &known.group, &known.tags, |_| false));
        }
        [
            self.having(|id, _| id.as_str() == text),
            self.having(|_, known| known.name == text),
            self.having(|_, known| known.group == text),
        ]
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default()
    }

    fn having(&self, wanted: impl Fn(&ServiceId, &Known) -> bool) -> Vec<ServiceId> {
        self.services.iter().filter(|(id, known)| wanted(id, known)).map(|(id, _)| id.clone()).collect()
    }

    /// Texts that contain `text`, each with a description: types and tags first, then services.
    pub fn suggestions(&self, text: &str) -> Vec<(String, String)> {
        let text = text.trim().to_lowercase();
        let has_it = |candidate: &str| candidate.to_lowercase().contains(&text);
        let (mut types, mut tags) = (BTreeMap::<&str, usize>::new(), BTreeMap::<String, usize>::new());
        for known in self.services.values() {
            *types.entry(&known.group).or_default() += 1;
            for tag in &known.tags {
                *tags.entry(format!("tag:{tag}")).or_default() += 1;
            }
        }
        let types = types.into_iter().map(|(group, count)| (group.to_owned(), texts::all_of_type(count)));
        let tags = tags.into_iter().map(|(tag, count)| (tag, texts::all_with_tag(count)));
        let several = types.chain(tags).filter(|(value, _)| has_it(value));
        let services = self.services.iter().filter(|(id, known)| has_it(id.as_str()) || has_it(&known.name));
        let services = services.map(|(id, known)| (id.to_string(), format!("{}, {}", known.name, known.group)));
        several.chain(services).take(SUGGESTIONS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BoardSnapshot, State};
    use crate::samples::{row, snapshot};

    fn choice() -> ServiceChoice {
        let of_group = |service: &str, name: &str, group: &str| NodeStatus {
            group: group.to_owned(),
            name: name.to_owned(),
            ..row(service, "n", State::Operational)
        };
        let rows = vec![of_group("shop", "Shop", "App"), of_group("mail", "Mail", "App"), of_group("db-1", "Database", "Infra")];
        let tags = [("shop", "team a"), ("db-1", "team a")].map(|(id, tag)| (ServiceId::new(id), vec![tag.to_owned()]));
        ServiceChoice::of(&BoardSnapshot { tags: tags.into(), ..snapshot(1, rows) }.into())
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
                    ("tag:team a", &["db-1", "shop"]),
                    ("tag:team", &[]),
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
            [
                "App: all 2 of this type",
                "Infra: all 1 of this type",
                "tag:team a: all 2 with this tag",
                "db-1: Database, Infra",
                "mail: Mail, App"
            ]
        );
        assert_eq!(suggested("SHOP"), ["shop: Shop, App"]);
    }
}
