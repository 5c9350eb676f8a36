//! The property `connection` of a service.

use net::http::Reuse;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;
use yaml::InvalidSetting;

/// In seconds. Limits for how long a check can use another server than a new client.
const DEFAULT_MAX_AGE: f64 = 30.0;

/// `connection` of a service.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Connection {
    /// A new one for each check.
    New,
    /// The same, as long as the server keeps it open.
    Reuse,
    /// The same, for this many seconds after it was opened.
    #[serde(rename = "max_age")]
    MaxAge(f64),
}

impl Default for Connection {
    fn default() -> Self {
        Self::MaxAge(DEFAULT_MAX_AGE)
    }
}

impl Connection {
    pub(super) fn reuse(self) -> Result<Reuse, InvalidSetting> {
        match self {
            Self::New => Ok(Reuse::Never),
            Self::Reuse => Ok(Reuse::Always),
            Self::MaxAge(seconds) => Duration::try_from_secs_f64(seconds)
                .map(Reuse::For)
                .map_err(|_| InvalidSetting::new("`max_age` of `connection` must be seconds, 0 or more")),
        }
    }
}
