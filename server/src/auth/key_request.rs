//! What an administrator asks for when they create an API key, and why it can be refused.

use super::api_key::ApiKey;
use super::key_expiry::expiry_of;
use super::principal::{ADMIN, Permission, Principal};
use super::users::Users;
use chrono::{DateTime, Utc};
use model::{KeyRefusal, KeyRequest, Roles};
use system::foreign_text;
use yaml::{nearest, suggestion};

/// Longest name of a key, in characters.
const LONGEST_NAME: usize = 100;

/// A request that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKeyRequest {
    pub name: String,
    pub user: String,
    pub roles: Option<Roles>,
    pub scope: Permission,
    pub expires: Option<DateTime<Utc>>,
}

impl NewKeyRequest {
    /// Checks a request. A key acts for a user of `users.yaml` and has at most the permission and the roles of that user.
    ///
    /// # Errors
    /// [`KeyRefusal`], with the remedy.
    pub fn read(request: &KeyRequest, users: &Users, now: DateTime<Utc>) -> Result<Self, KeyRefusal> {
        let name = key_name(&request.name)?;
        let Some(user) = users.principal(&request.user) else {
            let all = users.all();
            let names: Vec<&str> = all.iter().map(|user| user.name.as_str()).collect();
            return Err(KeyRefusal::NoSuchUser {
                user: shortened(&request.user),
                meant: nearest(&request.user, names.iter().copied()).map(str::to_owned),
                suggestion: suggestion(&request.user, &names, "users"),
            });
        };
        let Some(scope) = Permission::of_scope(&request.scope) else {
            return Err(KeyRefusal::WrongScope);
        };
        let roles: Vec<&str> = request.roles.iter().map(|role| role.trim()).filter(|role| !role.is_empty()).collect();
        within_bounds(&user, &roles, scope)?;
        let expires = expiry_of(request.expires.trim(), now).map_err(KeyRefusal::Expiry)?;
        let roles = (!roles.is_empty()).then(|| roles.into_iter().collect());
        Ok(Self { name: name.to_owned(), user: user.name, roles, scope, expires })
    }

    /// The key with this digest.
    pub fn key(self, digest: [u8; 32]) -> ApiKey {
        let Self { name, user, roles, scope, expires } = self;
        ApiKey { name, user, roles, scope, expires, digest }
    }
}

/// The name of a key, without blanks around it.
///
/// # Errors
/// The reason why it cannot be one. Other names could not be read back from `keys.yaml`.
pub fn key_name(text: &str) -> Result<&str, KeyRefusal> {
    let name = text.trim();
    if name.is_empty() {
        return Err(KeyRefusal::NoName);
    }
    if name.chars().count() > LONGEST_NAME || foreign_text::line(name) != name {
        return Err(KeyRefusal::WrongName(LONGEST_NAME));
    }
    Ok(name)
}

/// Whether a key of this user can have these roles and this scope: it has at most those of the user.
///
/// # Errors
/// The reason why not.
pub fn within_bounds(user: &Principal, roles: &[&str], scope: Permission) -> Result<(), KeyRefusal> {
    let name = || user.user().to_owned();
    if let Some(role) = roles.iter().find(|role| !user.sees_all() && !user.roles().contains(role)) {
        return Err(KeyRefusal::LacksRole { user: name(), role: shortened(role) });
    }
    if scope > user.permission() {
        return Err(KeyRefusal::ScopeTooHigh { user: name(), scope: user.permission().scope().to_owned() });
    }
    if scope == Permission::Administer && !roles.is_empty() && !roles.contains(&ADMIN) {
        return Err(KeyRefusal::AdminWithRoles);
    }
    Ok(())
}

fn shortened(text: &str) -> String {
    foreign_text::short_line(text, LONGEST_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::noon;

    #[track_caller]
    fn refused(request: &KeyRequest, reason: &str) {
        let roles = |names: &[&str]| names.iter().copied().collect::<Roles>();
        let users = [("ada", roles(&["admin"])), ("dev", roles(&["dev"])), ("op", roles(&["dev", "operator"]))];
        let users = Users::new(users.map(|(name, roles)| (name.to_owned(), roles, Some("one"))));
        match NewKeyRequest::read(request, &users, noon().to_utc()) {
            Ok(_) => assert_eq!(reason, "", "{request:?}"),
            Err(error) => assert!(!reason.is_empty() && error.to_string().contains(reason), "{request:?}: {error}"),
        }
    }

    #[test]
    fn a_key_never_has_more_than_its_user() {
        let with = |user: &str, scope: &str, roles: &[&str]| KeyRequest {
            name: "ci".to_owned(),
            user: user.to_owned(),
            scope: scope.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..KeyRequest::default()
        };
        refused(&with("dev", "read", &[]), "");
        refused(&with("op", "operate", &["dev"]), "");
        refused(&with("ada", "admin", &[]), "");
        refused(&with("ada", "operate", &["any"]), "");
        refused(&with("dev", "operate", &[]), "at most the scope `read`");
        refused(&with("op", "admin", &[]), "at most the scope `operate`");
        refused(&with("dev", "read", &["ops"]), "does not have the role `ops`");
        refused(&with("ada", "admin", &["dev"]), "leave out the roles");
        refused(&with("dve", "read", &[]), "there is no user `dve`; did you mean `dev`?");
        refused(&with("dev", "write", &[]), "the scope is `read`, `operate` or `admin`");
    }

    #[test]
    fn a_name_is_one_short_line_and_an_expiry_is_in_the_future() {
        let with = |name: &str, expires: &str| KeyRequest {
            name: name.to_owned(),
            user: "dev".to_owned(),
            expires: expires.to_owned(),
            ..KeyRequest::default()
        };
        refused(&with("Grafana, 東京", "12h"), "");
        refused(&with(" ", "12h"), "needs a name");
        refused(&with("a\nb", "12h"), "without control characters");
        refused(&with(&"a".repeat(101), "12h"), "at most 100 characters");
        refused(&with("a", "2001-01-01"), "that day has begun already");
    }
}
