//! The property `expect_status`.

use reqwest::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

/// The statuses that a server can send.
const EVERY: RangeInclusive<u16> = 100..=999;

/// The error for an invalid value.
const FORMS: &str = "expected a status such as 200, a range such as 200-299, a class such as 2xx, or a list of these";

/// A set of HTTP statuses: `200`, `200-299`, `2xx`, or a list of these. Empty if none was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statuses(Vec<RangeInclusive<u16>>);

impl Statuses {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, status: StatusCode) -> bool {
        self.0.iter().any(|range| range.contains(&status.as_u16()))
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges = self.0.iter().map(|range| match (range.start(), range.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        });
        f.write_str(&ranges.collect::<Vec<_>>().join(", "))
    }
}

fn parse(text: &str) -> Option<RangeInclusive<u16>> {
    let text = text.trim().to_ascii_lowercase();
    let (first, last) = match text.strip_suffix("xx") {
        Some(class) => (format!("{class}00"), format!("{class}99")),
        None => {
            let (first, last) = text.split_once('-').unwrap_or((&text, &text));
            (first.to_owned(), last.to_owned())
        }
    };
    let range = first.trim().parse().ok()?..=last.trim().parse().ok()?;
    (EVERY.contains(range.start()) && EVERY.contains(range.end()) && !range.is_empty()).then_some(range)
}

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusesVisitor)
    }
}

struct StatusesVisitor;

impl<'de> Visitor<'de> for StatusesVisitor {
    type Value = Statuses;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(FORMS.trim_start_matches("expected "))
    }

    fn visit_u64<E: Error>(self, status: u64) -> Result<Statuses, E> {
        self.visit_str(&status.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Statuses, E> {
        match text.trim() {
            "" => Ok(Statuses::default()),
            text => parse(text).map(|range| Statuses(vec![range])).ok_or_else(|| E::custom(FORMS)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Statuses, E> {
        Ok(Statuses::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Statuses, A::Error> {
        let mut statuses = Statuses::default();
        while let Some(Statuses(more)) = entries.next_element()? {
            statuses.0.extend(more);
        }
        Ok(statuses)
    }
}

impl JsonSchema for Statuses {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Statuses".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        let one = json_schema!({"anyOf": [{"type": "integer"}, {"type": "string"}]});
        json_schema!({"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "array", "items": one}]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(yaml: &str) -> Result<Statuses, String> {
        let document = yaml::parse("s.yaml", &format!("at: {yaml}")).unwrap();
        document.get("at").unwrap().read().map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(yaml: &str, shown: &str, inside: &[u16], outside: &[u16]) {
        let statuses = read(yaml).unwrap();
        assert_eq!(statuses.to_string(), shown, "{yaml}");
        let contains = |status: &u16| statuses.contains(StatusCode::from_u16(*status).unwrap());
        assert!(inside.iter().all(contains), "{yaml}");
        assert!(!outside.iter().any(contains), "{yaml}");
    }

    #[test]
    fn statuses_are_written_in_many_ways() {
        check("200", "200", &[200], &[199, 201]);
        check("'204'", "204", &[204], &[200]);
        check("200-299", "200-299", &[200, 250, 299], &[199, 300]);
        check("200 - 204", "200-204", &[200, 204], &[205]);
        check("2xx", "200-299", &[200, 299], &[300]);
        check("[200, 3XX, '404', 500-502]", "200, 300-399, 404, 500-502", &[200, 301, 404, 501], &[201, 400, 503]);
        check("999", "999", &[999], &[998]);
        for nothing in ["''", "[]", "['']", "~"] {
            assert!(read(nothing).unwrap().is_empty(), "{nothing}");
        }
    }

    #[test]
    fn what_is_no_status_is_told_with_its_place() {
        for yaml in
            ["20", "0", "1000", "-200", "ok", "299-200", "2x", "xx", "200-", "20xx", "0xx", "200,204", "200.5", "true", "{a: 1}"]
        {
            let error = read(yaml).unwrap_err();
            assert!(error.contains("a status such as 200, a range such as 200-299"), "{yaml}: {error}");
        }
        assert!(read("[200, 2x]").unwrap_err().starts_with("s.yaml:1:11: expected a status"), "{}", read("[200, 2x]").unwrap_err());
    }
}
