//! Queries DNS servers for a record, and compares it with the expected values.

mod answer;
mod character_strings;
mod question;
mod values;

use super::{CheckError, Host, Observation, Plugin};
use answer::Answer;
use model::State;
use net::OneOrMany;
use net::deadline::Deadline;
use net::max_elapsed::MaxElapsed;
use net::stopwatch::Stopwatch;
use question::{Question, Servers};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;
use values::{RecordType, Values};
use yaml::InvalidSetting;

/// The check of one name.
pub(super) struct Dns {
    question: Question,
    servers: Servers,
    expected: Values,
    exact: bool,
    max_elapsed: Option<MaxElapsed>,
    /// Name of the one row.
    node: String,
    timeout: Duration,
}

/// The servers and the name to query.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// The full name to query: no search domain is added. For `PTR` an address is allowed, too. Also the name of the row.
    host: String,
    /// Address of a DNS server, or a list of addresses, each with `:PORT` if it is not 53. All are queried at once, and the first
    /// answer counts. Default: the resolvers of the system.
    #[serde(default)]
    server: OneOrMany,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Type of the record. Default: `A`.
    #[serde(default)]
    record: RecordType,
    /// Expected value or list of values, as `dig +short` prints them: `192.0.2.1`, `10 mail.example.org`. Case, order and the
    /// trailing dot of names are ignored. The strings of a `TXT` record may be quoted, as there, or joined without quotes.
    /// Default: any value.
    #[serde(default)]
    expect: OneOrMany,
    /// Whether values other than those of `expect` are unhealthy. Default: `false`.
    #[serde(default)]
    exact: bool,
    /// Seconds that the answer may take, fractions allowed; slower is unhealthy. Default: the `timeout`.
    max_elapsed: Option<MaxElapsed>,
}

impl Plugin for Dns {
    const NAME: &'static str = "dns";
    const SUMMARY: &'static str = "Queries DNS servers for a record, and compares it with the expected values.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
mail_exchanger:
  role: [dev]
  type: dns
  properties:
    host: example.org
    server: [192.0.2.53, "[2001:db8::53]:5353"]
    timeout: 5
  data:
    type: DNS
    name: Mail exchanger
    record: MX
    expect: 10 mail.example.org
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        let expected = Values::expected(data.record, data.expect.as_slice())?;
        if data.exact && expected.is_empty() {
            return Err(InvalidSetting::new("`exact` needs `expect`: the values that must be there"));
        }
        Ok(Self {
            question: Question::new(&properties.host, data.record)?,
            servers: Servers::new(properties.server.as_slice())?,
            expected,
            exact: data.exact,
            max_elapsed: data.max_elapsed,
            node: host.node.clone(),
            timeout: host.timeout,
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let deadline = Deadline::after(self.timeout);
        let mut watch = Stopwatch::start();
        watch.begin("answer");
        let answer = match self.question.ask(&self.servers, deadline).await {
            Ok(answer) => answer,
            Err(error) => return Err(error.with_watch(watch)),
        };
        watch.lap("answer");
        let elapsed = watch.elapsed();
        let seen = match answer {
            Answer::Values(values) => {
                let mut expectations = vec![self.expected.judge(&values, self.exact)];
                expectations.extend(self.max_elapsed.map(|max| max.judge(elapsed)));
                Observation::judged(&self.node, expectations, State::Unhealthy)
            }
            Answer::NoRecord(message) => Observation::new(&self.node, State::Down).with_message(message),
        };
        Ok(vec![seen.with_elapsed(elapsed).with_watch(watch)])
    }
}
