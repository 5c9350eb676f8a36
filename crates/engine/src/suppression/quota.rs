//! How many silences and acknowledgements one user may have at a time, and all users together.

use super::new_silence::NewSilence;
use model::QuotaExceeded;
use storage::{Silence, SilenceKind};
use system::foreign_text;

/// Entries of all users. The last tenth is for administrators, who can withdraw those of others.
const ALL: usize = 10_000;

/// Services that all entries name together. The last tenth is for administrators.
const ALL_NAMES: usize = 50_000;

/// Entries of one user, including those of the user's API keys.
const PER_USER: usize = 500;

/// Services that all entries of one user name together.
const NAMES_PER_USER: usize = 10_000;

/// The user who enters a silence or an acknowledgement.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'a> {
    /// The name of the user, also if an API key acts for them.
    pub user: &'a str,
    /// Administrators have no quota of their own, only the total.
    pub is_admin: bool,
}

/// The share of one user is exhausted.
const OF_USER: QuotaExceeded = QuotaExceeded::User { entries: PER_USER, services: NAMES_PER_USER };

/// Fails if this entry is one too many. An acknowledgement replaces earlier ones of the same incident, and a
/// pause those of the same service; these do not count.
pub(super) fn check_quota<'a>(
    present: impl Iterator<Item = &'a Silence>,
    new: &NewSilence,
    requester: Requester<'_>,
) -> Result<(), QuotaExceeded> {
    let is_replaced = |silence: &&Silence| match new.kind {
        SilenceKind::Acknowledgement { .. } => silence.kind == new.kind,
        SilenceKind::Pause => silence.kind == new.kind && silence.services == new.services,
        SilenceKind::Silence | SilenceKind::Maintenance => false,
    };
    // In the form in which it is stored as the author.
    let user = foreign_text::name(requester.user);
    let (mut all, mut of_user) = (Count::of(&new.services), Count::of(&new.services));
    for silence in present.filter(|silence| !is_replaced(silence)) {
        all.add(silence);
        if is_by(&silence.author, &user) {
            of_user.add(silence);
        }
    }
    if !requester.is_admin && of_user.exceeds(PER_USER, NAMES_PER_USER) {
        return Err(OF_USER);
    }
    let part = |limit: usize| if requester.is_admin { limit } else { limit - limit / 10 };
    if all.exceeds(part(ALL), part(ALL_NAMES)) { Err(QuotaExceeded::Total) } else { Ok(()) }
}

struct Count {
    entries: usize,
    names: usize,
}

impl Count {
    fn of<T>(services: &[T]) -> Self {
        Self { entries: 1, names: services.len() }
    }

    fn add(&mut self, silence: &Silence) {
        self.entries += 1;
        self.names += silence.services.len();
    }

    fn exceeds(&self, entries: usize, names: usize) -> bool {
        self.entries > entries || self.names > names
    }
}

/// Whether an author is this user, or one of their API keys, whose name is `USER (KEY)` and may be truncated.
fn is_by(author: &str, user: &str) -> bool {
    author.strip_prefix(user).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ServiceId;
    use test_support::noon;

    /// Compares the result of an entry by `user` that names so many services. `present` has authors, each with the number of their
    /// entries and of the services that each names.
    #[track_caller]
    fn check(present: &[(&str, usize, usize)], user: &str, names: usize, expected: Result<(), QuotaExceeded>) {
        let services = |names: usize| (0..names).map(|number| ServiceId::new(number.to_string())).collect();
        let silence = |author: &str, names| Silence {
            id: 1,
            kind: SilenceKind::Acknowledgement { incident: 1 },
            services: services(names),
            author: author.to_owned(),
            comment: String::new(),
            created: noon(),
            from: noon(),
            until: None,
            recurrence: None,
        };
        let present = present.iter().flat_map(|(author, entries, names)| vec![silence(author, *names); *entries]);
        let present: Vec<_> = present.collect();
        let new = |kind| NewSilence {
            kind,
            services: services(names),
            author: user.to_owned(),
            comment: String::new(),
            from: noon(),
            until: None,
            recurrence: None,
        };
        let requester = Requester { user, is_admin: user == "admin" };
        let checked = |kind| check_quota(present.iter(), &new(kind), requester);
        assert_eq!(checked(SilenceKind::Silence), expected, "{user}");
        assert_eq!(checked(SilenceKind::Acknowledgement { incident: 1 }), Ok(()), "it replaces those of its incident");
    }

    #[test]
    fn a_name_is_compared_in_its_stored_form() {
        check(&[("zed<U+200B>", PER_USER, 1)], "zed\u{200b}", 1, Err(OF_USER));
        let long = "L".repeat(600);
        check(&[(&system::foreign_text::name(&format!("{long} (key)")), PER_USER, 1)], &long, 1, Err(OF_USER));
        check(&[("opd (a key whose name was cut", PER_USER, 1)], "opd", 1, Err(OF_USER));
    }

    #[test]
    fn a_user_has_a_quota_of_entries_and_of_names() {
        let refused = Err(OF_USER);
        check(&[], "ops", NAMES_PER_USER, Ok(()));
        check(&[("ops", PER_USER - 1, 1)], "ops", 1, Ok(()));
        check(&[("ops", PER_USER, 1)], "ops", 1, refused);
        check(&[("ops", 1, 1), ("ops (key)", PER_USER - 1, 1)], "ops", 1, refused);
        check(&[("ops", PER_USER, 1)], "dev", 1, Ok(()));
        check(&[("ops2", PER_USER, 1), ("ops (", 1, 1)], "ops", 1, Ok(()));
        check(&[("ops", 10, NAMES_PER_USER / 10)], "ops", 0, Ok(()));
        check(&[("ops", 10, NAMES_PER_USER / 10)], "ops", 1, refused);
    }

    #[test]
    fn an_administrator_is_only_limited_by_the_total() {
        let full_for_users: Vec<(String, usize, usize)> = (0..18).map(|number| (format!("user{number}"), PER_USER, 1)).collect();
        let present: Vec<_> = full_for_users.iter().map(|(name, orders, names)| (name.as_str(), *orders, *names)).collect();
        check(&present, "ops", 1, Err(QuotaExceeded::Total));
        check(&present, "admin", 1, Ok(()));
        check(&[present.as_slice(), &[("admin", 2 * PER_USER, 1)]].concat(), "admin", 1, Err(QuotaExceeded::Total));
        check(&[("a", 1, NAMES_PER_USER), ("b", 35, 1_000)], "ops", 1, Err(QuotaExceeded::Total));
        check(&[("a", 1, NAMES_PER_USER), ("b", 35, 1_000)], "admin", 5_000, Ok(()));
        check(&[("a", 1, NAMES_PER_USER), ("b", 35, 1_000)], "admin", 5_001, Err(QuotaExceeded::Total));
    }
}
