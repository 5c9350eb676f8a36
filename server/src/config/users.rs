use super::command::command;
use super::declared::USER;
use super::file_set::FileSet;
use super::findings::{Effect, Finding};
use super::names;
use super::roles::read_roles;
use super::sources::Sources;
use crate::auth::{is_hash, unusable_hash};
use model::Roles;
use std::path::Path;
use vault::VaultKey;
use yaml::fields::Fields;
use yaml::{Entry, LocatedError, Node, Secret};

/// One user of `users.yaml`.
#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    pub roles: Roles,
    pub password: Password,
}

/// The stored form of a password.
#[derive(Clone, Debug)]
pub enum Password {
    /// The password itself, or its hash as a PHC string (`$argon2id$…`).
    Given(Secret),
    /// One of both, at this key in Vault.
    Vault(VaultKey),
}

impl User {
    /// Whether the file contains the plain password.
    pub fn has_plain_password(&self) -> bool {
        matches!(&self.password, Password::Given(password) if !is_hash(password.expose()))
    }
}

/// The users who can log in, and the errors of the others.
pub(super) struct Users {
    pub users: Vec<User>,
    /// In the order of the file.
    pub findings: Vec<Finding>,
}

/// Reads `users.yaml`. A user with errors cannot log in; the others can.
pub(super) fn read(document: &Node, sources: &Sources<'_>, vault_is_on: bool) -> Users {
    let mut read = Users { users: Vec::new(), findings: Vec::new() };
    for entry in document.entries().unwrap_or_default() {
        let name = &entry.key.value;
        match user(entry, sources, vault_is_on) {
            Ok((user, unknown)) => {
                read.findings.extend(unknown.into_iter().map(|problem| Finding::warning("unknown-key", problem.under(name))));
                read.users.push(user);
            }
            Err(problems) => {
                read.findings.extend(problems.into_iter().map(|problem| Finding::invalid(problem.under(name), Effect::NoLogin)));
            }
        }
    }
    read
}

/// Other warnings about the users, in whole sentences.
/// `config_file` is that of the configuration, for the command that they advise, and `file` is where the users are.
pub(super) fn warnings(config_file: &Path, file: &FileSet, document: &Node, users: &[User]) -> Vec<String> {
    if users.is_empty() {
        let all_are_wrong = document.entries().is_some_and(|entries| !entries.is_empty());
        return vec![match all_are_wrong {
            true => format!("No user of {file} can log in."),
            false => format!("{file} names no user, so no user can log in."),
        }];
    }
    let plain: Vec<&str> = users.iter().filter(|user| user.has_plain_password()).map(|user| user.name.as_str()).collect();
    let subject = match plain.len() {
        0 => return Vec::new(),
        1 => "1 user has a plain password".to_owned(),
        number => format!("{number} users have plain passwords"),
    };
    vec![format!(
        "{subject} in {file}: {}. The command `{}` puts hashes in their place.",
        plain.join(", "),
        command(config_file, "users hash --in-place")
    )]
}

/// The user, and warnings about unknown keys. Fails with all errors that prevent a login.
fn user(entry: &Entry, sources: &Sources<'_>, vault_is_on: bool) -> Result<(User, Vec<LocatedError>), Vec<LocatedError>> {
    let (filled, mut problems) = sources.fill(entry.value.clone());
    problems.extend(names::check(&entry.key.value, &entry.key.location).err());
    let (node, unreadable) = sources.fill_files(filled, &[]);
    problems.extend(unreadable);
    let (node, kept, wrong) = vault::settings::take(node, vault_is_on);
    problems.extend(wrong);
    let mut fields = Fields::declared(&node, USER);
    let roles = fields.required("role", read_own_roles);
    let password = match kept.iter().find(|kept| kept.property.value == "password") {
        Some(kept) => Some(Password::Vault(kept.key.clone())),
        None if problems.is_empty() => fields.required("password", read_password).map(Password::Given),
        // The password may be the value that could not be read.
        None => fields.node("password").and(None),
    };
    for other in kept.iter().filter(|kept| kept.property.value != "password") {
        let text = format!("of a user only the password can be kept in Vault; give `{}` itself", other.property.value);
        problems.push(LocatedError::new(&other.property.location, text));
    }
    problems.extend(fields.take_errors());
    let unknown = fields.finish();
    match (roles, password) {
        (Some(roles), Some(password)) if problems.is_empty() => {
            Ok((User { name: entry.key.value.clone(), roles, password }, unknown))
        }
        _ => Err(problems.into_iter().chain(unknown).collect()),
    }
}

fn read_password(node: &Node) -> Result<Secret, LocatedError> {
    let password: Secret = node.read()?;
    if password.expose().is_empty() {
        return Err(LocatedError::new(&node.location, "the password is empty; choose one"));
    }
    if let Some(problem) = unusable_hash(password.expose()) {
        return Err(LocatedError::new(&node.location, problem));
    }
    Ok(password)
}

fn read_own_roles(node: &Node) -> Result<Roles, LocatedError> {
    let roles = read_roles(node)?;
    if roles.is_empty() {
        return Err(LocatedError::new(&node.location, "the list of roles is empty; name at least one"));
    }
    Ok(roles)
}
