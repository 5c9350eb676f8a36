use super::{CheckError, CheckTypes, Host, Observation, Plugin};
use crate::CheckConfig;
use model::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;
use yaml::{InvalidSetting, Located, parse};

/// Returns what its properties say.
struct Echo {
    node: String,
    state: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Properties {
    host: String,
    port: Option<u16>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Data {
    state: String,
}

impl Plugin for Echo {
    const NAME: &'static str = "echo";
    const SUMMARY: &'static str = "Returns what its properties say.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = "one: {type: echo, properties: {host: h}, data: {state: down}}";

    fn connect(properties: Properties, data: Data, _host: &Host) -> Result<Self, InvalidSetting> {
        match properties.port {
            Some(0) => Err(InvalidSetting::new("port 0 is no port; give another")),
            _ => Ok(Self { node: properties.host, state: data.state }),
        }
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        match self.state.as_str() {
            "down" => Ok(vec![Observation::new(&self.node, State::Down)]),
            _ => Err(CheckError::new("no answer")),
        }
    }
}

fn host() -> Host {
    Host::new("one", "host", Duration::from_secs(1))
}

/// The parts of a service, as they stand in `services.yaml`.
fn config(yaml: &str) -> CheckConfig {
    let document = parse("services.yaml", yaml).unwrap();
    let plugin = document.get("type").unwrap();
    CheckConfig {
        plugin: Located { value: plugin.text().unwrap().to_owned(), location: plugin.location.clone() },
        properties: document.get("properties").unwrap().clone(),
        data: document.get("data").unwrap().clone(),
    }
}

#[tokio::test]
async fn a_connected_plugin_is_asked() {
    let types = CheckTypes::default().with::<Echo>();
    let check = types.connect(&config("{type: echo, properties: {host: h}, data: {state: down}}"), &host()).unwrap();
    assert_eq!(check.check().await.unwrap()[0].node, "h");
    let check = types.connect(&config("{type: echo, properties: {host: h}, data: {state: silent}}"), &host()).unwrap();
    assert_eq!(check.check().await.unwrap_err(), CheckError::new("no answer"));
}

#[test]
fn what_keeps_a_plugin_from_connecting_is_told_with_its_place() {
    let types = CheckTypes::default().with::<Echo>();
    for (yaml, expected) in [
        (
            "{type: ecko, properties: , data: }",
            "services.yaml:1:8: `type`: unknown plugin `ecko`; did you mean `echo`? Known plugins: echo",
        ),
        (
            "{type: echo, properties: {hots: h}, data: }",
            "services.yaml:1:27: `properties`: unknown key `hots`; did you mean `host`? Known keys: host, port",
        ),
        ("{type: echo, properties: {host: h}, data: }", "services.yaml:1:41: `data`: the key `state` is missing; add it"),
        ("{type: echo, properties: {host: h, port: 0}, data: {state: up}}", "services.yaml:1:26: port 0 is no port; give another"),
    ] {
        let error = types.connect(&config(yaml), &host()).err().unwrap();
        assert_eq!(error.to_string(), expected, "{yaml}");
    }
}

#[test]
fn names_are_sorted_and_unique() {
    let types = CheckTypes::built_in().with::<Echo>().with::<Echo>();
    let names: Vec<_> = types.names().collect();
    assert!(names.is_sorted() && names.contains(&"echo"));
    assert_eq!(names.iter().filter(|name| **name == "echo").count(), 1);
}
