use super::exit::{WRONG_INPUT, failed};
use super::output::{print_line, print_problem};
use super::running::{Answer, NoAnswer, Question, RunningPlatus};
use clap::Args;
use reqwest::StatusCode;
use serde::Deserialize;
use std::process::ExitCode;
use std::time::Duration;

/// Time limit of the check. Container engines wait 30 s by default.
const DEADLINE: Duration = Duration::from_secs(5);

/// Bytes of an answer that are read at most.
const LONGEST_ANSWER: usize = 64 << 10;

#[derive(Args)]
pub(super) struct Healthcheck {
    #[command(flatten)]
    platus: RunningPlatus,
}

/// What `/api/v1.0/health` answers.
#[derive(Deserialize)]
struct Health {
    #[serde(rename = "health")]
    _health: String,
    #[serde(default)]
    problems: Vec<String>,
}

impl Healthcheck {
    pub(super) fn run(self) -> ExitCode {
        let question = Question { path: "/api/v1.0/health", key: None, deadline: DEADLINE, longest_answer: LONGEST_ANSWER };
        match self.platus.ask(&question) {
            Ok(answer) => match problem(&answer) {
                None => {
                    print_line("Platus works.");
                    ExitCode::SUCCESS
                }
                Some(problem) => failed(&problem),
            },
            Err(NoAnswer::Failed(problem)) => failed(&problem),
            Err(NoAnswer::WrongInput(problem)) => {
                print_problem(problem);
                ExitCode::from(WRONG_INPUT)
            }
        }
    }
}

/// What is wrong.
fn problem(Answer { status, body, server }: &Answer) -> Option<String> {
    match serde_json::from_slice::<Health>(body) {
        Ok(health) if !health.problems.is_empty() => Some(health.problems.join(" ")),
        Ok(_) if *status == StatusCode::OK => None,
        _ => Some(format!("what answers at {server} is not Platus (HTTP {status})")),
    }
}
