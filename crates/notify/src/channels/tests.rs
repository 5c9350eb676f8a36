//! What is true of every channel.

use crate::{ChannelConfig, Registry};
use schemars::JsonSchema;
use serde_json::Value;
use yaml::{Located, parse};

const GUIDE: &str = include_str!("../../../../docs/notifications.md");

/// The table of the keys, as it stands in the guide.
fn table<T: JsonSchema>() -> String {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let required: Vec<_> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut table = "| Key | Meaning |\n|---|---|\n".to_owned();
    for (key, property) in schema.get("properties").and_then(Value::as_object).unwrap() {
        let description = property["description"].as_str().unwrap_or_else(|| panic!("{key} is not documented"));
        let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
        let needed = if required.contains(&key.as_str()) { " (required)" } else { "" };
        table += &format!("| `{key}`{needed} | {description} |\n");
    }
    assert_eq!(schema.get("additionalProperties"), Some(&Value::Bool(false)), "unknown keys are taken");
    table
}

#[test]
fn the_guide_has_every_key() {
    let tables = [
        table::<super::discord::Data>(),
        table::<super::email::Data>(),
        table::<super::msteams::Data>(),
        table::<super::ntfy::Data>(),
        table::<super::pagerduty::Data>(),
        table::<super::slack::Data>(),
        table::<super::telegram::Data>(),
        table::<super::webhook::Data>(),
    ];
    assert_eq!(Registry::built_in().examples().count(), tables.len());
    let missing: Vec<_> = tables.iter().filter(|table| !GUIDE.contains(*table)).cloned().collect();
    assert!(missing.is_empty(), "not in docs/notifications.md:\n{}", missing.join("\n"));
}

#[test]
fn every_example_works_and_is_in_the_guide() {
    let registry = Registry::built_in();
    for (name, example) in registry.examples() {
        let document = parse("config.yaml", example).unwrap();
        let backend = document.get("notify_backend").unwrap();
        let kind = backend.get("type").unwrap();
        assert_eq!(kind.text(), Some(name));
        let kind = Located { value: name.to_owned(), location: kind.location.clone() };
        let backend = ChannelConfig { kind, data: backend.get("data").unwrap().clone() };
        if let Err(error) = registry.connect(&backend) {
            panic!("{error}");
        }
        assert!(GUIDE.contains(&format!("```yaml\n{example}```")), "the example of {name} is not in docs/notifications.md");
    }
}
