//! `platus import`.

use super::exit::WRONG_INPUT;
use super::output::{print_error, print_problem};
use crate::import::{Source, import};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use std::cell::Cell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use system::environment::process_environment;

/// Time between two lines about the progress.
const PROGRESS: Duration = Duration::from_secs(2);

#[derive(Args)]
pub(super) struct Import {
    #[command(subcommand)]
    source: Peer,
}

#[derive(Subcommand)]
enum Peer {
    /// Import the configuration of Gatus: its config.yaml, or a folder of such files.
    Gatus(One),
    /// Import Uptime Kuma: its database kuma.db (versions 1.23 and 2), or a backup of version 1 in JSON.
    ///
    /// Stop Uptime Kuma first, or import a copy of its database. The database is only read.
    UptimeKuma(UptimeKuma),
    /// Import the modules of Blackbox exporter for the targets of Prometheus.
    Blackbox(Blackbox),
    /// The same, with the file of Prometheus first.
    Prometheus(Prometheus),
    /// Write the files of Platus, or of the Python program of that name, in today's form. They also work as they are.
    Platus(One),
}

/// A file, and where to write.
#[derive(Args)]
struct One {
    /// The file to read.
    file: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
struct UptimeKuma {
    /// The file to read.
    file: PathBuf,
    /// Also import the results of all checks, into the database platus.db in the folder.
    #[arg(long)]
    history: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
struct Blackbox {
    /// The file of Blackbox exporter, mostly blackbox.yml.
    file: PathBuf,
    /// The file of Prometheus, mostly prometheus.yml, whose jobs have the targets.
    #[arg(long, value_name = "FILE")]
    prometheus: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
struct Prometheus {
    /// The file of Prometheus, mostly prometheus.yml, whose jobs have the targets.
    file: PathBuf,
    /// The file of Blackbox exporter, mostly blackbox.yml.
    #[arg(long, value_name = "FILE")]
    blackbox: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
struct Output {
    /// The folder for config.yaml, services.yaml and users.yaml. It is created if it does not exist; files in it are never replaced.
    #[arg(long, value_name = "FOLDER")]
    output: PathBuf,
}

impl Import {
    pub(super) fn run(self) -> ExitCode {
        let (source, output) = match &self.source {
            Peer::Gatus(One { file, output }) => (Source::Gatus(file), output),
            Peer::UptimeKuma(UptimeKuma { file, history, output }) => (Source::UptimeKuma { file, history: *history }, output),
            Peer::Platus(One { file, output }) => (Source::Platus(file), output),
            Peer::Blackbox(Blackbox { file, prometheus, output }) => (Source::Blackbox { prometheus, blackbox: file }, output),
            Peer::Prometheus(Prometheus { file, blackbox, output }) => (Source::Blackbox { prometheus: file, blackbox }, output),
        };
        match import(source, &output.output, &process_environment, &progress()) {
            Ok(summary) => {
                print_error(&summary);
                if summary.is_complete() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => {
                print_problem(error);
                ExitCode::from(WRONG_INPUT)
            }
        }
    }
}

/// Prints how far the history is, not more often than a reader wants.
fn progress() -> impl Fn(DateTime<Utc>) {
    let printed = Cell::new(Instant::now());
    move |day| {
        if printed.get().elapsed() >= PROGRESS {
            printed.set(Instant::now());
            print_error(format_args!("Importing the history: {} …", day.date_naive()));
        }
    }
}
