//! Runs a program of the operator, as Nagios does: the exit code is the state, the first line of output the message. A program
//! with several nodes prints a list of rows in JSON instead. `docs/exec.md` describes both.

#[cfg(test)]
pub(super) mod fuzz;
mod list;
mod output;
mod performance_data;
mod process;
mod program;
mod properties;
mod rows;
mod text;
mod threshold;
mod verdict;

use super::{CheckError, Host, NoData, Observation, Plugin};
use program::Program;
use properties::Properties;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use yaml::InvalidSetting;

pub use process::no_program_is_starting;

/// The check by one program.
pub(super) struct Exec {
    /// Name of the row, unless the program prints rows.
    node: String,
    program: Arc<Program>,
    /// Maximum duration of the program.
    timeout: Duration,
}

impl Plugin for Exec {
    const NAME: &'static str = "exec";
    const SUMMARY: &'static str =
        "Runs a program, such as a Nagios plugin or a script, and uses its exit code and output as the result.";
    type Properties = Properties;
    type Data = NoData;
    const EXAMPLE: &'static str = r#"
mail:
  role: [ops]
  type: exec
  properties:
    host: mail.example.org
    command: [/usr/lib/nagios/plugins/check_smtp, -H, mail.example.org, -p, 587, --starttls]
    timeout: 10
    env:
      TZ: UTC
    max_memory: 256
  data:
    type: Infra
    name: Mail
"#;

    fn connect(properties: Properties, _data: NoData, host: &Host) -> Result<Self, InvalidSetting> {
        Ok(Self { node: host.node.clone(), program: Arc::new(Program::new(properties)?), timeout: host.timeout })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let ended = process::run(&self.program, self.timeout).await?;
        verdict::judge(&self.node, ended)
    }
}

/// Omits the arguments and the environment, which may contain passwords.
impl fmt::Debug for Exec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exec").field("node", &self.node).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
