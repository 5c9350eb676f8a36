//! What `services.yaml` may say about a service of this type.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use yaml::{InvalidSetting, Secret};

const DEFAULT_MAX_MEMORY: u64 = 512;
const LEAST_MAX_MEMORY: u64 = 16;
/// A number that is larger than any machine is a mistake, most likely one of bytes for MiB.
const LARGEST_MAX_MEMORY: u64 = 1 << 20;

const DEFAULT_MAX_OUTPUT: u64 = 64 << 10;
/// No setting may let the output of one program take the memory that the whole process needs.
const LARGEST_MAX_OUTPUT: u64 = 4 << 20;

/// How to run the program.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// The program and its arguments, each an entry of its own, because no shell takes them apart. The program is a whole path, or a
    /// name that is looked for in `PATH`. None of it is shown, since arguments may hold passwords; note that every user of the machine
    /// can see the arguments of a running program, so that a password is safer in `env`.
    pub(super) command: Vec<Secret>,
    /// Environment variables by name. Besides them the program gets only `PATH`, with the folders of the system and of Nagios plugins,
    /// and `LANG=C`; both can be replaced.
    pub(super) env: Option<BTreeMap<String, Option<Secret>>>,
    /// Folder in which the program runs; `/` when absent.
    pub(super) directory: Option<String>,
    /// Name of the row, unless the program prints rows of its own; `n/a` when absent. The program does not see it.
    // The house reads it and hands it on in `Host`.
    #[serde(rename = "host")]
    _host: Option<String>,
    /// Seconds from the start of the program until it is killed with its process group, fractions allowed; 30 when absent. The
    /// `timeout` of the service wins over it.
    // The house reads it and hands it on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
    /// MiB of memory that each process of the program may take for itself, from 16 to 1048576, or 0 for as much as it likes; 512 when
    /// absent. A program that runs with rights of another user can only be limited when Platus runs as root.
    #[serde(default = "default_max_memory")]
    max_memory: u64,
    /// How many bytes of standard output are read at most, up to 4 MiB; 64 KiB when absent. What is more is cut off, and the row says
    /// so.
    #[serde(default = "default_max_output")]
    max_output: u64,
}

impl Properties {
    /// In bytes; nothing when there is to be no limit.
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
