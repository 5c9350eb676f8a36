//! JSON Schemas (draft-07) of the three files, made of the declarations and types that the loader uses.

mod kinds;
#[cfg(test)]
mod tests;

use crate::application::store_schemas;
use crate::config::{CHANNEL, CONFIG, DISPLAY, SERVICE, STORE, USER, redis_keywords};
use checks::CheckTypes;
use kinds::{Kind, one_or_many, with_kinds, words};
use notify::ChannelTypes;
use serde_json::{Map, Value, json};
use yaml::json_schema::{DRAFT, Places, TypeSchema, elsewhere, schema_of_keys};

/// The files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaFile {
    Services,
    Users,
    Config,
}

/// The schema as it is committed in `docs/schema`.
pub fn text(file: SchemaFile) -> String {
    // Texts, numbers and lists alone: this cannot fail.
    let mut text = serde_json::to_string_pretty(&schema(file)).unwrap_or_default();
    text.push('\n');
    text
}

/// The schema of a file.
pub fn schema(file: SchemaFile) -> Value {
    match file {
        SchemaFile::Services => services(),
        SchemaFile::Users => users(),
        SchemaFile::Config => config(),
    }
}

fn users() -> Value {
    let mut user = schema_of_keys(USER);
    elsewhere(&mut user, Places::FilesAndVault);
    json!({
        "$schema": DRAFT,
        "title": "users.yaml of Platus",
        "description": "Each top-level key is the name of a user.",
        "type": "object",
        "additionalProperties": user,
    })
}

fn services() -> Value {
    let check_types = CheckTypes::built_in();
    let display = schema_of_keys(DISPLAY);
    let mut definitions = Map::new();
    let (mut kinds, mut choices) = (Vec::new(), Vec::new());
    for name in check_types.names() {
        let (Some(schema), Some(documentation)) = (check_types.schema(name), check_types.documentation(name)) else { continue };
        choices.push((name, documentation.summary));
        let mut data = schema.data;
        add_properties(&mut data.schema, display.get("properties"));
        let maps = [("properties", schema.properties), ("data", data)];
        kinds.push(Kind::new(name, maps, &mut definitions));
    }
    let mut service = with_kinds(schema_of_keys(SERVICE), kinds);
    service["properties"]["type"] = words("Check type. `platus plugins` lists them.", &choices);
    json!({
        "$schema": DRAFT,
        "title": "services.yaml of Platus",
        "description": "Each top-level key is the id of a service.",
        "type": "object",
        "additionalProperties": {"$ref": "#/definitions/service"},
        "definitions": with(definitions, "service", service),
    })
}

fn config() -> Value {
    let mut definitions = Map::new();
    let channels: Vec<(&str, TypeSchema)> = ChannelTypes::built_in().schemas().collect();
    let names: Vec<(&str, &str)> = channels.iter().map(|(name, _)| (*name, "")).collect();
    let kinds = channels.into_iter().map(|(name, data)| Kind::new(name, [("data", data)], &mut definitions)).collect();
    let mut channel = with_kinds(schema_of_keys(CHANNEL), kinds);
    channel["properties"]["type"] = words("Kind of the channel.", &names);
    let kinds = store_schemas().into_iter().map(|(name, mut data)| {
        if name == "redis" {
            let keyword = json!({"description": "A keyword of redis.Redis in legacy files."});
            add_properties(&mut data.schema, Some(&redis_keywords().map(|key| (key.to_owned(), keyword.clone())).collect()));
        }
        Kind::new(name, [("data", data)], &mut definitions)
    });
    let kinds = kinds.collect();
    let store = with_kinds(schema_of_keys(STORE), kinds);
    let mut schema = schema_of_keys(CONFIG);
    let described = |key: &str, schema: &Value| schema["properties"][key]["description"].clone();
    let (channels, stores) = (described("notify_backend", &schema), described("persistent_data_backend", &schema));
    schema["properties"]["notify_backend"] = one_or_many(channels, &json!({"$ref": "#/definitions/channel"}));
    schema["properties"]["persistent_data_backend"] =
        json!({"description": stores, "anyOf": [{"$ref": "#/definitions/store"}, {"type": "null"}]});
    schema["$schema"] = json!(DRAFT);
    schema["title"] = json!("config.yaml of Platus");
    schema["definitions"] = with(with_map(definitions, "channel", channel), "store", store);
    schema
}

/// Adds these members to the properties of a map.
fn add_properties(schema: &mut Value, further: Option<&Value>) {
    if !schema["properties"].is_object() {
        schema["properties"] = json!({});
    }
    if let (Some(properties), Some(Value::Object(further))) = (schema["properties"].as_object_mut(), further) {
        properties.extend(further.clone());
    }
}

fn with_map(mut definitions: Map<String, Value>, name: &str, schema: Value) -> Map<String, Value> {
    definitions.insert(name.to_owned(), schema);
    definitions
}

fn with(definitions: Map<String, Value>, name: &str, schema: Value) -> Value {
    Value::Object(with_map(definitions, name, schema))
}
