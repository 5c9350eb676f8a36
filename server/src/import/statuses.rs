//! Sets of HTTP statuses, for `expect_status`.

use super::value::Value;

/// Statuses that Platus follows unless they are expected.
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// The statuses that there are.
const ALL: std::ops::RangeInclusive<u16> = 100..=999;

/// What a peer does with a redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redirects {
    Followed,
    NotFollowed,
}

/// `expect_status` for the statuses that are wanted. `None` when only 200 is, which is the default. An empty list means that none is
/// wanted.
pub(super) fn expect_status(is_wanted: impl Fn(u16) -> bool, redirects: Redirects) -> Option<Value> {
    // An expected redirect is not followed, so those that are followed must not be expected.
    let is_wanted = |status: u16| is_wanted(status) && !(redirects == Redirects::Followed && REDIRECTS.contains(&status));
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for status in ALL.filter(|status| is_wanted(*status)) {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == status => *last = status,
            _ => ranges.push((status, status)),
        }
    }
    if ranges == [(200, 200)] {
        return None;
    }
    let one = |(first, last): &(u16, u16)| match first == last {
        true => Value::number(first),
        false => Value::text(format!("{first}-{last}")),
    };
    Some(match ranges.as_slice() {
        [only] => one(only),
        ranges => Value::List(ranges.iter().map(one).collect()),
    })
}

/// Whether a redirect is among the wanted statuses, so that Platus follows none of that kind.
pub(super) fn wants_every_redirect(is_wanted: impl Fn(u16) -> bool) -> bool {
    REDIRECTS.into_iter().all(is_wanted)
}

/// Whether the list of ranges is empty.
pub(super) fn is_none(value: &Value) -> bool {
    matches!(value, Value::List(ranges) if ranges.is_empty())
}
