//! The effective configuration as JSON: values, and a tree of the same shape with their places.

use super::Effective;
use serde_json::{Map, Value as Json, json};
use yaml::{Node, Value};

/// The configuration for programs. Keys are added to it, and none is removed or changed.
pub fn json_text(effective: &Effective) -> String {
    let (mut document, mut places) = (Map::new(), Map::new());
    let parts = [Some(("services", &effective.services)), effective.users.as_ref().map(|users| ("users", users))];
    for (key, node) in parts.into_iter().flatten() {
        document.insert(key.to_owned(), value(node));
        places.insert(key.to_owned(), place(effective, node));
    }
    document.insert("places".to_owned(), Json::Object(places));
    document.insert("errors".to_owned(), json!(effective.errors));
    // Texts, numbers and lists alone: this cannot fail.
    serde_json::to_string_pretty(&Json::Object(document)).unwrap_or_default()
}

/// What the node means; the text of a number that JSON does not have.
fn value(node: &Node) -> Json {
    match &node.value {
        Value::Scalar(scalar) => node.read().unwrap_or_else(|_| json!(scalar.text)),
        Value::List(nodes) => nodes.iter().map(value).collect(),
        Value::Map(entries) => Json::Object(entries.iter().map(|entry| (entry.key.value.clone(), value(&entry.value))).collect()),
    }
}

/// Where the values are. A list has one place.
fn place(effective: &Effective, node: &Node) -> Json {
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => {
            Json::Object(entries.iter().map(|entry| (entry.key.value.clone(), place(effective, &entry.value))).collect())
        }
        _ => json!(format!("{}:{}", effective.place(&node.location), node.location.column)),
    }
}
