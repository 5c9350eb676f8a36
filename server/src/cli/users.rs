use super::configuration::Configuration;
use super::output::{print_error, print_line};
use super::{WRONG_INPUT, failed};
use crate::auth;
use crate::config::{Hashed, hash_passwords};
use clap::{Args, Subcommand};
use std::io::{self, BufRead};
use std::process::ExitCode;
use system::files::{lock, replace_file};

#[derive(Subcommand)]
pub(super) enum Users {
    /// Turn passwords into hashes.
    ///
    /// Without --in-place it reads one password from standard input and prints its hash, to put in the place of the password in users.yaml.
    Hash(Hash),
}

#[derive(Args)]
pub(super) struct Hash {
    /// Put hashes in the place of all plain passwords in users.yaml, and leave everything else in it as it is.
    #[arg(long)]
    in_place: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Users {
    pub(super) fn run(self) -> ExitCode {
        match self {
            Self::Hash(hash) if hash.in_place => hash_file(&hash.configuration),
            Self::Hash(_) => hash_one(),
        }
    }
}

fn hash_file(configuration: &Configuration) -> ExitCode {
    let Some(config) = configuration.load() else { return ExitCode::from(WRONG_INPUT) };
    let file = &config.users_file;
    let hash = |password: &str| {
        print_error("Hashing…");
        auth::hash(password).map_err(|error| format!("this password cannot be hashed ({error})"))
    };
    let _lock = match lock(file) {
        Ok(lock) => lock,
        Err(error) => return failed(&format!("{} cannot be changed: {error}", file.display())),
    };
    let Hashed { before, text, users, left } = match hash_passwords(file, hash) {
        Ok(hashed) => hashed,
        Err(error) => return failed(&error.to_string()),
    };
    // Hashing takes its time, and an editor asks for no lock.
    if std::fs::read_to_string(file).is_ok_and(|now| now != before) {
        return failed(&format!("{} was changed meanwhile, and is left as it is; run the command again", file.display()));
    }
    if !users.is_empty()
        && let Err(error) = replace_file(file, &text)
    {
        return failed(&format!("{} cannot be written: {error}; nothing has changed", file.display()));
    }
    match users.as_slice() {
        [] => print_line(format_args!("There is no plain password to be replaced in {}.", file.display())),
        users => print_line(format_args!("Hashed in {}: {}.", file.display(), users.join(", "))),
    }
    left.iter().for_each(print_error);
    if left.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn hash_one() -> ExitCode {
    let mut password = String::new();
    if let Err(error) = io::stdin().lock().read_line(&mut password) {
        return failed(&format!("cannot read the password from standard input: {error}"));
    }
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        print_error("The password is empty. Give it on standard input, for instance: platus users hash < password.txt");
        return ExitCode::from(WRONG_INPUT);
    }
    match auth::hash(password) {
        Ok(hash) => {
            print_line(hash);
            ExitCode::SUCCESS
        }
        Err(error) => failed(&format!("cannot hash the password: {error}")),
    }
}
