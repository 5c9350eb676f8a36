//! What it costs to follow a path. The library that follows paths cannot be interrupted, so what could take long is not begun.

use regex::Regex;
use std::time::{Duration, Instant};

/// Most visits of values in one query: about a tenth of a second.
const MOST_VISITS: f64 = 5e6;

/// Most time that compiling the regular expressions of one query may take. The library compiles them again for each value.
const MOST_COMPILING: Duration = Duration::from_millis(100);

/// How the work of a path grows with the body.
pub(super) struct Cost {
    /// It grows with this power of the number of values.
    power: i32,
    /// For each value: how long its regular expressions took to be compiled when the path was read.
    compiling: Duration,
}

impl Cost {
    /// Reads it from a valid path. Fails when the body could choose a regular expression: compiling one can take long.
    pub(super) fn of(path: &str) -> Result<Self, String> {
        let filter = path.split_once('?').map(|(_, filter)| filter).unwrap_or_default();
        let Some(patterns) = literal_patterns(filter) else {
            return Err(
                "`match` and `search` need the regular expression itself, as in `match(@.name, 'a.*')`; one from the body \
                        could take too long"
                    .to_owned(),
            );
        };
        let begun = Instant::now();
        let is_known = patterns.iter().filter(|pattern| Regex::new(pattern).is_ok()).count();
        let compiling = if is_known > 0 { begun.elapsed() } else { Duration::ZERO };
        // A filter is applied to each value. It looks at all of the body again where it has a query of its own that finds many values.
        let queries_at_root = if filter.contains(['*', ':']) { filter.matches('$').count() } else { 0 };
        let again = filter.matches("..").count() + filter.matches('?').count() + queries_at_root;
        Ok(Self { power: i32::try_from(again).unwrap_or(i32::MAX).saturating_add(1), compiling })
    }

    /// Whether the work would be too much in a body with so many values.
    pub(super) fn is_too_high(&self, values: usize) -> bool {
        let visits = (values as f64).powi(self.power);
        let compiling = visits * self.compiling.as_secs_f64();
        self.power > 1 && visits > MOST_VISITS || compiling > MOST_COMPILING.as_secs_f64()
    }
}

/// The regular expressions of a filter, as they are written. Nothing when one of them is no literal.
fn literal_patterns(filter: &str) -> Option<Vec<&str>> {
    let functions =
        ["match(", "search("].into_iter().flat_map(|name| filter.match_indices(name).map(move |(at, _)| at + name.len()));
    let literal = |at: usize| {
        let (_, second) = filter.get(at..)?.split_once(',')?;
        let second = second.trim_start();
        let quote = second.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
        second.get(1..)?.split(quote).next()
    };
    functions.map(literal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_searches_the_whole_body_for_each_value_is_bounded() {
        let cost = |path: &str| Cost::of(path).unwrap();
        for path in ["$.a", "$..a", "$..[?@.a == 1]", "$.list[?@.name == 'x' && $.wanted == 1].state"] {
            assert!(!cost(path).is_too_high(1_000_000), "{path}");
        }
        for path in ["$[?count(@..*) > 1]", "$[?count($.list[*]) > 1]", "$[?@[?@.a]]"] {
            assert!(!cost(path).is_too_high(2_000), "{path}");
            assert!(cost(path).is_too_high(60_000), "{path}");
        }
        assert!(cost("$[?count($.list[?count($.list[*]) > 1]) > 1]").is_too_high(2_000));
    }

    #[test]
    fn a_pattern_that_is_compiled_for_each_value_is_bounded() {
        let cost = Cost::of("$[?match(@, '[^b]{1,50}')]").unwrap();
        assert!(!cost.is_too_high(1));
        assert!(cost.is_too_high(10_000_000));
    }

    #[test]
    fn the_body_chooses_no_pattern() {
        for path in ["$[?match(@.a, @.b)]", "$[?search( @.a , $.b )]", "$[?match('a', value(@..b))]"] {
            assert!(Cost::of(path).is_err(), "{path}");
        }
        assert!(Cost::of("$[?match(@.a, \"b\") || search(@.a,'c')]").is_ok());
    }
}
