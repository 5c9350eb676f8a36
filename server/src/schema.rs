//! JSON Schemas (draft-07) of the three files, made of the declarations and types that the loader uses.

mod kinds;
mod services;
#[cfg(test)]
mod tests;

use crate::application::store_schemas;
use crate::config::{CHANNEL, CONFIG, STORE, USER, redis_keywords};
use kinds::{Kind, add_properties, one_or_many, with_kinds, words};
use notify::ChannelTypes;
use serde_json::{Map, Value, json};
use services::ServiceSchemas;
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
    let mut definitions = Map::new();
    let service = ServiceSchemas::new(&mut definitions).service();
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
    let kinds: Vec<Kind> =
        channels.into_iter().map(|(name, data)| Kind::new(("channel", name), [("data", data)], &mut definitions)).collect();
    let mut channel = with_kinds(schema_of_keys(CHANNEL), &kinds, None);
    channel["properties"]["type"] = words("Kind of the channel.", &names);
    let kinds = store_schemas().into_iter().map(|(name, mut data)| {
        if name == "redis" {
            let keyword = json!({"description": "A keyword of redis.Redis in legacy files."});
            add_properties(&mut data.schema, Some(&redis_keywords().map(|key| (key.to_owned(), keyword.clone())).collect()));
        }
        Kind::new(("store", name), [("data", data)], &mut definitions)
    });
    let kinds: Vec<Kind> = kinds.collect();
    let store = with_kinds(schema_of_keys(STORE), &kinds, None);
    let services = ServiceSchemas::new(&mut definitions);
    let mut schema = schema_of_keys(CONFIG);
    let described = |key: &str, schema: &Value| schema["properties"][key]["description"].clone();
    let (channels, stores) = (described("notify_backend", &schema), described("persistent_data_backend", &schema));
    schema["properties"]["notify_backend"] = one_or_many(channels, &json!({"$ref": "#/definitions/channel"}));
    schema["properties"]["persistent_data_backend"] =
        json!({"description": stores, "anyOf": [{"$ref": "#/definitions/store"}, {"type": "null"}]});
    let (templates, defaults) = (described("templates", &schema), described("defaults", &schema));
    let or_nothing = |schema: Value| json!({"anyOf": [schema, {"type": "null"}]});
    let template = or_nothing(json!({"$ref": "#/definitions/template"}));
    schema["properties"]["templates"] =
        json!({"description": templates, "type": ["object", "null"], "additionalProperties": template});
    schema["properties"]["defaults"] = or_nothing(services.defaults());
    schema["properties"]["defaults"]["description"] = defaults;
    schema["$schema"] = json!(DRAFT);
    schema["title"] = json!("config.yaml of Platus");
    for (name, schema) in [("channel", channel), ("template", services.template()), ("default", services.default())] {
        definitions.insert(name.to_owned(), schema);
    }
    schema["definitions"] = with(definitions, "store", store);
    schema
}

fn with(mut definitions: Map<String, Value>, name: &str, schema: Value) -> Value {
    definitions.insert(name.to_owned(), schema);
    Value::Object(definitions)
}
