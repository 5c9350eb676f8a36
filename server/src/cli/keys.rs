use super::configuration::Configuration;
use super::exit::{WRONG_INPUT, failed};
use super::output::{print_error, print_line, print_problem, try_print_line};
use crate::auth::{ApiKey, NewKey, Permission, Principal, SCOPES, expiry_of, key_name, within_bounds};
use crate::config::{Config, close_keys, keys_text, read_keys};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use model::Roles;
use std::path::Path;
use std::process::ExitCode;
use system::files::{lock, replace_file_beside};
use system::foreign_text;
use yaml::{LocatedError, suggestion};

#[derive(Subcommand)]
pub(super) enum Keys {
    /// Create a key for a program, which sends it as `Authorization: Bearer KEY`.
    ///
    /// The key is printed once; keys.yaml stores only its digest. A running Platus accepts it within seconds.
    Create(Create),
    /// List the keys, without the keys themselves.
    List(List),
    /// Revoke a key. A running Platus refuses it within seconds.
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct Create {
    /// Name of the key, for example that of the program.
    #[arg(value_name = "NAME")]
    name: String,
    /// The user of users.yaml for whom the key acts. It never has more permissions than this user.
    #[arg(long, value_name = "USER")]
    user: String,
    /// A role of the key; may be given several times. Default: all roles of the user.
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// What it may do: read, operate (read, acknowledge and silence), or admin, which needs a key that sees every service: omit --role.
    #[arg(long, value_name = "SCOPE", default_value = "read", value_parser = scope)]
    scope: Permission,
    /// Expiry: in days (90d) or hours (12h), on a date (2027-01-31), or never.
    #[arg(long, value_name = "WHEN", default_value = "365d", value_parser = expiry)]
    expires: Expiry,
    #[command(flatten)]
    configuration: Configuration,
}

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    configuration: Configuration,
}

#[derive(Args)]
pub(super) struct Revoke {
    /// The name of the key.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    configuration: Configuration,
}

/// When a key expires. `None`: never.
#[derive(Clone, Copy)]
struct Expiry(Option<DateTime<Utc>>);

impl Keys {
    pub(super) fn run(self) -> ExitCode {
        match self {
            Self::Create(create) => change_keys(&create.configuration, |config, keys| create.run(config, keys)),
            Self::List(list) => with_config(&list.configuration, |config| {
                let keys = read(&config.keys_file)?;
                keys.iter().for_each(|key| print_line(foreign_text::line(&line(key, config))));
                Ok(())
            }),
            Self::Revoke(revoke) => change_keys(&revoke.configuration, |config, keys| revoke.run(config, keys)),
        }
    }
}

/// Changes the keys under a lock.
fn change_keys(configuration: &Configuration, change: impl FnOnce(&Config, Vec<ApiKey>) -> Result<(), Problem>) -> ExitCode {
    with_config(configuration, |config| {
        let file = &config.keys_file;
        let locked = lock(file).map_err(|error| Problem::Failure(format!("{} cannot be changed: {error}", file.display())))?;
        if let Some(closed) = close_keys(file) {
            print_error(closed);
        }
        let done = change(config, read(file)?);
        drop(locked);
        done
    })
}

fn with_config(configuration: &Configuration, act: impl FnOnce(&Config) -> Result<(), Problem>) -> ExitCode {
    let Some(config) = configuration.load() else { return ExitCode::from(WRONG_INPUT) };
    match act(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Problem::File(errors)) => {
            errors.iter().for_each(print_error);
            ExitCode::from(WRONG_INPUT)
        }
        Err(Problem::Input(problem)) => {
            print_problem(problem);
            ExitCode::from(WRONG_INPUT)
        }
        Err(Problem::Failure(problem)) => failed(&problem),
    }
}

fn read(file: &Path) -> Result<Vec<ApiKey>, Problem> {
    read_keys(file).map_err(Problem::File)
}

enum Problem {
    /// The key file has errors.
    File(Vec<LocatedError>),
    /// The command line is wrong.
    Input(String),
    /// The command failed.
    Failure(String),
}

impl Create {
    fn run(&self, config: &Config, mut keys: Vec<ApiKey>) -> Result<(), Problem> {
        let name = key_name(&self.name).map_err(|refusal| Problem::Input(refusal.to_string()))?;
        let users: Vec<&str> = config.users.iter().map(|user| user.name.as_str()).collect();
        let Some(user) = config.users.iter().find(|user| user.name == self.user) else {
            return Err(Problem::Input(format!("there is no user `{}`; {}", self.user, suggestion(&self.user, &users, "users"))));
        };
        if keys.iter().any(|key| key.name == name) {
            return Err(Problem::Input(format!("there is a key `{name}` already; choose another name, or revoke it first")));
        }
        let roles: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        let principal = Principal::new(&user.name, user.roles.clone());
        within_bounds(&principal, &roles, self.scope).map_err(|refusal| Problem::Input(refusal.to_string()))?;
        let roles = (!roles.is_empty()).then(|| roles.into_iter().collect::<Roles>());
        let made = NewKey::random().ok_or_else(|| Problem::Failure("the system gives no random numbers".to_owned()))?;
        let key = ApiKey {
            name: name.to_owned(),
            user: user.name.clone(),
            roles,
            scope: self.scope,
            expires: self.expires.0,
            digest: made.digest,
        };
        print_error(line(&key, config));
        keys.push(key);
        save(config, &keys, self.configuration.path())?;
        print_error("This is the key. It is not shown again:");
        try_print_line(&made.text).map_err(|error| {
            Problem::Failure(format!(
                "the key cannot be shown, since standard output cannot be written: {error}. It exists all the same; revoke it: {}",
                self.configuration.command(&format!("keys revoke {name}"))
            ))
        })
    }
}

impl Revoke {
    fn run(&self, config: &Config, mut keys: Vec<ApiKey>) -> Result<(), Problem> {
        let names: Vec<String> = keys.iter().map(|key| key.name.clone()).collect();
        keys.retain(|key| key.name != self.name);
        if keys.len() == names.len() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return Err(Problem::Input(format!("there is no key `{}`; {}", self.name, suggestion(&self.name, &names, "keys"))));
        }
        save(config, &keys, self.configuration.path())?;
        print_line(format_args!("{} is revoked.", self.name));
        Ok(())
    }
}

/// Who can read the configuration can read a new file of keys, so that a key that root creates works for a service of another user.
fn save(config: &Config, keys: &[ApiKey], beside: &Path) -> Result<(), Problem> {
    let file = &config.keys_file;
    replace_file_beside(file, &keys_text(keys), beside)
        .map_err(|error| Problem::Failure(format!("{} cannot be written: {error}", file.display())))
}

/// A key on one line.
fn line(key: &ApiKey, config: &Config) -> String {
    let scope = key.scope.scope();
    let roles =
        key.roles.as_ref().map_or_else(|| "all that the user sees".to_owned(), |roles| roles.iter().collect::<Vec<_>>().join(", "));
    let end = match key.expires {
        None => "never expires".to_owned(),
        Some(time) if time <= Utc::now() => format!("EXPIRED on {}", time.format("%Y-%m-%d")),
        Some(time) => format!("expires on {}", time.format("%Y-%m-%d %H:%M UTC")),
    };
    let gone = if config.users.iter().any(|user| user.name == key.user) { "" } else { " (there is no such user any more)" };
    format!("{}: for {}{gone}, scope {scope}, sees {roles}, {end}", key.name, key.user)
}

fn scope(word: &str) -> Result<Permission, String> {
    let known = SCOPES.map(|(word, _)| word);
    Permission::of_scope(word).ok_or_else(|| suggestion(word, &known, "scopes"))
}

fn expiry(text: &str) -> Result<Expiry, String> {
    expiry_of(text, Utc::now()).map(Expiry).map_err(|problem| problem.to_string())
}
