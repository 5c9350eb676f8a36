mod answer;
mod text;

use super::exit::WRONG_INPUT;
use super::output::{print_line, print_problem};
use super::running::{NoAnswer, Question, RunningPlatus};
use answer::{Differences, result_of};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use system::environment::process_environment;
use system::files::read_ordinary_text;
use text::text;

/// Time limit of a comparison. The server has a shorter one.
const DEADLINE: Duration = Duration::from_secs(30);

/// Bytes of an answer that are read at most: 100,000 services with many changed keys.
const LONGEST_ANSWER: usize = 64 << 20;

/// Bytes of the file with the API key, which is far shorter.
const LONGEST_KEY_FILE: u64 = 4 << 10;

/// The variable with the API key. It is no argument, since every user of a machine sees those of each process.
const KEY: &str = "PLATUS_API_KEY";

/// The exit code when there are differences.
const DIFFERENT: u8 = 1;

/// The exit code when there is no answer, or a reload would be refused.
const FAILED: u8 = WRONG_INPUT;

#[derive(Args)]
pub(super) struct Diff {
    /// Print the differences as JSON.
    #[arg(long)]
    json: bool,
    /// The file with an API key of an administrator. Default: the key in the environment variable `PLATUS_API_KEY`.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    platus: RunningPlatus,
}

impl Diff {
    pub(super) fn run(self) -> ExitCode {
        match self.ask() {
            Ok((result, differences)) => {
                match self.json {
                    // As it was answered, so that later keys are in it as well. It was read as JSON.
                    true => print_line(serde_json::to_string_pretty(&result).unwrap_or_default()),
                    false => print_line(text(&differences)),
                }
                ExitCode::from(exit_code(&differences))
            }
            Err(problem) => {
                match self.json {
                    true => print_line(json!({"error": problem})),
                    false => print_problem(problem),
                }
                ExitCode::from(FAILED)
            }
        }
    }

    /// The error is a sentence.
    fn ask(&self) -> Result<(Value, Differences), String> {
        let key = self.key()?;
        let path = "/api/v1.0/config/difference";
        let question = Question { path, key: Some(&key), deadline: DEADLINE, longest_answer: LONGEST_ANSWER };
        let answer = self.platus.ask(&question).map_err(|error| match error {
            NoAnswer::WrongInput(problem) | NoAnswer::Failed(problem) => problem,
        })?;
        result_of(&answer)
    }

    fn key(&self) -> Result<String, String> {
        let key = match &self.key_file {
            Some(file) => {
                read_ordinary_text(file, LONGEST_KEY_FILE).map_err(|error| format!("{} cannot be read: {error}", file.display()))?
            }
            None => process_environment(KEY).unwrap_or_default(),
        };
        match key.trim() {
            "" => Err(format!(
                "an API key of an administrator is needed: set the variable {KEY}, or name its file with --key-file; `{}` makes one",
                self.platus.command("keys create")
            )),
            key => Ok(key.to_owned()),
        }
    }
}

fn exit_code(differences: &Differences) -> u8 {
    match () {
        () if !differences.errors.is_empty() => FAILED,
        () if differences.is_empty() => 0,
        () => DIFFERENT,
    }
}
