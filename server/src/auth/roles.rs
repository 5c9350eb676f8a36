use std::collections::BTreeSet;
use std::sync::Arc;

/// The role that sees and may do everything.
pub const ADMIN: &str = "admin";

/// The role that may act on what it sees: acknowledge, silence.
pub const OPERATOR: &str = "operator";

/// A set of role names. They are compared whole: `superadmin` is not `admin`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles(Arc<BTreeSet<String>>);

impl Roles {
    pub fn contains(&self, role: &str) -> bool {
        self.0.contains(role)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn meets(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }
}

impl<S: Into<String>> FromIterator<S> for Roles {
    fn from_iter<I: IntoIterator<Item = S>>(roles: I) -> Self {
        Self(Arc::new(roles.into_iter().map(Into::into).collect()))
    }
}

/// Somebody who has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub name: String,
    pub roles: Roles,
}

impl Principal {
    /// Whether the commands of an administrator are theirs.
    pub fn is_admin(&self) -> bool {
        self.roles.contains(ADMIN)
    }

    /// Whether they may act on the services that they see.
    pub fn is_operator(&self) -> bool {
        self.is_admin() || self.roles.contains(OPERATOR)
    }
}

/// Whether somebody may see what belongs to a service with these roles: administrators see everything, everybody else what shares a
/// role with them. A service without roles is for administrators only.
pub fn can_see(principal: &Principal, service: &Roles) -> bool {
    principal.is_admin() || principal.roles.meets(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(user: &[&str], service: &[&str], expected: bool) {
        let principal = Principal { name: "somebody".into(), roles: user.iter().copied().collect() };
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
}
