//! Regular expressions.

mod python_syntax;

use super::budget::Budget;
use std::fmt;
use system::foreign_text;

/// Longest pattern that is shown, in characters.
const LONGEST_SHOWN: usize = 80;

/// Most memory that a compiled pattern may take, in bytes.
const LARGEST_PROGRAM: usize = 10 << 20;

/// Most instructions of a pattern that backtracks.
const MOST_INSTRUCTIONS: usize = 100_000;

/// Most memory of each part that the engine with look-around hands to the other one, in bytes. Such a part cannot be interrupted.
const LARGEST_PART: usize = 1 << 20;

/// Most steps back in one search, which bound the memory for them. The time is bounded by [`Budget`].
const MOST_STEPS_BACK: usize = 1_000_000;

/// A part of the expression may read all of the body before the time is looked at again. In bytes.
const LARGEST_BACKTRACKED_BODY: usize = 128 << 10;

/// A regular expression as Python reads it. It is shown as the operator wrote it.
pub(super) struct Pattern {
    text: String,
    engine: Engine,
}

enum Engine {
    /// Takes time in proportion to the body.
    Linear(regex::Regex),
    /// Knows look-around and back-references, and is bounded.
    Backtracking(Box<fancy_regex::Regex>),
}

/// What a search came to.
pub(super) enum Match {
    Found,
    Missing,
    /// It would have taken too long.
    GivenUp(String),
}

impl Pattern {
    /// Fails with the reason for a text that is no regular expression, or too large a one.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        Self::compiled(text, &python_syntax::translate(text))
    }

    /// Finds the text itself.
    pub(super) fn literal(text: &str) -> Result<Self, String> {
        Self::compiled(text, &regex::escape(text))
    }

    /// Finds the boolean as JSON writes it, and as Python does.
    pub(super) fn boolean(value: bool) -> Result<Self, String> {
        if value { Self::compiled("true", "[Tt]rue") } else { Self::compiled("false", "[Ff]alse") }
    }

    fn compiled(text: &str, pattern: &str) -> Result<Self, String> {
        let engine = compile(pattern).map_err(|reason| invalid(text, &reason))?;
        Ok(Self { text: text.to_owned(), engine })
    }

    pub(super) fn is_linear(&self) -> bool {
        matches!(self.engine, Engine::Linear(_))
    }

    pub(super) fn search(&self, body: &str, budget: &Budget) -> Match {
        match &self.engine {
            Engine::Linear(regex) if regex.is_match(body) => Match::Found,
            Engine::Linear(_) => Match::Missing,
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
    match regex::RegexBuilder::new(pattern).size_limit(LARGEST_PROGRAM).build() {
        Ok(regex) => Ok(Engine::Linear(regex)),
        Err(regex::Error::CompiledTooBig(_)) => Err("it is too large".to_owned()),
        // It may be valid with what only the other engine knows.
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
    // The engines draw the pattern and an arrow; the last line is the reason.
    let reason = reason.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    format!("“{}” is no regular expression: {}", shown(text), reason.trim_start_matches("error: "))
}

/// One line of at most [`LONGEST_SHOWN`] characters.
fn shown(text: &str) -> String {
    let mut shown: String = foreign_text::line(text).chars().take(LONGEST_SHOWN).collect();
    if text.chars().nth(LONGEST_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
