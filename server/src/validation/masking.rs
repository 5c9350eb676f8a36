//! Lines of configuration files without what could be a secret.
//!
//! It works on the text, since a file with an error may have no structure. Only what is recognised is shown: keys, and the values of keys
//! that never hold a secret. Everything else is replaced.

use super::known_keys::KnownKeys;

/// Shown instead of a value. Its length does not depend on the value.
const WITHHELD: &str = "••••••";

/// Characters of the longest key.
const LONGEST_KEY: usize = 64;

/// A line as it may be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Masked {
    pub text: String,
    /// For each character of the line, and for its end, the character of `text` that shows it.
    columns: Vec<usize>,
}

impl Masked {
    /// The character of the text, counted from 0, that shows the character of the line in this column, counted from 1.
    pub(super) fn column(&self, column: usize) -> usize {
        let last = self.columns.last().copied().unwrap_or_default();
        self.columns.get(column.saturating_sub(1)).copied().unwrap_or(last)
    }
}

/// The line at this index without what could be a secret.
pub(super) fn masked(lines: &[&str], index: usize, keys: &KnownKeys) -> Masked {
    let line = lines.get(index).copied().unwrap_or_default();
    let mut scan = Scan { line: line.chars().collect(), at: 0, text: String::new(), length: 0, columns: Vec::new(), keys };
    scan.copy_while(|letter| letter == ' ' || letter == '\t');
    match surroundings(lines, index, keys) {
        Surroundings::Text => scan.withhold_rest(),
        Surroundings::Harmless => scan.structure(true),
        Surroundings::Structure => scan.structure(false),
    }
    scan.columns.push(scan.length);
    Masked { text: scan.text, columns: scan.columns }
}

/// What the line before, which has less indentation, makes of a line.
#[derive(Clone, Copy)]
enum Surroundings {
    /// A part of a text or of a value over several lines: nothing of it is a key.
    Text,
    /// Below a key whose values never hold a secret.
    Harmless,
    /// Keys and values.
    Structure,
}

fn surroundings(lines: &[&str], index: usize, keys: &KnownKeys) -> Surroundings {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let Some(line) = lines.get(index) else { return Surroundings::Structure };
    let mut own = indentation(line);
    let is_item = line.trim_start().starts_with("- ");
    let mut nearest = true;
    let mut found = Surroundings::Structure;
    for outer in lines[..index].iter().rev() {
        let trimmed = outer.trim();
        let indented = indentation(outer);
        let is_outer = indented < own || (nearest && is_item && indented == own && !trimmed.starts_with("- "));
        if trimmed.is_empty() || trimmed.starts_with('#') || !is_outer {
            continue;
        }
        let (key, value) = last_key(trimmed);
        let harmless = key.is_some_and(|key| keys.is_harmless(key));
        let is_secret = key.is_some_and(|key| keys.is_secret(key));
        match value.split_whitespace().next().unwrap_or_default() {
            // Not `key:`, but text that goes on, or a block of text.
            begin if !begin.is_empty() && !begin.starts_with(['#', '&', '!', '{', '[']) => {
                return if harmless && begin.starts_with(['|', '>']) { Surroundings::Harmless } else { Surroundings::Text };
            }
            _ if is_secret => return Surroundings::Text,
            _ if nearest && harmless => found = Surroundings::Harmless,
            _ => {}
        }
        nearest = false;
        own = indented;
        if own == 0 {
            break;
        }
    }
    found
}

/// The first key of a line in block notation, and what follows it.
fn last_key(line: &str) -> (Option<&str>, &str) {
    let line = line.trim_start_matches("- ").trim_start();
    match line.split_once(':') {
        Some((key, value)) if value.is_empty() || value.starts_with([' ', '\t']) => (Some(key.trim_matches(['\'', '"'])), value),
        // Without a key: an item, or text.
        _ => (None, line),
    }
}

struct Scan<'a> {
    line: Vec<char>,
    at: usize,
    text: String,
    /// The characters of `text`.
    length: usize,
    columns: Vec<usize>,
    keys: &'a KnownKeys,
}

impl Scan<'_> {
    /// Keys, values and punctuation. `harmless`: whether values without a key are shown.
    fn structure(&mut self, mut harmless: bool) {
        let mut depth = 0_usize;
        while let Some(letter) = self.peek() {
            match letter {
                '{' | '[' => {
                    depth += 1;
                    self.copy();
                }
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    self.copy();
                }
                ' ' | '\t' | ',' => self.copy(),
                '-' if self.line.get(self.at + 1).is_none_or(|next| *next == ' ') => self.copy(),
                '#' => {
                    self.copy();
                    self.withhold_rest();
                }
                _ => match self.key_here() {
                    Some((key, length)) => {
                        harmless = self.keys.is_harmless(&key);
                        (0..length).for_each(|_| self.copy());
                        self.copy_while(|letter| letter == ' ');
                        let opens = matches!(self.peek(), Some('{' | '['));
                        if !opens || self.keys.is_secret(&key) {
                            self.value(harmless, depth);
                        }
                    }
                    None => self.value(harmless, depth),
                },
            }
        }
    }

    /// A value, or something that is not recognised.
    fn value(&mut self, harmless: bool, depth: usize) {
        let end = if harmless { self.end_of_value(depth) } else { None };
        let shown = end.filter(|&end| !self.line[self.at..end].contains(&'@'));
        match shown {
            Some(end) => (self.at..end).for_each(|_| self.copy()),
            None => self.withhold_until_key(depth),
        }
    }

    /// Where the value that begins here ends; `None` if that is not certain.
    fn end_of_value(&self, depth: usize) -> Option<usize> {
        let first = self.peek()?;
        if first == '"' || first == '\'' {
            let inner = &self.line[self.at + 1..];
            let end = inner.iter().position(|letter| *letter == first)?;
            let after = inner.get(end + 1).copied();
            return after.is_none_or(|after| matches!(after, ' ' | ',' | '}' | ']')).then_some(self.at + end + 2);
        }
        let rest = &self.line[self.at..];
        let is_end = |at: usize| match rest[at] {
            ',' | '}' | ']' => depth > 0,
            '#' => at > 0 && rest[at - 1] == ' ',
            _ => false,
        };
        Some(self.at + (0..rest.len()).find(|at| is_end(*at)).unwrap_or(rest.len()))
    }

    /// Withholds what follows, up to the next known key in flow notation.
    fn withhold_until_key(&mut self, depth: usize) {
        let start = self.at;
        let mut end = self.line.len();
        if depth > 0 {
            for at in start..self.line.len() {
                if self.line[at] != ',' {
                    continue;
                }
                let begin = (at + 1..self.line.len()).find(|at| self.line[*at] != ' ').unwrap_or(self.line.len());
                if self.key_at(begin).is_some_and(|(key, _)| self.keys.is_known(&key)) {
                    end = at;
                    break;
                }
            }
            // The brackets at the end of the line hold nothing.
            if end == self.line.len() {
                while end > start && matches!(self.line[end - 1], '}' | ']' | ' ') {
                    end -= 1;
                }
            }
        }
        self.withhold(end.max(start + 1).min(self.line.len()));
    }

    fn withhold_rest(&mut self) {
        if self.at < self.line.len() {
            self.withhold(self.line.len());
        }
    }

    fn withhold(&mut self, end: usize) {
        (self.at..end).for_each(|_| self.columns.push(self.length));
        self.at = end;
        self.text.push_str(WITHHELD);
        self.length += WITHHELD.chars().count();
    }

    /// The key that begins here, and its length with quotes and colon.
    fn key_here(&self) -> Option<(String, usize)> {
        self.key_at(self.at)
    }

    fn key_at(&self, at: usize) -> Option<(String, usize)> {
        let rest = self.line.get(at..)?;
        let quote = rest.first().copied().filter(|first| matches!(first, '"' | '\''));
        let begin = usize::from(quote.is_some());
        let is_part = |letter: &char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/');
        let length = rest.iter().skip(begin).take(LONGEST_KEY + 1).take_while(|letter| is_part(letter)).count();
        if length == 0 || length > LONGEST_KEY {
            return None;
        }
        let end = begin + length;
        let colon = if quote.is_some() { end + 1 } else { end };
        let closes = quote.is_none() || rest.get(end).copied() == quote;
        let is_key = closes && rest.get(colon) == Some(&':') && rest.get(colon + 1).is_none_or(|after| *after == ' ');
        is_key.then(|| (rest[begin..end].iter().collect(), colon + 1))
    }

    fn peek(&self) -> Option<char> {
        self.line.get(self.at).copied()
    }

    fn copy(&mut self) {
        if let Some(letter) = self.peek() {
            self.columns.push(self.length);
            self.text.push(letter);
            self.length += 1;
            self.at += 1;
        }
    }

    fn copy_while(&mut self, is_wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_wanted) {
            self.copy();
        }
    }
}

#[cfg(test)]
mod tests;
