//! Checks how long ago a file was written, for jobs that leave one behind.

use super::{CheckError, Expectation, Host, InvalidSetting, Observation, Plugin};
use model::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// Check of one file.
pub(super) struct FileAge {
    node: String,
    path: PathBuf,
    max_age: Duration,
}

/// How to connect.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Host of the file; the name of the row.
    #[serde(rename = "host")]
    _host: Option<String>,
    /// Absolute path of the file.
    path: PathBuf,
}

/// What to check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Greatest age of the file in seconds, fractions allowed. An older file is unhealthy.
    max_age: f64,
}

impl Plugin for FileAge {
    const NAME: &'static str = "file_age";
    const SUMMARY: &'static str = "Checks how long ago a file was written.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = "
backup:
  type: file_age
  properties:
    host: storage
    path: /var/backups/latest.tar
  data:
    type: Jobs
    name: Backup
    max_age: 90000
";

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        let max_age = Duration::try_from_secs_f64(data.max_age);
        let max_age = max_age.map_err(|_| InvalidSetting::new("`max_age` must be a number of seconds, 0 or more"))?;
        Ok(Self { node: host.node.clone(), path: properties.path, max_age })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let path = self.path.clone();
        // A disk can be slow, and the threads that run the checks must not wait for it.
        let written = tokio::task::spawn_blocking(move || path.metadata()?.modified()).await;
        let written = written.map_err(|_| CheckError::new("reading the file was interrupted"))?;
        let written = written.map_err(|error| CheckError::new(format!("the file cannot be read: {error}")))?;
        let age = written.elapsed().unwrap_or_default();
        let expected = format!("a file not older than {} s", self.max_age.as_secs());
        let fresh = Expectation::new(expected, format!("one of {} s", age.as_secs()), age <= self.max_age);
        Ok(vec![Observation::judged(&self.node, vec![fresh], State::Unhealthy)])
    }
}
