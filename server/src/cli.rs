//! The commands. Each has its own file.

mod backup;
mod config;
mod configuration;
mod demo;
mod diff;
mod exit;
mod healthcheck;
mod import;
mod keys;
mod notify;
mod output;
mod plugins;
mod probe;
mod report;
mod running;
mod schema;
mod serve;
mod users;
mod validate;
mod vault;

use crate::version;
use backup::{Backup, Restore};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use config::Config;
use demo::Demo;
use diff::Diff;
use healthcheck::Healthcheck;
use import::Import;
use keys::Keys;
use notify::Notify;
use plugins::Plugins;
use probe::Probe;
use schema::Schema;
use serve::Serve;
use std::env;
use std::process::ExitCode;
use users::Users;
use validate::Validate;
use vault::Vault;

/// Service monitor: scheduled checks, a live status page and a JSON API.
#[derive(Parser)]
#[command(name = "platus", version = version::text(), about, arg_required_else_help = true)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the checks, and serve the page and the API.
    Serve(Serve),
    /// Try Platus with invented services and history.
    ///
    /// Needs no files. Everything is in a temporary folder, which is deleted at the end.
    Demo(Demo),
    /// Check the files of the configuration without starting, and report every error.
    ///
    /// The exit code is 0 if there is no error, 2 if there is one, and 1 if there are only findings of --lint.
    Validate(Validate),
    /// Look at the configuration as it takes effect.
    #[command(subcommand)]
    Config(Config),
    /// Compare the files of a running Platus with the configuration that it uses: what would a reload change?
    ///
    /// The exit code is 0 if there is no difference, 1 if there are some, and 2 if Platus does not answer or the reload would be refused.
    Diff(Diff),
    /// Import the configuration of another monitor into a new folder.
    ///
    /// Everything that differs has a comment in the written files. The exit code is 0 if everything was carried over, 1 if something was
    /// not, and 2 if a file cannot be read or the folder has such files already; nothing is written then.
    Import(Import),
    /// Print the JSON Schema (draft-07) of a configuration file, for editors.
    Schema(Schema),
    /// Check services once and print the results.
    ///
    /// The exit code is that of the worst state: 0 operational, 1 unhealthy, 2 down, 3 unknown; 3, too, when the configuration is wrong.
    Probe(Probe),
    /// Copy the database of the embedded store, also while Platus runs.
    Backup(Backup),
    /// Put a backup in the place of the database of the embedded store, while Platus does not run. The replaced database is kept.
    Restore(Restore),
    /// Check the health of a running Platus, for example as the health check of a container.
    ///
    /// The exit code is 0 if it is healthy, and 1 if it is not or does not answer within 5 s.
    Healthcheck(Healthcheck),
    /// List the check types, or explain one of them.
    Plugins(Plugins),
    /// Test the channels.
    #[command(subcommand)]
    Notify(Notify),
    /// Work with users.yaml.
    #[command(subcommand)]
    Users(Users),
    /// Manage keys for programs that use the API.
    #[command(subcommand)]
    Keys(Keys),
    /// Read and write secrets in Vault.
    #[command(subcommand)]
    Vault(Vault),
}

impl CommandLine {
    /// The command line of this process. Ends the process when it is wrong, or asks for help.
    pub fn read() -> Self {
        let matches = without_empty_variables(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Runs the command.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Serve(serve) => serve.run(),
            Command::Demo(demo) => demo.run(),
            Command::Validate(validate) => validate.run(),
            Command::Config(config) => config.run(),
            Command::Diff(diff) => diff.run(),
            Command::Import(import) => import.run(),
            Command::Schema(schema) => schema.run(),
            Command::Probe(probe) => probe.run(),
            Command::Backup(backup) => backup.run(),
            Command::Restore(restore) => restore.run(),
            Command::Healthcheck(healthcheck) => healthcheck.run(),
            Command::Plugins(plugins) => plugins.run(),
            Command::Notify(notify) => notify.run(),
            Command::Users(users) => users.run(),
            Command::Keys(keys) => keys.run(),
            Command::Vault(vault) => vault.run(),
        }
    }
}

/// The same command, with the variables of the environment that are set and empty as if they were not set: that is how a container or
/// an environment file leaves one out.
#[expect(clippy::disallowed_methods, reason = "the command-line parser reads its own variables")]
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |arg: &clap::Arg| arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
    let unset = |arg: clap::Arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg };
    command.mut_args(unset).mut_subcommands(without_empty_variables)
}
