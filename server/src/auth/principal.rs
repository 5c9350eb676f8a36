use model::Roles;

/// The role with all permissions on all services.
pub const ADMIN: &str = "admin";

/// The role that may acknowledge and silence the services that it sees.
pub const OPERATOR: &str = "operator";

/// What a caller may do with the services that they see. Each permission includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Read.
    View,
    /// Acknowledge and silence.
    Operate,
    /// Reset states, and see the configuration of Platus itself.
    Administer,
}

/// The words for permissions in `keys.yaml`, in the API and in the store.
pub const SCOPES: [(&str, Permission); 3] =
    [("read", Permission::View), ("operate", Permission::Operate), ("admin", Permission::Administer)];

impl Permission {
    /// The permission that this word of [`SCOPES`] names.
    pub fn of_scope(word: &str) -> Option<Self> {
        SCOPES.iter().find(|(known, _)| *known == word).map(|(_, permission)| *permission)
    }

    /// Its word of [`SCOPES`].
    pub const fn scope(self) -> &'static str {
        match self {
            Self::View => "read",
            Self::Operate => "operate",
            Self::Administer => "admin",
        }
    }

    fn of(roles: &Roles) -> Self {
        match (roles.contains(ADMIN), roles.contains(OPERATOR)) {
            (true, _) => Self::Administer,
            (_, true) => Self::Operate,
            _ => Self::View,
        }
    }
}

/// An authenticated caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// For display: the name of the user or of the API key.
    pub name: String,
    user: String,
    roles: Roles,
    permission: Permission,
}

impl Principal {
    /// A user with the permissions of their roles.
    pub fn new(name: impl Into<String>, roles: Roles) -> Self {
        let (name, permission) = (name.into(), Permission::of(&roles));
        Self { user: name.clone(), name, roles, permission }
    }

    /// An API key of this user, with some of their roles and at most this permission. It never has more than the user. The roles bound the
    /// permission, too: administration concerns every service, and so needs the role that sees every service.
    pub fn delegate(&self, name: impl Into<String>, roles: Option<&Roles>, permission: Permission) -> Self {
        let roles = match roles {
            None => self.roles.clone(),
            // An administrator can delegate any role.
            Some(roles) if self.sees_all() => roles.clone(),
            Some(roles) => self.roles.in_common(roles),
        };
        let widest = if roles.contains(ADMIN) { Permission::Administer } else { Permission::Operate };
        Self { name: name.into(), user: self.user.clone(), roles, permission: permission.min(self.permission).min(widest) }
    }

    /// The name of the user, also for an API key. Shares and limits count by it.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether they may administer. They see every service then.
    pub fn is_admin(&self) -> bool {
        self.permission >= Permission::Administer
    }

    /// Whether they may acknowledge and silence the services that they see.
    pub fn is_operator(&self) -> bool {
        self.permission >= Permission::Operate
    }

    /// What they may do with the services that they see.
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// For display; [`can_see`] decides what they see.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Whether they see every service, removed ones included.
    pub fn sees_all(&self) -> bool {
        self.roles.contains(ADMIN)
    }
}

/// Whether a caller may see a service with these roles. Administrators see every service, other callers those that share a role with
/// them. A service without roles is for administrators only.
pub fn can_see(principal: &Principal, service: &Roles) -> bool {
    principal.sees_all() || principal.roles.meets(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(user: &[&str], service: &[&str], expected: bool) {
        let principal = Principal::new("user", user.iter().copied().collect());
        let service: Roles = service.iter().copied().collect();
        assert_eq!(can_see(&principal, &service), expected, "{user:?} and {service:?}");
    }

    #[test]
    fn sets_that_meet_see_each_other_and_admin_sees_all() {
        check(&["dev"], &["dev"], true);
        check(&["dev", "ops"], &["qa", "ops"], true);
        check(&["dev"], &["ops"], false);
        check(&["admin"], &["ops"], true);
        check(&["admin"], &[], true);
        check(&["dev"], &[], false);
        check(&[], &[], false);
        check(&[], &["dev"], false);
    }

    #[test]
    fn roles_are_compared_whole() {
        check(&["superadmin"], &["ops"], false);
        check(&["administrator"], &[], false);
        check(&["d", "e", "v"], &["dev"], false);
        check(&["Admin"], &["ops"], false);
    }

    #[test]
    fn a_delegate_never_has_more_permissions_than_their_user() {
        let roles = |names: &[&str]| names.iter().copied().collect::<Roles>();
        let admin = Principal::new("admin", roles(&["admin"]));
        let reader = admin.delegate("key", None, Permission::View);
        assert!(can_see(&reader, &roles(&["ops"])) && !reader.is_operator() && !reader.is_admin());
        let narrow = admin.delegate("key", Some(&roles(&["dev"])), Permission::Operate);
        assert!(can_see(&narrow, &roles(&["dev"])) && !can_see(&narrow, &roles(&["ops"])));
        assert!(narrow.is_operator() && !narrow.is_admin());
        let bounded = admin.delegate("key", Some(&roles(&["dev", "operator"])), Permission::Administer);
        assert!(bounded.is_operator() && !bounded.is_admin() && !bounded.sees_all(), "its roles bound its scope");
        let whole = admin.delegate("key", Some(&roles(&["admin"])), Permission::Administer);
        assert!(whole.is_admin() && whole.sees_all());
        assert_eq!((whole.name.as_str(), whole.user()), ("key", "admin"));

        let dev = Principal::new("dev", roles(&["dev", "operator"]));
        let greedy = dev.delegate("key", Some(&roles(&["admin", "dev", "ops"])), Permission::Administer);
        assert!(can_see(&greedy, &roles(&["dev"])) && !can_see(&greedy, &roles(&["ops"])) && !can_see(&greedy, &roles(&[])));
        assert!(greedy.is_operator() && !greedy.is_admin());
        let viewer = Principal::new("viewer", roles(&["dev"])).delegate("key", None, Permission::Operate);
        assert!(!viewer.is_operator());
    }
}
