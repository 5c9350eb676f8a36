use super::location::Location;
use super::nearest::nearest;
use serde::de::{self, Expected, Unexpected};
use std::borrow::Cow;
use std::fmt;

/// An error in a configuration file, with its place and remedy. Typed reading never adds a value of the file to it, because the value could
/// be a password on the wrong line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedError {
    /// Absent until a caller adds the place, and for errors without a place in a file.
    location: Option<Location>,
    /// The path of keys to the value, such as `properties.port`.
    path: Option<Box<str>>,
    message: String,
    /// The entry of a list with which the text at the place was filled in.
    entry: Option<Box<Location>>,
    cause: Cause,
    /// The known word that is probably meant.
    meant: Option<Box<str>>,
}

/// What kind of error it is, as far as a reader that continues after an error must know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The value at the place.
    #[default]
    Value,
    /// The value at the place, which is none of these words.
    UnknownWord(&'static [&'static str]),
    /// The key at the place.
    UnknownKey,
    /// A key that the map at the place does not have.
    MissingKey(&'static str),
}

impl LocatedError {
    /// An error with a place. The message is a sentence without the place.
    pub fn new(location: &Location, message: impl Into<String>) -> Self {
        Self::without_place(message).at(location)
    }

    /// An error without a line: a missing file, an environment variable.
    pub fn without_place(message: impl Into<String>) -> Self {
        Self { location: None, path: None, message: message.into(), entry: None, cause: Cause::Value, meant: None }
    }

    /// An error about a word that is not one of the known ones. `what` is the plural of what they are; `message` says what is wrong.
    pub fn unknown_word(message: impl fmt::Display, word: &str, known: &[&str], what: &str) -> Self {
        let mut sorted = known.to_vec();
        sorted.sort_unstable();
        let meant = nearest(word, sorted).map(Box::from);
        Self { meant, ..Self::without_place(format!("{message}; {}", suggestion(word, known, what))) }
    }

    /// Adds a place, unless the error has a more exact one.
    pub fn at(mut self, location: &Location) -> Self {
        self.location.get_or_insert_with(|| location.clone());
        self
    }

    /// Adds a key to the path. Called from the inside out: under `port`, then under `properties`.
    pub fn under(mut self, key: &str) -> Self {
        self.path = Some(self.path.map_or_else(|| key.into(), |path| format!("{key}.{path}").into()));
        self
    }

    /// Whether it concerns the value of this key or a part of it.
    pub fn is_under(&self, key: &str) -> bool {
        let path = self.path.as_deref().unwrap_or_default();
        path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The same with its consequence, for an error with which Platus starts.
    pub fn with_consequence(mut self, consequence: &str) -> Self {
        self.message = format!("{}; {consequence}", self.message);
        self
    }

    /// The same with the file name only, for users who may see the error but not the folders of the server.
    pub fn without_folder(mut self) -> Self {
        for location in self.location.iter_mut().chain(self.entry.as_deref_mut()) {
            if let Some((_, name)) = location.file.rsplit_once('/') {
                location.file = name.into();
            }
        }
        self
    }

    /// The same without file and line, for users who may see the error but nothing of the files of the server.
    pub fn without_location(mut self) -> Self {
        (self.location, self.entry) = (None, None);
        self
    }

    /// Adds the entry of a list with which the text at the place was filled in, unless the error is at the entry or has one.
    pub fn of_entry(mut self, entry: &Location) -> Self {
        if self.location.as_ref() != Some(entry) {
            self.entry.get_or_insert_with(|| Box::new(entry.clone()));
        }
        self
    }

    /// Removes the entry, so that the same error of several entries is equal.
    pub fn take_entry(&mut self) -> Option<Location> {
        self.entry.take().map(|entry| *entry)
    }

    pub fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }

    /// The path of keys to the value, such as `properties.port`.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// What is wrong, what to do, and which entry of a list it concerns, without place and path.
    pub fn message(&self) -> Cow<'_, str> {
        match &self.entry {
            Some(entry) => Cow::Owned(format!("{}; see {entry}", self.message)),
            None => Cow::Borrowed(&self.message),
        }
    }

    /// The known word that is probably meant.
    pub fn meant(&self) -> Option<&str> {
        self.meant.as_deref()
    }

    pub(crate) const fn cause(&self) -> Cause {
        self.cause
    }

    /// An unknown key. The nearest known key is named first, because it is mostly the intended one.
    pub fn unknown_key(key: &str, known: &[&str]) -> Self {
        // In `{password: a,b=c}` a part of the password is a key: what does not look like a key is not repeated.
        let looks_like_a_key = key.len() <= 64 && key.chars().all(|letter| letter.is_alphanumeric() || "_-. ".contains(letter));
        let named = if looks_like_a_key { format!("unknown key `{key}`") } else { "unknown key".to_owned() };
        Self { cause: Cause::UnknownKey, ..Self::unknown_word(named, key, known, "keys") }
    }
}

/// One line: names that are quoted cannot begin another one.
impl fmt::Display for LocatedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        if let Some(path) = &self.path {
            write!(f, "`{}`: ", in_one_line(path))?;
        }
        f.write_str(&in_one_line(&self.message()))
    }
}

fn in_one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

impl std::error::Error for LocatedError {}

impl de::Error for LocatedError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::without_place(message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::without_place(format!("expected {}, found {}", in_plain_words(expected), kind(unexpected)))
    }

    fn invalid_value(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::without_place(format!("expected {}; this value is another", in_plain_words(expected)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::without_place(format!("expected {}, found {length} entries", in_plain_words(expected)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self { cause: Cause::UnknownWord(expected), ..Self::unknown_word("unknown word", variant, expected, "words") }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown_key(field, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        let error = Self::without_place(format!("the key `{field}` is missing; add it"));
        Self { cause: Cause::MissingKey(field), ..error }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::without_place(format!("the key `{field}` is given twice, once under another of its names; remove one"))
    }
}

/// Known words that are listed. The names of 100,000 services would hide the message.
const MOST_LISTED: usize = 100;

/// "did you mean …? Known …: …".
pub fn suggestion(word: &str, known: &[&str], what: &str) -> String {
    let mut sorted = known.to_vec();
    sorted.sort_unstable();
    let list = match sorted.split_at_checked(MOST_LISTED) {
        _ if sorted.is_empty() => "none".to_owned(),
        Some((first, others)) if !others.is_empty() => format!("{} and {} more", first.join(", "), others.len()),
        _ => sorted.join(", "),
    };
    match nearest(word, sorted) {
        Some(meant) => format!("did you mean `{meant}`? Known {what}: {list}"),
        None => format!("known {what}: {list}"),
    }
}

/// The kind of the value that was found.
fn kind(unexpected: Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number with a fraction",
        Unexpected::Char(_) | Unexpected::Str(_) => "text",
        Unexpected::Unit | Unexpected::Option => "nothing",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a map",
        _ => "something else",
    }
}

/// Replaces the names of Rust types in the messages of derived code.
fn in_plain_words(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    match expected.as_str() {
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" | "u64" | "usize" => "a whole number of 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" | "string" | "str" | "a character" => "text".to_owned(),
        "a sequence" => "a list".to_owned(),
        other if other.starts_with("struct ") || other.starts_with("a map") => "a map of keys and values".to_owned(),
        other if other.starts_with("enum ") || other.starts_with("variant ") => "one of its words".to_owned(),
        _ => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &str, line: usize) -> Location {
        Location { file: file.into(), line, column: 3 }
    }

    #[test]
    fn an_error_names_the_entry_of_a_list_that_it_concerns() {
        let error = LocatedError::new(&place("/etc/config.yaml", 2), "there is no `port`").of_entry(&place("/etc/hosts.yaml", 7));
        let with_consequence = error.clone().under("properties").with_consequence("add it").to_string();
        assert_eq!(with_consequence, "/etc/config.yaml:2:3: `properties`: there is no `port`; add it; see /etc/hosts.yaml:7:3");
        assert_eq!(error.clone().without_folder().to_string(), "config.yaml:2:3: there is no `port`; see hosts.yaml:7:3");
        assert_eq!(error.without_location().to_string(), "there is no `port`");
    }

    #[test]
    fn an_error_at_the_entry_itself_names_it_once() {
        let at_entry = LocatedError::new(&place("hosts.yaml", 7), "wrong").of_entry(&place("hosts.yaml", 7));
        assert_eq!(at_entry.to_string(), "hosts.yaml:7:3: wrong");
    }

    #[test]
    fn errors_of_two_entries_are_equal_without_them() {
        let mut errors =
            [7, 8].map(|line| LocatedError::new(&place("config.yaml", 2), "wrong").of_entry(&place("hosts.yaml", line)));
        assert_ne!(errors[0], errors[1]);
        let entries = errors.each_mut().map(LocatedError::take_entry);
        assert_eq!((entries, &errors[0]), ([7, 8].map(|line| Some(place("hosts.yaml", line))), &errors[1]));
    }
}
