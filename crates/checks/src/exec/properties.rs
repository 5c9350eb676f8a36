//! The keys of a service of this type in `services.yaml`.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use yaml::{InvalidSetting, Secret};

const DEFAULT_MAX_MEMORY: u64 = 512;
const LEAST_MAX_MEMORY: u64 = 16;
/// More is a mistake, most likely bytes instead of MiB.
const LARGEST_MAX_MEMORY: u64 = 1 << 20;

const DEFAULT_MAX_OUTPUT: u64 = 64 << 10;
/// Protects the memory of Platus.
const LARGEST_MAX_OUTPUT: u64 = 4 << 20;

/// How to run the program.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// The program and its arguments, one entry each, since no shell is involved. The program is an absolute path, or a name that
    /// is searched in `PATH`. The command is never shown, since arguments may contain passwords. Every user of the machine can see
    /// the arguments of a running program, so a password is safer in `env`.
    pub(super) command: Vec<Secret>,
    /// Environment variables by name. In addition the program gets only `PATH`, with the folders of the system and of Nagios
    /// plugins, and `LANG=C`; both can be overridden.
    pub(super) env: Option<BTreeMap<String, Option<Secret>>>,
    /// Working directory of the program. Default: `/`.
    pub(super) directory: Option<String>,
    /// Name of the row, unless the program prints rows. The program does not see it. Default: `n/a`.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "host")]
    _host: Option<String>,
    /// Seconds after which the program is killed with its process group, fractions allowed. Default: 30. The `timeout` of the
    /// service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
    /// Memory limit of each process of the program in MiB, from 16 to 1048576, or 0 for no limit. A program that runs as another
    /// user can be limited only if Platus runs as root. Default: 512.
    #[serde(default = "default_max_memory")]
    max_memory: u64,
    /// Maximum size of standard output in bytes, up to 4 MiB. More is cut off, and the row says so. Default: 64 KiB.
    #[serde(default = "default_max_output")]
    max_output: u64,
}

impl Properties {
    /// In bytes; `None` without a limit.
    pub(super) fn max_memory(&self) -> Result<Option<u64>, InvalidSetting> {
        match self.max_memory {
            0 => Ok(None),
            LEAST_MAX_MEMORY..=LARGEST_MAX_MEMORY => Ok(Some(self.max_memory << 20)),
            _ => {
                Err(InvalidSetting::new(format!("`max_memory` must be 0, or from {LEAST_MAX_MEMORY} to {LARGEST_MAX_MEMORY} MiB")))
            }
        }
    }

    /// In bytes.
    pub(super) fn max_output(&self) -> Result<usize, InvalidSetting> {
        usize::try_from(self.max_output)
            .ok()
            .filter(|_| (1..=LARGEST_MAX_OUTPUT).contains(&self.max_output))
            .ok_or_else(|| InvalidSetting::new(format!("`max_output` must be from 1 to {LARGEST_MAX_OUTPUT} bytes")))
    }
}

fn default_max_memory() -> u64 {
    DEFAULT_MAX_MEMORY
}

fn default_max_output() -> u64 {
    DEFAULT_MAX_OUTPUT
}
