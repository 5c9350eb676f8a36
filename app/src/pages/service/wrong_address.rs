//! What is wrong with the address of the page, and what the page shows instead. Pure.

use super::place::{Place, given, range};
use crate::address::Query;
use crate::chart::{Window, WrongRange};
use crate::texts::service_history as texts;

/// The most letters of a value that are repeated.
const MOST: usize = 40;

/// Sentences about the parameters of the address that the page does not follow. `place` is what it shows, `now` is in milliseconds since
/// 1970, and `lacks_node` says that the service never had the node of the address.
pub(super) fn problems(query: &Query, place: &Place, now: i64, lacks_node: bool) -> Vec<String> {
    let value = |name| {
        let value = given(query, name).unwrap_or_default();
        if value.chars().count() > MOST { format!("{}…", value.chars().take(MOST).collect::<String>()) } else { value }
    };
    let mut problems = Vec::new();
    if lacks_node {
        problems.push(texts::no_such_node(&value("node")));
    }
    let (window, wrong) = range(query, &place.zone);
    let wrong = wrong.map(|wrong| match wrong {
        WrongRange::Preset => texts::no_such_range(&value("range")),
        WrongRange::From => texts::from_is_no_time(&value("from")),
        WrongRange::To => texts::to_is_no_time(&value("to")),
        WrongRange::Order => texts::wrong_order().to_owned(),
        WrongRange::NoFrom => texts::lacks_from().to_owned(),
    });
    let is_ahead = matches!(window, Window::Since(from) | Window::Between(from, _) if from > now);
    match wrong {
        Some(wrong) => problems.push(format!("{wrong} {}", shown(window))),
        None if is_ahead => problems.push(texts::from_is_ahead().to_owned()),
        None => {}
    }
    for (name, known) in [("scale", ["linear", "log"]), ("maintenance", ["include", "exclude"])] {
        let usual = known[0];
        if given(query, name).is_some_and(|given| !known.contains(&given.as_str())) {
            problems.push(texts::wrong_word(name, usual, known[1], &value(name)));
        }
    }
    problems
}

/// What the page shows instead.
fn shown(window: Window) -> String {
    match window {
        Window::Latest(preset) => texts::shows_latest(&preset.label()),
        Window::Since(_) | Window::Between(..) => texts::shows_since_from().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use crate::model::ServiceId;
    use crate::times::Zone;

    #[track_caller]
    fn check(query: &[(&str, &str)], lacks_node: bool, expected: &[&str]) {
        let now = chrono::DateTime::parse_from_rfc3339("2026-11-25T10:00:00Z").unwrap().timestamp_millis();
        let query: Query = query.iter().copied().collect();
        let place = Place::of(ServiceId::new("shop"), &query, Zone::utc());
        assert_eq!(problems(&query, &place, now, lacks_node), expected);
    }

    #[test]
    fn problems_are_named_in_the_language_of_the_page() {
        in_language(Language::French, || {
            check(
                &[("from", "bientôt")],
                false,
                &["`from` n’est pas une date\u{a0}: `bientôt`. La page montre la dernière période de 24 h."],
            );
            check(&[("scale", "cubic")], false, &["`scale` vaut `linear` ou `log`, pas `cubic`. La page montre `linear`."]);
        });
    }

    #[test]
    fn a_right_address_has_no_problems() {
        check(&[], false, &[]);
        check(&[("range", ""), ("from", ""), ("to", "")], false, &[]);
        check(&[("node", "w1"), ("range", "7d"), ("scale", "log"), ("maintenance", "exclude")], false, &[]);
        check(&[("from", "2026-11-24T00:00"), ("to", "2026-11-25T00:00")], false, &[]);
    }

    #[test]
    fn each_wrong_value_is_named_with_what_is_shown_instead() {
        check(&[("range", "9d")], false, &["There is no range `9d`. The page shows the last 24 h."]);
        check(&[("range", "7d"), ("from", "bogus")], false, &["`from` is not a time: `bogus`. The page shows the last 7 d."]);
        check(
            &[("from", "2026-11-24T00:00"), ("to", "soon")],
            false,
            &["`to` is not a time: `soon`. The page shows the time from `from` until now."],
        );
        check(
            &[("from", "2026-11-25T00:00"), ("to", "2026-11-24T00:00")],
            false,
            &["`from` is not before `to`. The page shows the last 24 h."],
        );
        check(&[("to", "2026-11-24T00:00")], false, &["`to` needs a `from`. The page shows the last 24 h."]);
        check(&[("from", "2026-12-24T00:00")], false, &["`from` is not in the past. The page shows the last minute."]);
        check(&[("node", "nope")], true, &["The service has no node `nope`, and had none. The page shows all nodes."]);
        check(&[("scale", "cubic")], false, &["`scale` is `linear` or `log`, not `cubic`. The page shows `linear`."]);
        let long = "x".repeat(500);
        let expected = format!("There is no range `{}…`. The page shows the last 24 h.", "x".repeat(40));
        check(&[("range", &long)], false, &[&expected]);
    }
}
