//! Regular expressions.

mod python_syntax;

use super::budget::Budget;
use net::excerpt::cut;
use net::pattern::DEEPEST_NESTING;
use std::fmt;
use system::foreign_text;

/// Maximum length of a pattern in messages, in characters.
const LONGEST_SHOWN: usize = 80;

/// Maximum memory of a compiled pattern, in bytes.
const LARGEST_PROGRAM: usize = 10 << 20;

/// Maximum number of instructions of a backtracking pattern.
const MOST_INSTRUCTIONS: usize = 100_000;

/// Maximum memory, in bytes, of each part that the backtracking engine delegates to the linear one. Such a part cannot be
/// interrupted.
const LARGEST_PART: usize = 1 << 20;

/// Maximum number of backtracking steps in one search, which bounds their memory. [`Budget`] bounds the time.
const MOST_STEPS_BACK: usize = 1_000_000;

/// Maximum size, in bytes, of the body for a backtracking pattern, a part of which may read the whole body before the time is
/// checked again.
const LARGEST_BACKTRACKED_BODY: usize = 128 << 10;

/// A regular expression in Python's syntax. Prints as the operator wrote it.
pub(super) struct Pattern {
    text: String,
    engine: Engine,
}

enum Engine {
    /// The text itself, as nearly all patterns are. Compiled, each would take some kilobytes.
    Literal,
    /// Takes linear time.
    Linear(regex::Regex),
    /// Supports look-around and back-references, and is bounded.
    Backtracking(Box<fancy_regex::Regex>),
}

/// The result of a search.
pub(super) enum Match {
    Found,
    Missing,
    /// It would take too long; the text is the message.
    GivenUp(String),
}

impl Pattern {
    /// Fails if the text is not a regular expression, or too large.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        Self::compiled(text, &python_syntax::translate(text))
    }

    /// Finds the text itself.
    pub(super) fn literal(text: &str) -> Self {
        Self { text: text.to_owned(), engine: Engine::Literal }
    }

    /// Finds the boolean as JSON and as Python write it.
    pub(super) fn boolean(value: bool) -> Result<Self, String> {
        if value { Self::compiled("true", "[Tt]rue") } else { Self::compiled("false", "[Ff]alse") }
    }

    fn compiled(text: &str, pattern: &str) -> Result<Self, String> {
        if text == pattern && regex::escape(pattern) == pattern {
            return Ok(Self::literal(text));
        }
        let engine = compile(pattern).map_err(|reason| invalid(text, &reason))?;
        Ok(Self { text: text.to_owned(), engine })
    }

    pub(super) fn is_linear(&self) -> bool {
        !matches!(self.engine, Engine::Backtracking(_))
    }

    pub(super) fn search(&self, body: &str, budget: &Budget) -> Match {
        match &self.engine {
            Engine::Literal if body.contains(&self.text) => Match::Found,
            Engine::Linear(regex) if regex.is_match(body) => Match::Found,
            Engine::Literal | Engine::Linear(_) => Match::Missing,
            Engine::Backtracking(regex) => self.search_bounded(regex, body, budget),
        }
    }

    fn search_bounded(&self, regex: &fancy_regex::Regex, body: &str, budget: &Budget) -> Match {
        let start = body.get(..body.floor_char_boundary(LARGEST_BACKTRACKED_BODY)).unwrap_or_default();
        match budget.is_match(regex, start) {
            Some(true) => Match::Found,
            Some(false) if start.len() == body.len() => Match::Missing,
            Some(false) => Match::GivenUp(format!(
                "{self} is not in the first {} bytes of the body, and its look-around or back-references would take too long in the rest; \
                 write it without them",
                start.len()
            )),
            None => Match::GivenUp(format!("{self} needs too much backtracking in this body; make the pattern simpler")),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”", shown(&self.text))
    }
}

fn compile(pattern: &str) -> Result<Engine, String> {
    match regex::RegexBuilder::new(pattern).size_limit(LARGEST_PROGRAM).nest_limit(DEEPEST_NESTING).build() {
        Ok(regex) => Ok(Engine::Linear(regex)),
        Err(regex::Error::CompiledTooBig(_)) => Err("it is too large".to_owned()),
        // It may be valid for the other engine.
        Err(_) => fancy_regex::RegexBuilder::new(pattern)
            .delegate_size_limit(LARGEST_PART)
            .max_prog_size(MOST_INSTRUCTIONS)
            .backtrack_limit(MOST_STEPS_BACK)
            .build()
            .map(|regex| Engine::Backtracking(Box::new(regex)))
            .map_err(|error| error.to_string()),
    }
}

fn invalid(text: &str, reason: &str) -> String {
    // The last line is the reason; the others show the pattern and an arrow.
    let reason = reason.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    format!("“{}” is not a regular expression: {}", shown(text), reason.trim_start_matches("error: "))
}

/// One line of at most [`LONGEST_SHOWN`] characters.
fn shown(text: &str) -> String {
    cut(&foreign_text::line(text), LONGEST_SHOWN)
}
