use super::document::{Entry, Node};
use super::error::LocatedError;
use super::fields::Fields;
use super::secret::Secret;
use crate::auth::Roles;

/// One person of `users.yaml`.
#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    pub roles: Roles,
    /// The password itself, or its hash as a PHC string (`$argon2id$…`).
    pub password: Secret,
}

impl User {
    /// Whether the file holds the password itself.
    pub fn has_plain_password(&self) -> bool {
        !self.password.expose().starts_with("$argon2")
    }
}

/// Reads the top of `users.yaml`, or tells all that is wrong with all users.
pub(super) fn read(document: &Node) -> Result<Vec<User>, Vec<LocatedError>> {
    let mut users = Vec::new();
    let mut errors = Vec::new();
    for entry in document.entries().unwrap_or_default() {
        match user(entry) {
            Ok(user) => users.push(user),
            Err(found) => errors.extend(found.into_iter().map(|error| error.under(&entry.key.value))),
        }
    }
    if errors.is_empty() { Ok(users) } else { Err(errors) }
}

/// What the operator should know about the users, in whole sentences.
pub(super) fn warnings(file: &str, users: &[User]) -> Vec<String> {
    if users.is_empty() {
        return vec![format!("{file} names no user, so nobody can log in.")];
    }
    let plain: Vec<&str> = users.iter().filter(|user| user.has_plain_password()).map(|user| user.name.as_str()).collect();
    let subject = match plain.len() {
        0 => return Vec::new(),
        1 => "1 user has a plain password".to_owned(),
        number => format!("{number} users have plain passwords"),
    };
    vec![format!(
        "{subject} in {file}: {}. The command `platus users hash` turns a password into a hash to paste in its place.",
        plain.join(", ")
    )]
}

fn user(entry: &Entry) -> Result<User, Vec<LocatedError>> {
    let mut fields = Fields::of(&entry.value);
    let roles = fields.required("role", Roles::read);
    let password = fields.required("password", read_password);
    match (roles, password, fields.finish()) {
        (Some(roles), Some(password), errors) if errors.is_empty() => Ok(User { name: entry.key.value.clone(), roles, password }),
        (_, _, errors) => Err(errors),
    }
}

fn read_password(node: &Node) -> Result<Secret, LocatedError> {
    let password: Secret = node.read()?;
    if password.expose().is_empty() {
        return Err(LocatedError::new(&node.location, "the password is empty; choose one"));
    }
    Ok(password)
}
