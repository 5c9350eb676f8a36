use model::Roles;

/// The role that sees and may do everything.
pub const ADMIN: &str = "admin";

/// The role that may act on what it sees: acknowledge, silence.
pub const OPERATOR: &str = "operator";

/// What somebody may do with what they see; each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// To look.
    View,
    /// To acknowledge and to silence.
    Operate,
    /// To forget states, and to see how Platus itself is set up.
    Administer,
}

impl Verb {
    fn of(roles: &Roles) -> Self {
        match (roles.contains(ADMIN), roles.contains(OPERATOR)) {
            (true, _) => Self::Administer,
            (_, true) => Self::Operate,
            _ => Self::View,
        }
    }
}

/// Somebody who has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// For people: the name of the user, or that of an API key.
    pub name: String,
    user: String,
    roles: Roles,
    verb: Verb,
}

impl Principal {
    /// A user, who may do what their roles say.
    pub fn new(name: impl Into<String>, roles: Roles) -> Self {
        let (name, verb) = (name.into(), Verb::of(&roles));
        Self { user: name.clone(), name, roles, verb }
    }

    /// A program that acts for this user: with some of their roles, and at most this verb. All of it is never more than they have, and
    /// the roles bound the verb: the commands of an administrator concern every service, so only those who see everything have them.
    pub fn delegate(&self, name: impl Into<String>, roles: Option<&Roles>, verb: Verb) -> Self {
        let roles = match roles {
            None => self.roles.clone(),
            // Whoever sees everything may hand out any part of it.
            Some(roles) if self.sees_all() => roles.clone(),
            Some(roles) => self.roles.in_common(roles),
        };
        let widest = if roles.contains(ADMIN) { Verb::Administer } else { Verb::Operate };
        Self { name: name.into(), user: self.user.clone(), roles, verb: verb.min(self.verb).min(widest) }
    }

    /// The name of the user: their own, or that of the user for whom an API key acts. What one user may take of Platus is counted by it.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether the commands of an administrator are theirs. They see every service then.
    pub fn is_admin(&self) -> bool {
        self.verb >= Verb::Administer
    }

    /// Whether they may act on the services that they see.
    pub fn is_operator(&self) -> bool {
        self.verb >= Verb::Operate
    }

    pub(super) fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Whether they see every service, also those that are not configured any more.
    pub fn sees_all(&self) -> bool {
        self.roles.contains(ADMIN)
    }
}

/// Whether somebody may see what belongs to a service with these roles: administrators see everything, everybody else what shares a
/// role with them. A service without roles is for administrators only.
pub fn can_see(principal: &Principal, service: &Roles) -> bool {
    principal.sees_all() || principal.roles.meets(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(user: &[&str], service: &[&str], expected: bool) {
        let principal = Principal::new("somebody", user.iter().copied().collect());
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
    fn a_delegate_never_has_more_than_whoever_they_act_for() {
        let roles = |names: &[&str]| names.iter().copied().collect::<Roles>();
        let admin = Principal::new("admin", roles(&["admin"]));
        let reader = admin.delegate("key", None, Verb::View);
        assert!(can_see(&reader, &roles(&["ops"])) && !reader.is_operator() && !reader.is_admin());
        let narrow = admin.delegate("key", Some(&roles(&["dev"])), Verb::Operate);
        assert!(can_see(&narrow, &roles(&["dev"])) && !can_see(&narrow, &roles(&["ops"])));
        assert!(narrow.is_operator() && !narrow.is_admin());
        let bounded = admin.delegate("key", Some(&roles(&["dev", "operator"])), Verb::Administer);
        assert!(bounded.is_operator() && !bounded.is_admin() && !bounded.sees_all(), "its roles bound its scope");
        let whole = admin.delegate("key", Some(&roles(&["admin"])), Verb::Administer);
        assert!(whole.is_admin() && whole.sees_all());
        assert_eq!((whole.name.as_str(), whole.user()), ("key", "admin"));

        let dev = Principal::new("dev", roles(&["dev", "operator"]));
        let greedy = dev.delegate("key", Some(&roles(&["admin", "dev", "ops"])), Verb::Administer);
        assert!(can_see(&greedy, &roles(&["dev"])) && !can_see(&greedy, &roles(&["ops"])) && !can_see(&greedy, &roles(&[])));
        assert!(greedy.is_operator() && !greedy.is_admin());
        let viewer = Principal::new("viewer", roles(&["dev"])).delegate("key", None, Verb::Operate);
        assert!(!viewer.is_operator());
    }
}
