//! Maps whose inner maps depend on their `type`.

use serde_json::{Map, Value, json};
use yaml::json_schema::TypeSchema;

/// A value of `type`, with what it means for other keys.
pub(super) struct Kind {
    name: &'static str,
    /// The keys of inner maps, and whether each has to be given.
    maps: Vec<(&'static str, bool)>,
}

impl Kind {
    /// The kind with these inner maps, whose schemas become definitions.
    pub(super) fn new(
        name: &'static str,
        maps: impl IntoIterator<Item = (&'static str, TypeSchema)>,
        definitions: &mut Map<String, Value>,
    ) -> Self {
        let maps = maps.into_iter().map(|(key, TypeSchema { schema, definitions: inner })| {
            // A list of what has to be given.
            let is_required = schema.get("allOf").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
            definitions.extend(inner);
            definitions.insert(definition(name, key), schema);
            (key, is_required)
        });
        Self { name, maps: maps.collect() }
    }

    fn condition(&self) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (key, is_required) in &self.maps {
            let reference = json!({"$ref": format!("#/definitions/{}", definition(self.name, key))});
            let schema = if *is_required { reference } else { json!({"anyOf": [reference, {"type": "null"}]}) };
            properties.insert((*key).to_owned(), schema);
            if *is_required {
                required.push(*key);
            }
        }
        json!({
            "if": {"properties": {"type": {"const": self.name}}, "required": ["type"]},
            "then": {"properties": properties, "required": required},
        })
    }
}

fn definition(name: &str, key: &str) -> String {
    format!("{name}_{key}")
}

/// The schema of a map with what each kind means.
pub(super) fn with_kinds(mut schema: Value, kinds: Vec<Kind>) -> Value {
    schema["allOf"] = kinds.iter().map(Kind::condition).collect();
    schema
}

/// One of these words, each with a sentence, or a reference.
pub(super) fn words(description: &str, words: &[(&str, &str)]) -> Value {
    let word = |(word, sentence): &(&str, &str)| match *sentence {
        "" => json!({"const": word}),
        sentence => json!({"const": word, "description": sentence}),
    };
    let mut choices: Vec<Value> = words.iter().map(word).collect();
    choices.push(json!({"type": "string", "pattern": r"\$\{"}));
    json!({"description": description, "anyOf": choices})
}

/// One of these, a list of them, or nothing.
pub(super) fn one_or_many(description: Value, one: &Value) -> Value {
    json!({"description": description, "anyOf": [one, {"type": "array", "items": one}, {"type": "null"}]})
}
