//! Services, and the parts of services in `config.yaml`.

use super::kinds::{Kind, add_properties, with_kinds, with_parts, words};
use crate::config::{DISPLAY, SERVICE};
use checks::CheckTypes;
use serde_json::{Map, Value, json};
use yaml::json_schema::schema_of_keys;

/// The key with which a service takes from templates what it does not say itself.
const USE: &str = "use";

/// What the check types mean for services and for parts of them.
pub(super) struct ServiceSchemas {
    kinds: Vec<Kind>,
    /// The check types as values of `type`.
    check_type: Value,
}

impl ServiceSchemas {
    /// The schemas of `properties` and `data` of each check type become definitions.
    pub(super) fn new(definitions: &mut Map<String, Value>) -> Self {
        let check_types = CheckTypes::built_in();
        let display = schema_of_keys(DISPLAY);
        let (mut kinds, mut choices) = (Vec::new(), Vec::new());
        for name in check_types.names() {
            let (Some(schema), Some(documentation)) = (check_types.schema(name), check_types.documentation(name)) else { continue };
            choices.push((name, documentation.summary));
            let mut data = schema.data;
            add_properties(&mut data.schema, display.get("properties"));
            let maps = [("properties", schema.properties), ("data", data)];
            kinds.push(Kind::new(("check", name), maps, definitions));
        }
        Self { kinds, check_type: words("Check type. `platus plugins` lists them.", &choices) }
    }

    /// A service. With `use`, templates may give what has to be given.
    pub(super) fn service(&self) -> Value {
        let mut service = with_kinds(self.part(&[]), &self.kinds, Some(USE));
        if let Some(Value::Array(all)) = service.get_mut("allOf") {
            all.push(json!({"if": {"not": {"required": [USE]}}, "then": {"required": ["type"]}}));
        }
        service
    }

    /// A template.
    pub(super) fn template(&self) -> Value {
        with_parts(self.part(&["for_each", "discover"]), &self.kinds)
    }

    /// The defaults. Those of a check type refer to the definition `default`, which is [`Self::default`].
    pub(super) fn defaults(&self) -> Value {
        let of_type = |kind: &Kind| {
            let schema = json!({"allOf": [{"$ref": "#/definitions/default"}, {"properties": kind.maps()}]});
            (kind.name().to_owned(), json!({"anyOf": [schema, {"type": "null"}]}))
        };
        let by_type: Map<String, Value> = self.kinds.iter().map(of_type).collect();
        let by_type = json!({
            "description": "The defaults of each check type, which count more than those of all.",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": by_type,
        });
        let mut defaults = self.default();
        add_properties(&mut defaults, Some(&json!({"check_types": by_type})));
        defaults
    }

    /// The keys that can have a default.
    pub(super) fn default(&self) -> Value {
        self.part(&["for_each", "discover", "type", USE])
    }

    /// The keys of a service without these. None has to be given.
    fn part(&self, without: &[&str]) -> Value {
        let mut schema = schema_of_keys(SERVICE);
        schema["properties"]["type"] = self.check_type.clone();
        if let Some(members) = schema.as_object_mut() {
            members.remove("required");
        }
        if let Some(properties) = schema["properties"].as_object_mut() {
            properties.retain(|key, _| !without.contains(&key.as_str()));
        }
        schema
    }
}
