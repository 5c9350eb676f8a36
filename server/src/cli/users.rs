use super::{WRONG_INPUT, failed};
use crate::auth;
use clap::Subcommand;
use std::io::{self, BufRead};
use std::process::ExitCode;

#[derive(Subcommand)]
pub(super) enum Users {
    /// Read a password from standard input and print its hash, to put in the place of the password in users.yaml.
    Hash,
}

impl Users {
    pub(super) fn run(self) -> ExitCode {
        match self {
            Self::Hash => hash(),
        }
    }
}

fn hash() -> ExitCode {
    let mut password = String::new();
    if let Err(error) = io::stdin().lock().read_line(&mut password) {
        return failed(&format!("cannot read the password from standard input: {error}"));
    }
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        eprintln!("The password is empty. Give it on standard input, for instance: platus users hash < password.txt");
        return ExitCode::from(WRONG_INPUT);
    }
    match auth::hash(password) {
        Ok(hash) => {
            println!("{hash}");
            ExitCode::SUCCESS
        }
        Err(error) => failed(&format!("cannot hash the password: {error}")),
    }
}
