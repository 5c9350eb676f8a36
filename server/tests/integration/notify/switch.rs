//! A check whose state the test sets.

use checks::{CheckTypes, Host, NoData, Plugin};
use model::State;
use model::{CheckError, Observation};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use yaml::InvalidSetting;

static SWITCHES: LazyLock<Mutex<HashMap<String, State>>> = LazyLock::new(Mutex::default);

/// From now on what has this name for its host is found in this state. Before, it is operational.
pub(crate) fn switch(name: &str, state: State) {
    SWITCHES.lock().unwrap().insert(name.to_owned(), state);
}

/// Every plugin, and `switch`.
pub(crate) fn check_types() -> CheckTypes {
    CheckTypes::built_in().with::<Switch>()
}

struct Switch {
    name: String,
}

/// Which switch.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Properties {
    /// Its name.
    host: String,
}

impl Plugin for Switch {
    const NAME: &'static str = "switch";
    const SUMMARY: &'static str = "Finds what was switched.";
    type Properties = Properties;
    type Data = NoData;
    const EXAMPLE: &'static str = "";

    fn connect(properties: Properties, _: NoData, _: &Host) -> Result<Self, InvalidSetting> {
        Ok(Self { name: properties.host })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let state = SWITCHES.lock().unwrap().get(&self.name).copied().unwrap_or(State::Operational);
        Ok(vec![Observation::new(&self.name, state).with_message(format!("It is switched to {state}"))])
    }
}
