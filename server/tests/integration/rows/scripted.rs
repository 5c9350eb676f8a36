//! A check with results from the test.

use checks::{CheckTypes, Host, NoData, Plugin};
use model::State;
use model::{CheckError, Observation};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{LazyLock, Mutex, MutexGuard};
use tokio::sync::Notify;
use yaml::InvalidSetting;

/// What a check comes to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    Nodes(&'static [(&'static str, State)]),
    Error,
    /// It waits for another answer.
    Nothing,
}

#[derive(Default)]
struct Scripts {
    answers: HashMap<String, Answer>,
    /// How many checks wait for an answer.
    waiting: HashMap<String, usize>,
}

static SCRIPTS: LazyLock<Mutex<Scripts>> = LazyLock::new(Mutex::default);
static CHANGED: Notify = Notify::const_new();

fn scripts() -> MutexGuard<'static, Scripts> {
    SCRIPTS.lock().unwrap()
}

/// From now on checks of the service with this script come to this. Before, they wait.
pub(super) fn write(script: &str, answer: Answer) {
    scripts().answers.insert(script.to_owned(), answer);
    CHANGED.notify_waiters();
}

/// Whether a check waits for an answer: then everything that the checks before it came to is on its way.
pub(super) fn waits(script: &str) -> bool {
    scripts().waiting.get(script).is_some_and(|waiting| *waiting > 0)
}

/// Every plugin, and `scripted`.
pub(super) fn check_types() -> CheckTypes {
    CheckTypes::built_in().with::<Scripted>()
}

struct Scripted {
    script: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Properties {
    #[serde(rename = "host")]
    _host: String,
    script: String,
}

impl Plugin for Scripted {
    const NAME: &'static str = "scripted";
    const SUMMARY: &'static str = "Answers what was written.";
    type Properties = Properties;
    type Data = NoData;
    const EXAMPLE: &'static str = "";

    fn connect(properties: Properties, _: NoData, _: &Host) -> Result<Self, InvalidSetting> {
        Ok(Self { script: properties.script })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let _waiting = Waiting::new(&self.script);
        loop {
            let mut changed = pin!(CHANGED.notified());
            changed.as_mut().enable();
            let answer = scripts().answers.get(&self.script).copied().unwrap_or(Answer::Nothing);
            match answer {
                Answer::Nodes(nodes) => return Ok(nodes.iter().map(|(node, state)| Observation::new(*node, *state)).collect()),
                Answer::Error => return Err(CheckError::new("no answer")),
                Answer::Nothing => changed.await,
            }
        }
    }
}

/// Counts a check for as long as it waits, also one that is broken off.
struct Waiting<'a>(&'a str);

impl<'a> Waiting<'a> {
    fn new(script: &'a str) -> Self {
        *scripts().waiting.entry(script.to_owned()).or_default() += 1;
        Self(script)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(waiting) = scripts().waiting.get_mut(self.0) {
            *waiting -= 1;
        }
    }
}
