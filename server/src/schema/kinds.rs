//! Maps whose inner maps depend on their `type`.

use serde_json::{Map, Value, json};
use yaml::json_schema::TypeSchema;

/// A value of `type`, with what it means for other keys.
pub(super) struct Kind {
    name: &'static str,
    /// What the definitions of its kinds begin with.
    family: &'static str,
    /// The keys of inner maps, and what each has to contain.
    maps: Vec<(&'static str, Vec<Value>)>,
}

impl Kind {
    /// The kind with these inner maps, whose schemas become definitions. Their names begin with that of the family.
    pub(super) fn new(
        (family, name): (&'static str, &'static str),
        maps: impl IntoIterator<Item = (&'static str, TypeSchema)>,
        definitions: &mut Map<String, Value>,
    ) -> Self {
        let maps = maps.into_iter().map(|(key, TypeSchema { mut schema, definitions: inner })| {
            let required = schema.as_object_mut().and_then(|members| members.remove("allOf"));
            definitions.extend(inner);
            definitions.insert(definition(family, name, key), schema);
            (key, required.and_then(|required| required.as_array().cloned()).unwrap_or_default())
        });
        Self { name, family, maps: maps.collect() }
    }

    /// The inner maps, in which nothing has to be given.
    pub(super) fn maps(&self) -> Map<String, Value> {
        let map = |(key, _): &(&str, Vec<Value>)| {
            let reference = json!({"$ref": format!("#/definitions/{}", definition(self.family, self.name, key))});
            ((*key).to_owned(), json!({"anyOf": [reference, {"type": "null"}]}))
        };
        self.maps.iter().map(map).collect()
    }

    /// What this kind means for the keys of the inner maps.
    fn condition(&self) -> Value {
        json!({"if": self.is_this(), "then": {"properties": self.maps()}})
    }

    /// What has to be given, unless another key gives it.
    fn requirement(&self, unless: Option<&str>) -> Option<Value> {
        let needed: Vec<_> = self.maps.iter().filter(|(_, required)| !required.is_empty()).collect();
        let properties: Map<String, Value> =
            needed.iter().map(|(key, required)| ((*key).to_owned(), json!({"type": "object", "allOf": required}))).collect();
        let keys: Vec<&str> = needed.iter().map(|(key, _)| *key).collect();
        let mut condition = self.is_this();
        if let Some(other) = unless {
            condition["not"] = json!({"required": [other]});
        }
        (!keys.is_empty()).then(|| json!({"if": condition, "then": {"properties": properties, "required": keys}}))
    }

    fn is_this(&self) -> Value {
        json!({"properties": {"type": {"const": self.name}}, "required": ["type"]})
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }
}

fn definition(family: &str, name: &str, key: &str) -> String {
    format!("{family}_{name}_{key}")
}

/// The schema of a map with what each kind means. What it needs has to be given, unless there is the key `unless`.
pub(super) fn with_kinds(schema: Value, kinds: &[Kind], unless: Option<&str>) -> Value {
    let requirements: Vec<Value> = kinds.iter().filter_map(|kind| kind.requirement(unless)).collect();
    let mut schema = with_parts(schema, kinds);
    if let Some(Value::Array(all)) = schema.get_mut("allOf") {
        all.extend(requirements);
    }
    schema
}

/// The same for a part of such a map, in which nothing has to be given.
pub(super) fn with_parts(mut schema: Value, kinds: &[Kind]) -> Value {
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

/// Adds these members to the properties of a map.
pub(super) fn add_properties(schema: &mut Value, further: Option<&Value>) {
    if !schema["properties"].is_object() {
        schema["properties"] = json!({});
    }
    if let (Some(properties), Some(Value::Object(further))) = (schema["properties"].as_object_mut(), further) {
        properties.extend(further.clone());
    }
}
