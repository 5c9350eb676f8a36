//! What the server answers.

use crate::cli::running::Answer;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

/// What `/api/v1.0/config/difference` answers.
#[derive(Deserialize)]
pub(super) struct Differences {
    pub services: Named,
    pub users: Named,
    pub channels: Named,
    pub settings: Vec<String>,
    pub restart: Vec<String>,
    /// An earlier version has none.
    #[serde(default)]
    pub lists: Vec<String>,
    pub errors: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub added: Vec<String>,
    pub changed: Vec<Changed>,
    /// Services. Users and channels have none, and neither has an earlier version.
    #[serde(default)]
    pub renamed: Vec<Renamed>,
    pub removed: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Renamed {
    pub name: String,
    pub was: String,
    pub keys: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Changed {
    pub name: String,
    pub keys: Vec<String>,
}

/// The differences, as they were answered and as they are read. The error is a sentence.
pub(super) fn result_of(Answer { status, body, server }: &Answer) -> Result<(Value, Differences), String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let reason = body["error"].as_str();
    match *status {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED => return Err(format!("Platus at {server} does not know the API key")),
        StatusCode::NOT_FOUND => return Err(format!("what answers at {server} is not Platus, or an earlier version")),
        _ => {
            let reason = reason.map_or_else(|| "it is not Platus".to_owned(), str::to_owned);
            return Err(format!("{server} answers with HTTP {status}: {reason}"));
        }
    }
    let result = body["result"].clone();
    match Differences::deserialize(&result) {
        Ok(differences) => Ok((result, differences)),
        Err(_) => Err(format!("what answers at {server} is not Platus, or another version")),
    }
}

impl Differences {
    /// Whether there are none, and none can be hidden in a list that is not used. It may all the same be that the files could not be read.
    pub(super) fn is_empty(&self) -> bool {
        let lists = [&self.settings, &self.restart, &self.lists];
        [&self.services, &self.users, &self.channels].iter().all(|named| named.is_empty())
            && lists.iter().all(|list| list.is_empty())
    }
}

impl Named {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.renamed.is_empty() && self.removed.is_empty()
    }
}
