use super::excerpt::shortened;
use regex::bytes::{Regex, RegexBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt;

/// Maximum nesting of a pattern, whose parts are parsed and compiled by recursion: `a**` is one repetition inside another. 250, the limit
/// of the library, is too deep for a stack of 2 MiB in a build without optimization.
pub const DEEPEST_NESTING: u32 = 100;

/// A regular expression in `services.yaml` that is searched for in bytes, which need not be UTF-8. A search takes linear time.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

impl Pattern {
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.0.is_match(bytes)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", shortened(self.0.as_str()))
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        RegexBuilder::new(&text).nest_limit(DEEPEST_NESTING).build().map(Self).map_err(|error| {
            let error = error.to_string();
            // Only the last line has the reason; those before it draw an arrow.
            format!("invalid regular expression: {}", error.lines().last().unwrap_or_default().trim_start_matches("error: "))
        })
    }
}

/// In the documentation of a check type it is a string.
impl JsonSchema for Pattern {
    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    #[track_caller]
    fn read(yaml: &str) -> Result<Pattern, String> {
        let document = parse("services.yaml", &format!("key: {yaml}")).unwrap();
        document.get("key").unwrap().read().map_err(|error| error.to_string())
    }

    #[test]
    fn patterns_are_found_in_any_bytes() {
        let pattern = read(r"'^\+PONG'").unwrap();
        assert!(pattern.is_in(b"+PONG\r\n\xff"));
        assert!(!pattern.is_in(b"\xff+PONG"));
        assert!(read("220").unwrap().is_in(b"220 ready"));
    }

    #[test]
    fn an_invalid_pattern_is_reported_with_its_place() {
        assert_eq!(read("'('").unwrap_err(), "services.yaml:1:6: invalid regular expression: unclosed group");
    }

    #[test]
    fn a_pattern_that_is_nested_too_deeply_is_an_error() {
        let nested = |depth: usize| read(&format!("'a{}'", "*".repeat(depth)));
        assert!(nested(90).unwrap().is_in(b"a"));
        for depth in [101, 249, 3_000] {
            let error = nested(depth).unwrap_err();
            assert_eq!(
                error,
                "services.yaml:1:6: invalid regular expression: exceed the maximum number of nested parentheses/brackets (100)"
            );
        }
    }
}
