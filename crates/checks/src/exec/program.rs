use super::properties::Properties;
use crate::CheckError;
use net::excerpt::shortened;
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Stdio;
use system::exhaustion::Exhausted;
use tokio::process::Command;
use yaml::{InvalidSetting, Secret};

/// The search path of programs: the folders of the system, then those in which Debian and Red Hat install Nagios plugins.
const SEARCH_PATH: &str =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/nagios/plugins:/usr/lib64/nagios/plugins";

/// The program of one service.
pub(super) struct Program {
    /// Its path or name, which messages may show.
    pub(super) name: String,
    arguments: Vec<Secret>,
    environment: BTreeMap<String, Option<Secret>>,
    directory: String,
    /// In bytes, for each process.
    pub(super) max_memory: Option<u64>,
    /// In bytes.
    pub(super) max_output: usize,
}

impl Program {
    pub(super) fn new(properties: Properties) -> Result<Self, InvalidSetting> {
        let (max_memory, max_output) = (properties.max_memory()?, properties.max_output()?);
        let mut command = properties.command.into_iter();
        let name = command.next().map(|name| name.expose().to_owned()).unwrap_or_default();
        let program = Self {
            name,
            arguments: command.collect(),
            environment: properties.env.unwrap_or_default(),
            directory: properties.directory.filter(|directory| !directory.is_empty()).unwrap_or_else(|| "/".to_owned()),
            max_memory,
            max_output,
        };
        match program.complaint() {
            Some(complaint) => Err(InvalidSetting::new(complaint)),
            None => Ok(program),
        }
    }

    /// The problem that would make every start fail, if any.
    fn complaint(&self) -> Option<String> {
        let texts = self.arguments.iter().chain(self.environment.values().flatten()).map(Secret::expose);
        let mut texts = texts.chain(self.environment.keys().map(String::as_str)).chain([&*self.name, &*self.directory]);
        if self.name.is_empty() {
            Some("`command` needs a program as its first entry".to_owned())
        } else if self.name.contains('/') && !self.name.starts_with('/') {
            Some(format!("`command`: write the whole path of `{}`, or its name alone if it is in PATH", self.name))
        } else if !self.directory.starts_with('/') {
            Some("`directory` must be a whole path".to_owned())
        } else if self.environment.keys().any(|name| name.is_empty() || name.contains('=')) {
            Some("`env`: the name of a variable must be neither empty nor hold a `=`".to_owned())
        } else if texts.any(|text| text.contains('\0')) {
            Some("neither `command` nor `env` nor `directory` may hold a NUL character".to_owned())
        } else {
            None
        }
    }

    /// The command: without Platus's environment, without input, and in a process group of its own, so that its descendants can be
    /// killed with it. Rust opens all files with close-on-exec.
    pub(super) fn command(&self) -> Command {
        let given = self.environment.iter().map(|(name, value)| (name.as_str(), value.as_ref().map_or("", Secret::expose)));
        let mut command = Command::new(&self.name);
        command
            .args(self.arguments.iter().map(Secret::expose))
            .env_clear()
            .envs([("PATH", SEARCH_PATH), ("LANG", "C")])
            .envs(given)
            .current_dir(&self.directory)
            .process_group(0)
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Describes why the program did not start.
    pub(super) fn not_started(&self, error: &io::Error) -> CheckError {
        let Self { name, directory, .. } = self;
        if let Some(exhausted) = Exhausted::of_start(error) {
            return CheckError::new(format!("`{name}` cannot be started: {}", exhausted.noted()));
        }
        CheckError::new(match error.kind() {
            io::ErrorKind::NotFound if !Path::new(directory).is_dir() => {
                format!("the folder `{directory}`, in which `{name}` is to run, is not there")
            }
            io::ErrorKind::NotFound if !name.contains('/') => format!("there is no program `{name}` in PATH; give its whole path"),
            io::ErrorKind::NotFound if Path::new(name).exists() => {
                format!("`{name}` cannot be started: what its first line names after `#!` is not there")
            }
            io::ErrorKind::NotFound => format!("there is no program `{name}`"),
            io::ErrorKind::PermissionDenied => {
                format!("`{name}` may not be executed by the user who runs Platus; look at its owner and mode")
            }
            _ if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) => {
                format!("`{name}` cannot be started: it is no program for this machine, and no script with `#!` in its first line")
            }
            _ => format!("`{name}` cannot be started: {}", shortened(&error.to_string())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn program(properties: Value) -> Result<Program, InvalidSetting> {
        Program::new(serde_json::from_value(properties).unwrap())
    }

    #[track_caller]
    fn check(properties: Value, complaint: &str) {
        assert_eq!(program(properties).err().map(|error| error.message), Some(complaint.to_owned()));
    }

    #[test]
    fn what_can_never_start_is_told_at_once() {
        check(json!({"command": []}), "`command` needs a program as its first entry");
        check(json!({"command": [""]}), "`command` needs a program as its first entry");
        let relative = "`command`: write the whole path of `./check`, or its name alone if it is in PATH";
        check(json!({"command": ["./check", "marker"]}), relative);
        check(json!({"command": ["true"], "directory": "tmp"}), "`directory` must be a whole path");
        for name in ["", "A=B"] {
            let complaint = "`env`: the name of a variable must be neither empty nor hold a `=`";
            check(json!({"command": ["true"], "env": {name: "marker"}}), complaint);
        }
        let nul = "neither `command` nor `env` nor `directory` may hold a NUL character";
        check(json!({"command": ["true", "marker\0"]}), nul);
        check(json!({"command": ["true"], "env": {"A": "marker\0"}}), nul);
    }

    #[test]
    fn limits_have_limits() {
        for memory in [1, 15, 1_048_577] {
            check(json!({"command": ["true"], "max_memory": memory}), "`max_memory` must be 0, or from 16 to 1048576 MiB");
        }
        for output in [0, 4_194_305] {
            check(json!({"command": ["true"], "max_output": output}), "`max_output` must be from 1 to 4194304 bytes");
        }
        let limits = |program: Program| (program.max_memory, program.max_output);
        assert_eq!(limits(program(json!({"command": ["true"]})).unwrap()), (Some(512 << 20), 64 << 10));
        assert_eq!(limits(program(json!({"command": ["true"], "max_memory": 0, "max_output": 1})).unwrap()), (None, 1));
    }
}
