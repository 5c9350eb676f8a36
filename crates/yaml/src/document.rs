use super::error::LocatedError;
use super::location::{Located, Location};
use serde::Deserialize;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A part of a YAML document with its place. Errors are found only when a type is read from it, so that each caller gets its own errors
/// with their place.
///
/// Its `Debug` shows the shape and no values, since any value could be a secret.
#[derive(Clone, PartialEq)]
pub struct Node {
    pub value: Value,
    /// Where the value begins. For an alias it is the place of its anchor, where an error must be corrected.
    pub location: Location,
}

#[derive(Clone, PartialEq)]
pub enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    /// In the order of the file, without duplicate keys.
    Map(Vec<Entry>),
}

/// One key of a map with its value. Every key is read as text.
#[derive(Clone, PartialEq)]
pub struct Entry {
    pub key: Located<String>,
    pub value: Node,
}

/// A single value. Its text is kept as written, so that `password: 0123` and `version: 1.10` read as text are unchanged.
#[derive(Clone, PartialEq)]
pub struct Scalar {
    pub text: String,
    pub reading: Reading,
}

/// The type that YAML gives to a scalar when no type is requested.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    Null,
    Bool(bool),
    Int(i128),
    /// A whole number in decimal notation that is larger than any `i128`.
    LongInt,
    Float(f64),
    Text,
}

/// Of what the document says, wherever in the file it says it.
impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.value {
            Value::Scalar(Scalar { text, reading }) => {
                (0_u8, text).hash(state);
                std::mem::discriminant(reading).hash(state);
            }
            Value::List(nodes) => (1_u8, nodes).hash(state),
            Value::Map(entries) => {
                (2_u8, entries.len()).hash(state);
                entries.iter().for_each(|entry| (&entry.key.value, &entry.value).hash(state));
            }
        }
    }
}

impl Node {
    /// A map without keys, for an optional key.
    pub fn empty_map(location: Location) -> Self {
        Self { value: Value::Map(Vec::new()), location }
    }

    /// Reads the node as a type. Every error has a place.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T, LocatedError> {
        T::deserialize(self).map_err(|error| error.at(&self.location))
    }

    /// The entries of a map. A key with nothing after it counts as an empty map.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            Value::Scalar(scalar) if scalar.is_null() => Some(&[]),
            _ => None,
        }
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The text of a scalar as written; `None` for an empty value, a list or a map.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    /// A number with all its digits; `None` for anything else.
    pub fn number(&self) -> Option<String> {
        match &self.value {
            Value::Scalar(scalar) => scalar.number(),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.is_null())
    }

    /// The kind, for error messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Scalar(scalar) => match scalar.reading {
                Reading::Null => "nothing",
                Reading::Bool(_) => "true or false",
                Reading::Int(_) | Reading::LongInt => "a whole number",
                Reading::Float(_) => "a number with a fraction",
                Reading::Text => "text",
            },
        }
    }

    /// The bytes that the node takes with everything in it.
    pub fn memory(&self) -> usize {
        let inner = match &self.value {
            Value::Scalar(_) => 0,
            Value::List(nodes) => nodes.iter().map(Self::memory).sum(),
            Value::Map(entries) => entries.iter().map(|entry| entry.value.memory()).sum(),
        };
        size_of::<Self>() + self.value.own_memory() + inner
    }

    /// "expected …, found …" at this node.
    pub fn expected(&self, what: &str) -> LocatedError {
        LocatedError::new(&self.location, format!("expected {what}, found {}", self.kind()))
    }
}

impl Value {
    /// The bytes of the value without its node and its inner nodes.
    pub(crate) fn own_memory(&self) -> usize {
        match self {
            Self::Scalar(scalar) => scalar.text.len(),
            Self::List(_) => 0,
            Self::Map(entries) => entries.iter().map(|entry| size_of::<Located<String>>() + entry.key.value.len()).sum(),
        }
    }
}

impl Scalar {
    pub fn is_null(&self) -> bool {
        self.reading == Reading::Null
    }

    /// A number in decimal notation with every digit that the file has; `None` for what is no finite number.
    fn number(&self) -> Option<String> {
        match self.reading {
            Reading::Int(number) => Some(number.to_string()),
            Reading::LongInt => Some(self.text.replace('_', "")),
            // Of the others `.inf` and `.nan` have none.
            Reading::Float(_) => Some(self.text.replace('_', "")).filter(|text| text.contains(|c: char| c.is_ascii_digit())),
            Reading::Null | Reading::Bool(_) | Reading::Text => None,
        }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::Scalar(_) => f.write_str(self.kind()),
            Value::List(nodes) => f.debug_list().entries(nodes).finish(),
            Value::Map(entries) => f.debug_map().entries(entries.iter().map(|entry| (&entry.key.value, &entry.value))).finish(),
        }
    }
}
