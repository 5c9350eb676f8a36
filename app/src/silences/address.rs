use crate::address;
use crate::forms::SILENCES;
use crate::model::{SilencePart, SilencesRequest};
use crate::texts::silences as texts;
use serde::{Deserialize, Serialize};

/// The part of the address of the list after the question mark: what it is about, and its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencesAddress(pub SilencesRequest);

impl SilencesAddress {
    /// Reads the parameters of the address. What cannot be understood is no condition.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let part = get("show").and_then(|text| SilencePart::ALL.into_iter().find(|part| part.as_str() == text));
        let search = get("search").map(|text| text.trim().to_owned()).unwrap_or_default();
        Self(SilencesRequest { part, search, after: get("after").and_then(|text| text.parse().ok()) })
    }

    /// What of an address is not understood, each as a sentence that says what is shown instead.
    pub fn problems(get: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let given = |name: &str| get(name).filter(|text| !text.is_empty());
        let part = given("show").filter(|text| SilencePart::ALL.into_iter().all(|part| part.as_str() != text));
        let after = given("after").filter(|text| text.parse::<u64>().is_err());
        [part.map(|text| texts::no_part(&text)), after.map(|text| texts::no_number(&text))].into_iter().flatten().collect()
    }

    /// The first page of another part.
    pub fn of_part(&self, part: Option<SilencePart>) -> Self {
        Self(SilencesRequest { part, after: None, ..self.0.clone() })
    }

    /// The page after the silence with this number; without a number the first page.
    pub fn after(&self, after: Option<u64>) -> Self {
        Self(SilencesRequest { after, ..self.0.clone() })
    }

    /// Whether it leaves something out.
    pub fn has_filters(&self) -> bool {
        self.0.part.is_some() || !self.0.search.is_empty()
    }

    pub fn href(&self) -> String {
        let SilencesRequest { part, search, after } = &self.0;
        let parameters = [
            ("show", part.map(|part| part.as_str().to_owned())),
            ("search", Some(search.clone()).filter(|search| !search.is_empty())),
            ("after", after.map(|after| after.to_string())),
        ];
        address::with(SILENCES, parameters.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> SilencesAddress {
        SilencesAddress::read(|name| parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_is_read_and_written() {
        let address = read(&[("show", "scheduled"), ("search", " a & b "), ("after", "7")]);
        assert_eq!(address.href(), "/silences?show=scheduled&search=a%20%26%20b&after=7");
        assert_eq!(address.of_part(None).href(), "/silences?search=a%20%26%20b");
        assert_eq!(address.after(None).href(), "/silences?show=scheduled&search=a%20%26%20b");
        assert!(address.has_filters());
        let unknown = read(&[("show", "all"), ("after", "x")]);
        assert!(unknown == SilencesAddress::default() && !unknown.has_filters());
        assert_eq!(unknown.href(), "/silences");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        let problems = |part: &'static str, after: &'static str| {
            SilencesAddress::problems(|name| {
                [("show", part), ("after", after)].into_iter().find(|(other, _)| *other == name).map(|(_, value)| value.to_owned())
            })
        };
        assert_eq!(
            problems("all", "x"),
            [
                "`all` is no part of the list: use active, scheduled or recurring; all parts are shown.",
                "`x` is not the number of a silence; the first page is shown.",
            ]
        );
        assert!(problems("active", "7").is_empty() && problems("", "").is_empty());
    }
}
