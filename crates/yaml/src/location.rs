use std::fmt;
use std::sync::Arc;

/// A place in a configuration file, for the person who has to go there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The path as it was opened.
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: usize,
    /// Counted in characters from 1.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    pub value: T,
    pub location: Location,
}
