//! A check that never ends, in the place of `tcp`: what is asked here is about the past, to which a check of now would add.

use checks::{CheckTypes, Host, Plugin};
use model::{CheckError, Observation};
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::InvalidSetting;

#[derive(Deserialize, JsonSchema)]
struct Properties {
    #[serde(rename = "host")]
    _host: String,
    #[serde(rename = "port")]
    _port: u16,
}

#[derive(Deserialize, JsonSchema)]
struct Data {}

struct Unlooked;

impl Plugin for Unlooked {
    const NAME: &'static str = "tcp";
    const SUMMARY: &'static str = "Looks for ever.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = "";

    fn connect(_: Properties, _: Data, _: &Host) -> Result<Self, InvalidSetting> {
        Ok(Self)
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        std::future::pending().await
    }
}

/// Every plugin, but nobody ever learns what `tcp` sees.
pub(super) fn unlooked() -> CheckTypes {
    CheckTypes::built_in().with::<Unlooked>()
}
