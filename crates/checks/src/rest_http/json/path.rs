//! A JSONPath as the operator wrote it.

use super::super::comparison;
use super::cost::Cost;
use super::nesting;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json_path::JsonPath;
use std::fmt;

/// Where a value is. Prints as it was written.
pub(super) struct Path {
    text: String,
    query: JsonPath,
    cost: Cost,
}

impl Path {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.starts_with('$') {
            return Err("a JSONPath begins with `$`, as in `$.status`".to_owned());
        }
        if text.matches("..").count() > 1 {
            return Err(
                "a JSONPath with `..` more than once can find more than there is room for; name the steps between".to_owned()
            );
        }
        nesting::check(text)?;
        let query = JsonPath::parse(text).map_err(|error| format!("this is not a JSONPath (RFC 9535): {error}"))?;
        Ok(Self { text: text.to_owned(), query, cost: Cost::of(text)? })
    }

    pub(super) fn query(&self) -> &JsonPath {
        &self.query
    }

    pub(super) fn cost(&self) -> &Cost {
        &self.cost
    }

    /// Whether following it takes time in proportion to the body. A filter may look at the whole body for each value in it.
    pub(super) fn is_linear(&self) -> bool {
        !self.text.contains('?')
    }

    /// Whether the values that it finds may be keys or passwords.
    pub(super) fn is_secret(&self) -> bool {
        comparison::is_secret(&self.text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PathVisitor)
    }
}

/// Parses within the deserializer, so that an error has the place of the path in its file.
struct PathVisitor;

impl Visitor<'_> for PathVisitor {
    type Value = Path;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSONPath, such as `$.status`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Path, E> {
        Path::parse(text).map_err(E::custom)
    }
}
