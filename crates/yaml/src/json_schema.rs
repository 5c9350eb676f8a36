//! JSON Schema (draft-07) of declared keys and of typed maps, for editors.
//!
//! A schema accepts what the reader of a file accepts: a number as a text, a text as a number, nothing for a key that may be absent, and
//! `${NAME}` for every value.

use super::declaration::{Form, Key, Keys};
use super::plain::read_plain;
use crate::Reading;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The address of draft-07.
pub const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// A text with a reference to the environment.
const REFERENCE: &str = r"\$\{";

/// A number, or a reference, as text.
const NUMBER: &str = r"^\s*[-+]?[0-9._]+([eE][-+]?[0-9]+)?\s*$|\$\{";

/// The schema of a map with these keys and no others.
pub fn schema_of_keys(keys: Keys) -> Value {
    let keys: Vec<&Key> = keys.iter().copied().flatten().collect();
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), schema_of_key(key))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
    let mut schema = json!({"type": "object", "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        set(&mut schema, "required", json!(required));
    }
    schema
}

fn schema_of_key(key: &Key) -> Value {
    let mut schema = schema_of_form(key.form);
    if !key.is_required {
        schema = or_null(schema);
    }
    set(&mut schema, "description", json!(key.description));
    if let Some(default) = key.default {
        set(&mut schema, "default", value_of(default));
    }
    schema
}

fn schema_of_form(form: Form) -> Value {
    match form {
        Form::Text => json!({"type": ["string", "number", "boolean"]}),
        Form::Secret => json!({"type": ["string", "number", "boolean"], "writeOnly": true}),
        Form::Flag => json!({"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": REFERENCE}]}),
        Form::Whole(least, most) => number(json!({"type": "integer", "minimum": least, "maximum": most})),
        Form::Number(least, most) => number(json!({"type": "number", "minimum": least, "maximum": most})),
        Form::Words(words) => {
            let mut choices: Vec<Value> =
                words.iter().map(|(word, sentence)| json!({"const": word, "description": sentence})).collect();
            choices.push(json!({"type": "string", "pattern": REFERENCE}));
            json!({"anyOf": choices})
        }
        Form::List(form) => json!({"type": "array", "items": schema_of_form(*form)}),
        Form::OneOrMany(form) => {
            let one = schema_of_form(*form);
            json!({"anyOf": [one, {"type": "array", "items": one}]})
        }
        Form::Map(keys) => schema_of_keys(keys),
        Form::AnyOf(forms) => json!({"anyOf": forms.iter().map(|form| schema_of_form(*form)).collect::<Vec<_>>()}),
        Form::OpenMap => json!({"type": "object"}),
    }
}

/// The same with nothing as a further value.
fn or_null(schema: Value) -> Value {
    match schema {
        Value::Object(mut members) if members.get("anyOf").is_some_and(Value::is_array) => {
            if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
                choices.push(json!({"type": "null"}));
            }
            Value::Object(members)
        }
        Value::Object(mut members) if members.contains_key("type") && !members.contains_key("enum") => {
            let null = json!("null");
            match members.get_mut("type") {
                Some(Value::Array(types)) if !types.contains(&null) => types.push(null),
                Some(one @ Value::String(_)) if *one != null => *one = Value::Array(vec![one.clone(), null]),
                _ => {}
            }
            Value::Object(members)
        }
        Value::Bool(_) => schema,
        Value::Object(members) if members.is_empty() => Value::Object(members),
        Value::Object(mut members) => {
            let mut outer = json!({});
            for key in ["description", "default"] {
                if let Some(value) = members.remove(key) {
                    set(&mut outer, key, value);
                }
            }
            set(&mut outer, "anyOf", json!([Value::Object(members), {"type": "null"}]));
            outer
        }
        other => other,
    }
}

fn number(number: Value) -> Value {
    json!({"anyOf": [number, {"type": "string", "pattern": NUMBER}]})
}

fn set(schema: &mut Value, key: &str, value: Value) {
    if let Value::Object(members) = schema {
        members.insert(key.to_owned(), value);
    }
}

/// A default in YAML as JSON.
fn value_of(yaml: &str) -> Value {
    match read_plain(yaml) {
        Reading::Bool(value) => json!(value),
        Reading::Int(value) => i64::try_from(value).map_or_else(|_| json!(yaml), |value| json!(value)),
        Reading::Float(value) => json!(value),
        Reading::Null | Reading::LongInt | Reading::Text => json!(yaml),
    }
}

/// The schema of a map that is read as a type, and the definitions that it refers to.
#[derive(Clone, Debug)]
pub struct TypeSchema {
    pub schema: Value,
    pub definitions: Map<String, Value>,
}

/// Where values of a map can stand instead of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// Each key can also be given as `KEY_file`.
    Files,
    /// Also as `vault_KEY`.
    FilesAndVault,
}

/// The schema of a map that is read as this type.
pub fn schema_of<T: JsonSchema>(places: Places) -> TypeSchema {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    let mut definitions = Map::new();
    if let Value::Object(members) = &mut schema {
        members.remove("title");
        members.remove("description");
        if let Some(Value::Object(inner)) = members.remove("definitions") {
            definitions = inner.into_iter().map(|(name, schema)| (name, tolerant(schema))).collect();
        }
    }
    let mut schema = tolerant(schema);
    elsewhere(&mut schema, places);
    TypeSchema { schema, definitions }
}

/// Accepts values that stand elsewhere.
pub fn elsewhere(schema: &mut Value, places: Places) {
    let in_vault = places == Places::FilesAndVault;
    let Value::Object(members) = schema else { return };
    if let Some(Value::Array(required)) = members.remove("required") {
        let one_of = |key: &Value| {
            let key = key.as_str().unwrap_or_default();
            let mut forms = vec![json!({"required": [key]}), json!({"required": [format!("{key}_file")]})];
            if in_vault {
                forms.push(json!({"required": [format!("vault_{key}")]}));
            }
            json!({"anyOf": forms})
        };
        members.insert("allOf".to_owned(), required.iter().map(one_of).collect());
    }
    let text = |description: &str| json!({"type": ["string", "number"], "description": description});
    let mut patterns = Map::new();
    patterns.insert("_file$".to_owned(), text("File with the value of the key, relative to the folder of config.yaml."));
    if in_vault {
        patterns.insert("^vault_".to_owned(), text("Key of the value in Vault: path/of/the/secret#field."));
    }
    members.insert("patternProperties".to_owned(), Value::Object(patterns));
}

/// A schema of a type as the reader of a file understands it.
fn tolerant(schema: Value) -> Value {
    let Value::Object(mut members) = schema else { return schema };
    members.remove("format");
    let required: Vec<String> = members
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        for (key, property) in properties.iter_mut() {
            let inner = tolerant(property.take());
            *property = if required.contains(key) { inner } else { or_null(inner) };
        }
    }
    for key in ["additionalProperties", "items"] {
        if let Some(inner) = members.get_mut(key) {
            *inner = tolerant(inner.take());
        }
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(Value::Array(choices)) = members.get_mut(key) {
            choices.iter_mut().for_each(|choice| *choice = tolerant(choice.take()));
        }
    }
    // A text that is a number fits several of them.
    if let Some(choices) = members.remove("oneOf") {
        members.insert("anyOf".to_owned(), choices);
    }
    tolerant_scalar(members)
}

fn tolerant_scalar(mut members: Map<String, Value>) -> Value {
    let is_word = members.contains_key("enum") || members.contains_key("const");
    let types: Vec<String> = match members.get("type") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let has = |word: &str| types.iter().any(|one| one == word);
    if has("string") && !is_word {
        let mut wider: Vec<String> = vec!["string".to_owned(), "number".to_owned(), "boolean".to_owned()];
        wider.extend(types.iter().filter(|one| !matches!(one.as_str(), "string" | "number" | "integer" | "boolean")).cloned());
        members.insert("type".to_owned(), json!(wider));
        return Value::Object(members);
    }
    let pattern = match () {
        () if is_word => any_case(&members),
        () if has("integer") || has("number") => NUMBER.to_owned(),
        () if has("boolean") => REFERENCE.to_owned(),
        () => return Value::Object(members),
    };
    let mut outer = Map::new();
    for key in ["description", "default"] {
        if let Some(value) = members.remove(key) {
            outer.insert(key.to_owned(), value);
        }
    }
    // The sentence of a word belongs to the word.
    if members.contains_key("const")
        && let Some(sentence) = outer.remove("description")
    {
        members.insert("description".to_owned(), sentence);
    }
    outer.insert("anyOf".to_owned(), json!([Value::Object(members), {"type": "string", "pattern": pattern}]));
    Value::Object(outer)
}

/// The words in upper and lower case, or a reference.
fn any_case(members: &Map<String, Value>) -> String {
    let listed = members.get("enum").and_then(Value::as_array).into_iter().flatten();
    let words = listed.chain(members.get("const")).filter_map(Value::as_str);
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphabetic() => format!("[{}{}]", letter.to_ascii_lowercase(), letter.to_ascii_uppercase()),
        letter if "\\.+*?()|[]{}^$".contains(letter) => format!("\\{letter}"),
        letter => letter.to_string(),
    };
    let words: Vec<String> = words.map(|word| word.chars().map(letter).collect()).collect();
    format!("^({})$|{REFERENCE}", words.join("|"))
}
