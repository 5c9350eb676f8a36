//! Tests of all channels.

use crate::{ChannelConfig, ChannelTypes};
use schemars::JsonSchema;
use serde_json::Value;
use yaml::{KeyDocumentation, Located, document_keys, parse};

const GUIDE: &str = include_str!("../../../../docs/notifications.md");

/// The table of the keys, as in the guide. The default of an optional key is the last sentence of its documentation.
fn table<T: JsonSchema>() -> String {
    assert_eq!(schemars::schema_for!(T).get("additionalProperties"), Some(&Value::Bool(false)), "unknown keys are accepted");
    let mut table = "| key | type | default | meaning |\n|---|---|---|---|\n".to_owned();
    for KeyDocumentation { key, form, required, description, .. } in document_keys::<T>() {
        let (meaning, default) = if required {
            (description.as_str(), "required")
        } else {
            let split = description.rsplit_once(" Default: ").and_then(|(meaning, rest)| Some((meaning, rest.strip_suffix('.')?)));
            split.unwrap_or_else(|| panic!("the documentation of `{key}` does not end with its default: {description}"))
        };
        assert!(!meaning.is_empty(), "{key} is not documented");
        table += &format!("| `{key}` | {form} | {default} | {meaning} |\n");
    }
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
    assert_eq!(ChannelTypes::built_in().examples().count(), tables.len());
    let missing: Vec<_> = tables.iter().filter(|table| !GUIDE.contains(*table)).cloned().collect();
    assert!(missing.is_empty(), "not in docs/notifications.md:\n{}", missing.join("\n"));
}

#[test]
fn every_example_works_and_is_in_the_guide() {
    let channel_types = ChannelTypes::built_in();
    for (name, example) in channel_types.examples() {
        let document = parse("config.yaml", example).unwrap();
        let backend = document.get("notify_backend").unwrap();
        let kind = backend.get("type").unwrap();
        assert_eq!(kind.text(), Some(name));
        let kind = Located { value: name.to_owned(), location: kind.location.clone() };
        let backend = ChannelConfig { kind, data: backend.get("data").unwrap().clone() };
        if let Err(error) = channel_types.connect(&backend) {
            panic!("{error}");
        }
        assert!(GUIDE.contains(&format!("```yaml\n{example}```")), "the example of {name} is not in docs/notifications.md");
    }
}
