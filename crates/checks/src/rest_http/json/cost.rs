//! Estimates the cost of a path. The library cannot be interrupted, so expensive queries are not started.

use super::super::budget::cpu_time;
use super::super::comparison::cut;
use net::pattern::DEEPEST_NESTING;
use regex::RegexBuilder;
use std::str::Chars;
use std::time::Duration;

/// Maximum number of visited values in one query: about 0.1 seconds.
const MOST_VISITS: f64 = 5e6;

/// Maximum time for compiling the regular expressions of one query. The library compiles them again for each value.
const MOST_COMPILING: Duration = Duration::from_millis(100);

/// How the cost of a path grows with the body.
pub(super) struct Cost {
    /// The cost grows with this power of the number of values.
    power: i32,
    /// Time per value to compile its regular expressions, measured when the path was read.
    compiling: Duration,
}

impl Cost {
    /// The cost of a valid path. Fails if the body could choose a regular expression, since compiling one can take long, and if a regular
    /// expression is nested too deeply, since the library compiles it by recursion.
    pub(super) fn of(path: &str) -> Result<Self, String> {
        let (bare, literals) = without_literals(path);
        let Some(patterns) = patterns(&bare, &literals) else {
            return Err(
                "`match` and `search` need the regular expression itself, as in `match(@.name, 'a.*')`; one from the body \
                        could take too long"
                    .to_owned(),
            );
        };
        let filter = bare.split_once('?').map(|(_, filter)| filter).unwrap_or_default();
        // A filter is applied to each value. A query within the filter that finds many values visits the whole body again.
        let queries_at_root = if filter.contains(['*', ':']) { filter.matches('$').count() } else { 0 };
        let again = filter.matches("..").count() + filter.matches('?').count() + queries_at_root;
        let power = i32::try_from(again).unwrap_or(i32::MAX).saturating_add(1);
        let compiling = patterns.into_iter().map(time_to_compile).sum::<Result<Duration, _>>()?;
        Ok(Self { power, compiling })
    }

    /// Whether the number of values is needed to estimate the cost.
    pub(super) fn is_to_be_counted(&self) -> bool {
        self.power > 1 || !self.compiling.is_zero()
    }

    /// Whether the cost is too high for a body with this many values.
    pub(super) fn is_too_high(&self, values: usize) -> bool {
        let visits = (values as f64).powi(self.power);
        let compiling = visits * self.compiling.as_secs_f64();
        self.power > 1 && visits > MOST_VISITS || compiling > MOST_COMPILING.as_secs_f64()
    }
}

/// In CPU time; the shorter of two measurements, without effects of first use. A text that is no regular expression matches nothing, and
/// costs nothing.
fn time_to_compile(pattern: &str) -> Result<Duration, String> {
    let time = || {
        let begun = cpu_time();
        match RegexBuilder::new(pattern).nest_limit(DEEPEST_NESTING).build() {
            Ok(_) => Ok(cpu_time().saturating_sub(begun)),
            Err(regex::Error::Syntax(reason)) if reason.contains("maximum number of nested") => Err(format!(
                "the regular expression “{}” is nested more than {DEEPEST_NESTING} levels deep; make it simpler",
                cut(pattern)
            )),
            Err(_) => Ok(Duration::ZERO),
        }
    };
    Ok(time()?.min(time()?))
}

/// The path with empty string literals, and the literals in order.
fn without_literals(path: &str) -> (String, Vec<String>) {
    let (mut bare, mut literals) = (String::with_capacity(path.len()), Vec::new());
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        bare.push(letter);
        if !matches!(letter, '\'' | '"') {
            continue;
        }
        let mut literal = String::new();
        while let Some(next) = letters.next().filter(|next| *next != letter) {
            literal.extend(if next == '\\' { escaped(&mut letters) } else { Some(next) });
        }
        bare.push(letter);
        literals.push(literal);
    }
    (bare, literals)
}

/// The character of an escape sequence, after its backslash.
fn escaped(letters: &mut Chars<'_>) -> Option<char> {
    let letter = match letters.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let code = letters.by_ref().take(4).fold(0, |code, digit| code << 4 | digit.to_digit(16).unwrap_or_default());
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        itself => itself,
    };
    Some(letter)
}

/// The regular expressions in calls of functions. `None` if one of them is not a literal.
fn patterns<'a>(bare: &str, literals: &'a [String]) -> Option<Vec<&'a str>> {
    let functions = ["match(", "search("].into_iter().flat_map(|name| bare.match_indices(name).map(move |(at, _)| at + name.len()));
    let pattern = |at: usize| {
        let second = at + second_argument(bare.get(at..)?)?;
        let (before, argument) = bare.split_at_checked(second)?;
        let is_literal = argument.trim_start().starts_with(['\'', '"']);
        // Each literal before it has two quotation marks.
        literals.get(before.matches(['\'', '"']).count() / 2).filter(|_| is_literal).map(String::as_str)
    };
    functions.map(pattern).collect()
}

/// Where the second argument of a call starts, in the text after its opening bracket.
fn second_argument(arguments: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, letter) in arguments.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => return Some(at + 1),
            _ => {}
        }
    }
    None
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
    fn what_a_text_holds_is_no_part_of_the_path() {
        for path in [
            "$[?@.url == 'http://a/?x=1?y']",
            "$[?@.t == '..' || @.t == \"$..*\"]",
            "$[?@.t == 'research(x)']",
            r"$[?@.t == 'it\'s ? .. match(']",
            "$['a?b'].c",
        ] {
            assert!(!Cost::of(path).unwrap().is_to_be_counted(), "{path}");
        }
        for (path, expected) in [
            ("$[?match(@.name, 'colou?r')]", "colou?r"),
            ("$[?search(@['a,b'], \"web.*$\")]", "web.*$"),
            ("$['x'][?search(value(@['a', 'b']), 'c') && @.d == 'e']", "c"),
            (r"$[?match(@.a, 'it\'s\\.')]", r"it's\."),
            (r"$[?match(@.a, '\u0028a\n\u0029')]", "(a\n)"),
        ] {
            let (bare, literals) = without_literals(path);
            assert_eq!(patterns(&bare, &literals).unwrap(), [expected], "{path}");
            assert_eq!(Cost::of(path).unwrap().power, 1, "{path}");
        }
    }

    #[test]
    fn a_pattern_that_is_compiled_for_each_value_is_bounded() {
        let cost = Cost::of("$[?match(@, '[^b]{1,50}')]").unwrap();
        assert!(!cost.is_too_high(1));
        assert!(cost.is_too_high(10_000_000));
    }

    #[test]
    fn a_pattern_that_is_nested_too_deeply_is_an_error() {
        let cost = |pattern: &str| Cost::of(&format!("$[?match(@.a, 'b') || search(@.b, '{pattern}')]")).map(|_| ());
        assert_eq!(cost(&format!("a{}", "*".repeat(90))), Ok(()));
        assert_eq!(cost("("), Ok(()), "it matches nothing");
        for pattern in
            ["(".repeat(101) + &")*".repeat(101), format!("a{}", "*".repeat(200)), r"\u0028".repeat(150) + &")".repeat(150)]
        {
            let error = cost(&pattern).unwrap_err();
            assert!(error.starts_with("the regular expression “") && error.contains("” is nested more than 100 levels"), "{error}");
        }
    }

    #[test]
    fn the_body_chooses_no_pattern() {
        for path in ["$[?match(@.a, @.b)]", "$[?search( @.a , $.b )]", "$[?match('a', value(@..b))]"] {
            assert!(Cost::of(path).is_err(), "{path}");
        }
        assert!(Cost::of("$[?match(@.a, \"b\") || search(@.a,'c')]").is_ok());
    }
}
