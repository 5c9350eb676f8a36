//! Checks EC2 instances through the AWS API: their states, and AWS's status checks of running ones.

mod account;
mod addresses;
mod answer_limit;
mod failure;
mod http_client;
mod properties;
mod rows;
mod selection;
mod status_checks;
#[cfg(test)]
mod tests;

use super::{CheckError, Host, Observation, Plugin};
use account::Account;
use failure::Failure;
use model::{State, Trace};
use net::deadline::Deadline;
use net::stopwatch::Stopwatch;
use properties::{Data, Properties};
use selection::Selection;
use std::fmt;
use std::time::Duration;
use yaml::InvalidSetting;

/// The check of some instances of one region.
pub(super) struct AwsEc2 {
    account: Account,
    selection: Selection,
    /// Name of the row for messages about no single instance.
    node: String,
    /// Whether finding no instance is operational.
    allow_empty: bool,
    /// For the whole check: credentials, all pages, and retries.
    timeout: Duration,
}

impl Plugin for AwsEc2 {
    const NAME: &'static str = "aws_ec2";
    const SUMMARY: &'static str = "Checks EC2 instances through the AWS API: one row each, with state and status checks.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
machines:
  role: [dev]
  type: aws_ec2
  properties:
    region: eu-west-1
    access_key: change-me
    secret_key: change-me
    timeout: 20
  data:
    type: Infrastructure
    name: Machines
    ec2_filters:
      - Name: tag:Environment
        Values: [production]
    ignore_states: [terminated]
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        if !properties.verify() {
            tracing::warn!(service.id = %host.service, "Certificates are not verified: `verify` is false.");
        }
        Ok(Self {
            allow_empty: data.allow_empty,
            account: Account::new(&properties, host.timeout)?,
            selection: Selection::new(data)?,
            node: host.node.clone(),
            timeout: host.timeout,
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let mut watch = Stopwatch::start();
        let observed = self.observe(&mut watch).await;
        let elapsed = watch.elapsed();
        let trace = Trace { route: self.account.take_route(), ..Trace::from(watch) };
        match observed {
            Ok(rows) => Ok(rows.into_iter().map(|row| row.with_elapsed(elapsed).with_watch(trace.clone())).collect()),
            Err(failure) => {
                if failure.is_about_credentials() {
                    // The credentials may have been renewed at their source, so the next check loads them again.
                    self.account.forget().await;
                }
                Err(CheckError::new(failure.into_message()).with_watch(trace))
            }
        }
    }
}

impl AwsEc2 {
    async fn observe(&self, watch: &mut Stopwatch) -> Result<Vec<Observation>, Failure> {
        let deadline = Deadline::after(self.timeout);
        watch.begin("credentials");
        let connection = in_time(deadline, "no credentials", self.account.connection()).await?;
        watch.lap("credentials");
        watch.begin("instances");
        let found = in_time(deadline, "no complete list of instances", self.selection.find(&connection)).await?;
        watch.lap("instances");
        let running = found.running();
        watch.begin("status checks");
        let checks = in_time(deadline, "no complete list of status checks", status_checks::find(&connection, running)).await?;
        watch.lap("status checks");
        let rows = rows::rows(&found, &checks, &self.node);
        if !rows.is_empty() {
            return Ok(rows);
        }
        let nothing = self.selection.nothing_found(found.n_ignored, &connection.region);
        if self.allow_empty {
            return Ok(vec![Observation::new(&self.node, State::Operational).with_message(nothing)]);
        }
        Err(Failure::new(format!("{nothing}; if that is all right, set `allow_empty: true` in `data`")))
    }
}

/// Runs `work` until the deadline. `late` is the start of the error message.
async fn in_time<T>(deadline: Deadline, late: &str, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    deadline.wait_for(work).await.unwrap_or_else(|over| Err(Failure::new(format!("{late} from AWS {over}"))))
}

/// Omits the account, which contains secrets.
impl fmt::Debug for AwsEc2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsEc2").field("node", &self.node).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
