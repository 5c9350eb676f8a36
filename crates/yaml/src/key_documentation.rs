//! What there is to know about the keys of a map, taken from the type that reads it, so that it cannot be out of date.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One key of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDocumentation {
    pub key: String,
    /// What its value looks like, for example `whole number` or `a list of text`.
    pub form: String,
    pub required: bool,
    /// What it is when it is absent, as YAML.
    pub default: Option<String>,
    /// Whether its value is never shown.
    pub secret: bool,
    pub description: String,
}

/// The keys of this type whose values hold no secret by their own types.
pub fn harmless_keys<T: JsonSchema>() -> BTreeSet<String> {
    harmless(document_keys::<T>().iter())
}

/// Those of these keys whose values hold no secret by their own types.
pub fn harmless<'a>(keys: impl Iterator<Item = &'a KeyDocumentation>) -> BTreeSet<String> {
    keys.filter(|key| !key.secret).map(|key| key.key.clone()).collect()
}

/// The keys of this type, those first that must be given.
pub fn document_keys<T: JsonSchema>() -> Vec<KeyDocumentation> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let required = strings(schema.get("required"));
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut keys: Vec<_> = properties.into_iter().flatten().map(|(key, schema)| document(key, schema, &required)).collect();
    // What has to be given comes first; the sort is stable and keeps the order of the type otherwise.
    keys.sort_by_key(|key| !key.required);
    keys
}

fn document(key: &str, schema: &Value, required: &[&str]) -> KeyDocumentation {
    let default = schema.get("default").filter(|default| !default.is_null());
    KeyDocumentation {
        key: key.to_owned(),
        form: form(schema),
        required: required.contains(&key),
        default: default.map(|default| default.as_str().map_or_else(|| default.to_string(), str::to_owned)),
        secret: is_secret(schema),
        description: one_line(schema.get("description").and_then(Value::as_str).unwrap_or_default()),
    }
}

/// The form of a value, in terms of YAML.
fn form(schema: &Value) -> String {
    let Some(schema) = schema.as_object() else { return "anything".to_owned() };
    let words = words(schema);
    if !words.is_empty() {
        return words.join(" or ");
    }
    for choice in ["anyOf", "oneOf"] {
        if let Some(alternatives) = schema.get(choice).and_then(Value::as_array) {
            let mut forms: Vec<_> = alternatives.iter().filter(|schema| !is_null(schema)).map(form).collect();
            forms.dedup();
            return forms.join(" or ");
        }
    }
    let types: Vec<_> = strings(schema.get("type")).into_iter().filter(|word| *word != "null").collect();
    let plain = types.iter().map(|word| match *word {
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "number" => "number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => format!("a list of {}", schema.get("items").map_or_else(|| "anything".to_owned(), form)),
        "object" => match schema.get("additionalProperties").filter(|inner| inner.is_object()) {
            Some(inner) => format!("a map to {}", form(inner)),
            None => "a map".to_owned(),
        },
        other => other.to_owned(),
    });
    let plain: Vec<_> = plain.collect();
    if plain.is_empty() { "anything".to_owned() } else { plain.join(" or ") }
}

/// The words of which a value is one, if it is one of some words.
fn words(schema: &Map<String, Value>) -> Vec<String> {
    let quoted = |value: &Value| value.as_str().map(|word| format!("`{word}`"));
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(quoted);
    let single = schema.get("const").and_then(quoted);
    listed.chain(single).collect()
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|word| word == "null")
}

/// Whether a [`Secret`](crate::Secret), which its schema calls write-only, stands anywhere in it.
fn is_secret(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.get("writeOnly") == Some(&Value::Bool(true)) || members.values().any(is_secret),
        Value::Array(entries) => entries.iter().any(is_secret),
        _ => false,
    }
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(entries)) => entries.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Plain,
        Other,
    }

    #[derive(Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only the schema is looked at")]
    struct Keys {
        /// How many,
        /// at most.
        #[serde(default = "ten")]
        limit: u16,
        password: Option<Secret>,
        headers: Option<BTreeMap<String, Option<Secret>>>,
        kind: Option<Kind>,
        hosts: Vec<String>,
        lenient: Option<bool>,
        value: Value,
    }

    fn ten() -> u16 {
        10
    }

    #[test]
    fn keys_are_documented_by_their_types() {
        let keys = document_keys::<Keys>();
        let documented: Vec<_> = keys.iter().map(|key| (key.key.as_str(), key.form.as_str(), key.required, key.secret)).collect();
        assert_eq!(
            documented,
            [
                ("hosts", "a list of text", true, false),
                ("value", "anything", true, false),
                ("limit", "whole number", false, false),
                ("password", "text", false, true),
                ("headers", "a map to text", false, true),
                ("kind", "`plain` or `other`", false, false),
                ("lenient", "true or false", false, false),
            ]
        );
        assert_eq!((keys[2].default.as_deref(), keys[2].description.as_str()), (Some("10"), "How many, at most."));
    }
}
