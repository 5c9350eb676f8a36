use super::configuration::Configuration;
use super::exit::{WRONG_INPUT, failed};
use super::output::{print_error, print_line};
use crate::auth;
use crate::config::{Hashed, hash_passwords};
use clap::{Args, Subcommand};
use std::io::{self, BufRead};
use std::path::Path;
use std::process::ExitCode;
use system::files::{lock, replace_file};

#[derive(Subcommand)]
pub(super) enum Users {
    /// Hash passwords.
    ///
    /// Without --in-place it reads one password from standard input and prints its hash for users.yaml.
    Hash(Hash),
}

#[derive(Args)]
pub(super) struct Hash {
    /// Replace all plain passwords in the files of the users by hashes, and leave everything else unchanged.
    #[arg(long)]
    in_place: bool,
    #[command(flatten)]
    configuration: Configuration,
}

impl Users {
    pub(super) fn run(self) -> ExitCode {
        match self {
            Self::Hash(hash) if hash.in_place => hash_files(&hash.configuration),
            Self::Hash(_) => hash_one(),
        }
    }
}

fn hash_files(configuration: &Configuration) -> ExitCode {
    let Some(config) = configuration.load() else { return ExitCode::from(WRONG_INPUT) };
    let mut exit = ExitCode::SUCCESS;
    for file in config.user_files.found() {
        match hash_file(file) {
            Ok(true) => {}
            Ok(false) => exit = ExitCode::FAILURE,
            Err(reason) => return failed(&reason),
        }
    }
    exit
}

/// Returns whether no password is left to the operator. Fails if the file is left as it was.
fn hash_file(file: &Path) -> Result<bool, String> {
    let hash = |password: &str| {
        print_error("Hashing…");
        auth::hash(password).map_err(|error| format!("this password cannot be hashed ({error})"))
    };
    let _lock = lock(file).map_err(|error| format!("{} cannot be changed: {error}", file.display()))?;
    let Hashed { before, text, users, left } = hash_passwords(file, hash).map_err(|error| error.to_string())?;
    // Hashing takes a while, and an editor takes no lock.
    if std::fs::read_to_string(file).is_ok_and(|now| now != before) {
        return Err(format!("{} was changed meanwhile, and is left as it is; run the command again", file.display()));
    }
    if !users.is_empty() {
        replace_file(file, &text).map_err(|error| format!("{} cannot be written: {error}; it has not changed", file.display()))?;
    }
    match users.as_slice() {
        [] => print_line(format_args!("There is no plain password to be replaced in {}.", file.display())),
        users => print_line(format_args!("Hashed in {}: {}.", file.display(), users.join(", "))),
    }
    left.iter().for_each(print_error);
    Ok(left.is_empty())
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
