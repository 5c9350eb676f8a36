use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A string or a list of strings in `services.yaml`. Numbers and booleans are taken as they are written in the file. Empty strings
/// are omitted, since they mean the same as an absent key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOrMany(Vec<String>);

impl OneOrMany {
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // With this hint a number arrives as its text. A list arrives as a list in any case.
        deserializer.deserialize_str(Texts)
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = OneOrMany;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<OneOrMany, E> {
        Ok(OneOrMany(if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<OneOrMany, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = entries.next_element::<String>()? {
            texts.push(text);
        }
        texts.retain(|text| !text.is_empty());
        Ok(OneOrMany(texts))
    }
}

impl JsonSchema for OneOrMany {
    fn schema_name() -> Cow<'static, str> {
        "OneOrMany".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    fn read(yaml: &str) -> Result<OneOrMany, String> {
        let document = parse("services.yaml", &format!("key: {yaml}")).unwrap();
        document.get("key").unwrap().read().map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(yaml: &str, expected: &[&str]) {
        assert_eq!(read(yaml).unwrap().as_slice(), expected);
    }

    #[test]
    fn texts_are_taken_alone_and_in_lists() {
        check("one", &["one"]);
        check("1.10", &["1.10"]);
        check("[one, 0042, '']", &["one", "0042"]);
        check("''", &[]);
        check("[]", &[]);
        let wrong = read("{a: b}").unwrap_err();
        assert!(wrong.starts_with("services.yaml:1:6: expected a text or a list of texts"), "{wrong}");
    }
}
