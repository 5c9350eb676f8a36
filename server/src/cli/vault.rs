use super::configuration::Configuration;
use super::exit::{WRONG_INPUT, failed};
use super::output::{print_error, print_exactly, print_line, print_problem};
use crate::config::{Config, parse_file};
use crate::logging;
use clap::{Args, Subcommand};
use serde_json::{Map, Value as Json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use system::environment::{Environment, process_environment};
use vault::VaultKey;
use yaml::{Node, Value};

#[derive(Subcommand)]
pub(super) enum Vault {
    /// Check whether the secret at a key can be read.
    ///
    /// The exit code is 0 if it can, 1 if not, and 2 if the configuration is wrong.
    Read(Read),
    /// Write the secrets of a YAML file: a value or a map of fields under each key.
    ///
    /// Each secret of the file replaces all fields at its key. `a/b: text` writes the field `value`.
    Write(Write),
}

#[derive(Args)]
pub(super) struct Read {
    /// The key as in `vault_password: KEY`, for example apps/shop#password.
    #[arg(value_name = "KEY")]
    key: String,
    /// Print the secret itself.
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    configuration: Configuration,
}

#[derive(Args)]
pub(super) struct Write {
    /// The file with the secrets.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    configuration: Configuration,
}

impl Vault {
    pub(super) fn run(self) -> ExitCode {
        match self {
            Self::Read(read) => with_vault(&read.configuration, async |vault| read.run(vault).await),
            Self::Write(write) => with_vault(&write.configuration, async |vault| write.run(vault).await),
        }
    }
}

fn with_vault(configuration: &Configuration, act: impl AsyncFnOnce(vault::Vault) -> ExitCode) -> ExitCode {
    let Some(config) = configuration.load() else { return ExitCode::from(WRONG_INPUT) };
    let _log = logging::start(config.settings.log_level);
    let vault = match connect(&config) {
        Ok(vault) => vault,
        Err(problem) => {
            // While `vault` is off, what is wrong with `vault_backend` is a warning.
            config.warnings.iter().for_each(print_error);
            print_problem(problem);
            return ExitCode::from(WRONG_INPUT);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("cannot start the threads: {error}")),
    };
    let ended = runtime.block_on(act(vault));
    runtime.shutdown_background();
    ended
}

/// Vault as it is configured, even if `vault` is off.
fn connect(config: &Config) -> Result<vault::Vault, String> {
    let missing = || "there is no `vault_backend` in config.yaml; add it with `host` and `token` or `auth`".to_owned();
    let backend = config.settings.vault_backend.as_ref().ok_or_else(missing)?;
    vault::Vault::new(backend).map_err(|error| error.to_string())
}

impl Read {
    async fn run(&self, vault: vault::Vault) -> ExitCode {
        let key = match VaultKey::parse(&self.key) {
            Ok(key) => key,
            Err(problem) => {
                print_problem(format_args!("{}: {problem}", self.key));
                return ExitCode::from(WRONG_INPUT);
            }
        };
        match vault.get(&key).await {
            Ok(secret) if self.show => print_exactly(secret.expose()),
            Ok(_) => print_line(format_args!("{key} can be read.")),
            Err(error) => return failed(&format!("{key} cannot be read: {error}")),
        }
        ExitCode::SUCCESS
    }
}

impl Write {
    async fn run(&self, vault: vault::Vault) -> ExitCode {
        let secrets = match read_secrets(&self.file, &process_environment) {
            Ok(secrets) => secrets,
            Err(problem) => {
                print_error(problem);
                return ExitCode::from(WRONG_INPUT);
            }
        };
        let number = secrets.len();
        let mut unwritten = 0;
        for (index, (path, fields)) in secrets.into_iter().enumerate() {
            match vault.write(&path, &fields).await {
                Ok(()) => print_line(format_args!("{}/{number} {path}: written.", index + 1)),
                Err(error) => {
                    unwritten += 1;
                    print_error(format_args!("{}/{number} {path}: not written: {error}", index + 1));
                }
            }
        }
        match unwritten {
            0 => ExitCode::SUCCESS,
            unwritten => failed(&format!("{unwritten} of {number} secrets were not written")),
        }
    }
}

/// Path and fields.
type Secret = (String, Map<String, Json>);

/// The secrets of a file in its order.
fn read_secrets(file: &Path, environment: Environment<'_>) -> Result<Vec<Secret>, String> {
    let document = parse_file(file, environment).map_err(|error| error.to_string())?;
    let entries = document.entries().unwrap_or_default().iter();
    let secret = |entry: &yaml::Entry| {
        let wrong = |location: &yaml::Location, what: &str| format!("{location}: {what}");
        let key = VaultKey::parse(&entry.key.value).ok().filter(|key| key.field.is_none());
        let key =
            key.ok_or_else(|| wrong(&entry.key.location, "expected a key of Vault without a field, for instance apps/shop"))?;
        let text = |node: &Node| {
            let what = "expected text or a number; lists and maps cannot be used as a property";
            node.text().map(|text| Json::String(text.to_owned())).ok_or_else(|| wrong(&node.location, what))
        };
        let fields = match &entry.value.value {
            Value::Map(fields) => {
                fields.iter().map(|field| Ok((field.key.value.clone(), text(&field.value)?))).collect::<Result<_, String>>()?
            }
            _ => Map::from_iter([("value".to_owned(), text(&entry.value)?)]),
        };
        Ok((key.path, fields))
    };
    entries.map(secret).collect()
}
