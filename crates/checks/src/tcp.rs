//! Connects to a TCP port, optionally sends a text, and compares the answer.
//!
//! This is the simplest plugin, and a template for new ones.

use super::{CheckError, Expectation, Host, Observation, Plugin};
use model::State;
use net::deadline::Deadline;
use net::dial::DialError;
use net::max_elapsed::MaxElapsed;
use net::pattern::Pattern;
use net::stopwatch::Stopwatch;
use net::{dial, talk};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;
use yaml::{InvalidSetting, Secret};

/// The check of one port.
pub(super) struct Tcp {
    properties: Properties,
    data: Data,
    /// Name of the one row.
    node: String,
    timeout: Duration,
}

/// How to connect.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address. Also the name of the row. A name with several addresses is operational if one of them answers.
    host: String,
    /// Port, from 1 to 65535.
    port: u16,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check, in addition to the connection itself.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Text to send first, exactly as given: in double quotes, `\r\n` ends a line. Default: none. It may be a login, so it is
    /// never shown.
    send: Option<Secret>,
    /// Regular expression that must match in the first 8 KiB of the answer. Without it nothing is read.
    expect: Option<Pattern>,
    /// Seconds that all this may take, fractions allowed; slower is unhealthy. Default: the `timeout`.
    max_elapsed: Option<MaxElapsed>,
}

impl Plugin for Tcp {
    const NAME: &'static str = "tcp";
    const SUMMARY: &'static str = "Connects to a TCP port, optionally sends a text, and compares the answer.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
mail:
  role: [dev]
  type: tcp
  properties:
    host: mail.example.org
    port: 25
    timeout: 10
  data:
    type: Mail
    name: Mail server
    send: "QUIT\r\n"
    expect: '^220 '
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        Ok(Self { properties, data, node: host.node.clone(), timeout: host.timeout })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let Self { properties: Properties { host, port, .. }, data, node, timeout } = self;
        let deadline = Deadline::after(*timeout);
        let mut watch = Stopwatch::start();
        let mut stream = match dial::tcp(host, *port, deadline, &mut watch).await {
            Ok(stream) => stream,
            // Whether the port answers is the question of this check, so this is a result. That the name cannot be resolved is
            // not.
            Err(DialError::Unreachable(message)) => {
                let down = Observation::new(node, State::Down).with_message(message);
                return Ok(vec![down.with_watch(watch)]);
            }
            Err(error) => return Err(error.into_check_error(watch)),
        };
        let mut expectations = Vec::new();
        let words = data.send.as_ref().map(Secret::expose).unwrap_or_default();
        let is_enough = |answer: &[u8]| data.expect.as_ref().is_none_or(|pattern| pattern.is_in(answer));
        if data.expect.is_some() {
            watch.begin("answer");
        }
        let answer = talk::ask(&mut stream, words, is_enough, deadline).await;
        if let Some(pattern) = &data.expect {
            watch.lap("answer");
            expectations.push(Expectation::new(pattern.to_string(), answer.describe(words), answer.was_enough()));
        }
        let elapsed = watch.elapsed();
        expectations.extend(data.max_elapsed.map(|max| max.judge(elapsed)));
        let seen = Observation::judged(node, expectations, State::Unhealthy);
        Ok(vec![seen.with_elapsed(elapsed).with_watch(watch)])
    }
}
