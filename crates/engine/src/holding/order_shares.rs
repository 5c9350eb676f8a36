//! How many orders one user may have at a time, and how many all users together.

use super::draft::Draft;
use storage::{Directive, DirectiveKind};
use system::foreign_text;

/// Orders of all users. The last tenth is for administrators, who can end those of others.
const ALL: usize = 10_000;

/// Services that all orders name together. The last tenth is for administrators.
const ALL_NAMES: usize = 50_000;

/// Orders of one user, with those of the user's API keys.
const OF_A_USER: usize = 500;

/// Services that all orders of one user name together.
const NAMES_OF_A_USER: usize = 10_000;

/// Who gives an order.
#[derive(Clone, Copy, Debug)]
pub struct Orderer<'a> {
    /// The name of the user, also where an API key acts for them.
    pub user: &'a str,
    /// Administrators have no share of their own, only that of all.
    pub is_admin: bool,
}

/// There are so many orders that no other is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    #[error(
        "a user may have {OF_A_USER} silences and acknowledgements that name {NAMES_OF_A_USER} services together, and with this one \
         you would have more; withdraw some of yours"
    )]
    OfTheUser,
    #[error("there are too many silences and acknowledgements of all users; an administrator has to withdraw some")]
    OfAll,
}

/// Fails when this order is one too many. An acknowledgement takes the place of earlier ones of the same incident, which do not count.
pub(super) fn check_shares<'a>(
    present: impl Iterator<Item = &'a Directive>,
    draft: &Draft,
    orderer: Orderer<'_>,
) -> Result<(), TooMany> {
    let is_replaced = |directive: &&Directive| match draft.kind {
        DirectiveKind::Acknowledgement { .. } => directive.kind == draft.kind,
        DirectiveKind::Silence | DirectiveKind::Maintenance => false,
    };
    // As it stands in the author of an order.
    let user = foreign_text::name(orderer.user);
    let (mut all, mut of_the_user) = (Count::of(&draft.services), Count::of(&draft.services));
    for directive in present.filter(|directive| !is_replaced(directive)) {
        all.add(directive);
        if is_by(&directive.author, &user) {
            of_the_user.add(directive);
        }
    }
    if !orderer.is_admin && of_the_user.exceeds(OF_A_USER, NAMES_OF_A_USER) {
        return Err(TooMany::OfTheUser);
    }
    let part = |limit: usize| if orderer.is_admin { limit } else { limit - limit / 10 };
    if all.exceeds(part(ALL), part(ALL_NAMES)) { Err(TooMany::OfAll) } else { Ok(()) }
}

struct Count {
    orders: usize,
    names: usize,
}

impl Count {
    fn of<T>(services: &[T]) -> Self {
        Self { orders: 1, names: services.len() }
    }

    fn add(&mut self, directive: &Directive) {
        self.orders += 1;
        self.names += directive.services.len();
    }

    fn exceeds(&self, orders: usize, names: usize) -> bool {
        self.orders > orders || self.names > names
    }
}

/// Whether an author is this user, or one of their API keys, whose name is `USER (KEY)`, and may be cut off.
fn is_by(author: &str, user: &str) -> bool {
    author.strip_prefix(user).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ServiceId;
    use test_support::noon;

    /// What comes of an order by `user` of so many services, when these are present: authors, each with a number of orders and of the
    /// services that one of them names.
    #[track_caller]
    fn check(present: &[(&str, usize, usize)], user: &str, names: usize, expected: Result<(), TooMany>) {
        let services = |names: usize| (0..names).map(|number| ServiceId::new(number.to_string())).collect();
        let directive = |author: &str, names| Directive {
            id: 1,
            kind: DirectiveKind::Acknowledgement { incident: 1 },
            services: services(names),
            author: author.to_owned(),
            comment: String::new(),
            created: noon(),
            from: noon(),
            until: None,
        };
        let present = present.iter().flat_map(|(author, orders, names)| vec![directive(author, *names); *orders]);
        let present: Vec<_> = present.collect();
        let draft = |kind| Draft {
            kind,
            services: services(names),
            author: user.to_owned(),
            comment: String::new(),
            from: noon(),
            until: None,
        };
        let orderer = Orderer { user, is_admin: user == "admin" };
        let checked = |kind| check_shares(present.iter(), &draft(kind), orderer);
        assert_eq!(checked(DirectiveKind::Silence), expected, "{user}");
        assert_eq!(checked(DirectiveKind::Acknowledgement { incident: 1 }), Ok(()), "it replaces those of its incident");
    }

    #[test]
    fn a_name_is_compared_as_it_stands_in_orders() {
        check(&[("zed<U+200B>", OF_A_USER, 1)], "zed\u{200b}", 1, Err(TooMany::OfTheUser));
        let long = "L".repeat(600);
        check(&[(&system::foreign_text::name(&format!("{long} (key)")), OF_A_USER, 1)], &long, 1, Err(TooMany::OfTheUser));
        check(&[("opd (a key whose name was cut", OF_A_USER, 1)], "opd", 1, Err(TooMany::OfTheUser));
    }

    #[test]
    fn a_user_has_a_share_of_orders_and_of_names() {
        let refused = Err(TooMany::OfTheUser);
        check(&[], "ops", NAMES_OF_A_USER, Ok(()));
        check(&[("ops", OF_A_USER - 1, 1)], "ops", 1, Ok(()));
        check(&[("ops", OF_A_USER, 1)], "ops", 1, refused);
        check(&[("ops", 1, 1), ("ops (key)", OF_A_USER - 1, 1)], "ops", 1, refused);
        check(&[("ops", OF_A_USER, 1)], "dev", 1, Ok(()));
        check(&[("ops2", OF_A_USER, 1), ("ops (", 1, 1)], "ops", 1, Ok(()));
        check(&[("ops", 10, NAMES_OF_A_USER / 10)], "ops", 0, Ok(()));
        check(&[("ops", 10, NAMES_OF_A_USER / 10)], "ops", 1, refused);
    }

    #[test]
    fn an_administrator_always_gets_in_until_everything_is_full() {
        let full_for_users: Vec<(String, usize, usize)> = (0..18).map(|number| (format!("user{number}"), OF_A_USER, 1)).collect();
        let present: Vec<_> = full_for_users.iter().map(|(name, orders, names)| (name.as_str(), *orders, *names)).collect();
        check(&present, "ops", 1, Err(TooMany::OfAll));
        check(&present, "admin", 1, Ok(()));
        check(&[present.as_slice(), &[("admin", 2 * OF_A_USER, 1)]].concat(), "admin", 1, Err(TooMany::OfAll));
        check(&[("a", 1, NAMES_OF_A_USER), ("b", 35, 1_000)], "ops", 1, Err(TooMany::OfAll));
        check(&[("a", 1, NAMES_OF_A_USER), ("b", 35, 1_000)], "admin", 5_000, Ok(()));
        check(&[("a", 1, NAMES_OF_A_USER), ("b", 35, 1_000)], "admin", 5_001, Err(TooMany::OfAll));
    }
}
