//! Typed reading of nodes. Whatever goes wrong in a value gets the place of that value, and its key.

use super::document::{Entry, Node, Reading, Scalar, Value};
use super::error::LocatedError;
use super::location::Located;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::slice;

/// A type that asks for a newtype struct of this name gets a number as bytes that hold its decimal notation, with every digit of the file.
/// No other value of a file comes as bytes.
pub const NUMBER_AS_WRITTEN: &str = "$number_as_written";

/// A number where text is wanted is its text, and text where a number is wanted is the number in it. A quoted `"yes"` is no boolean.
impl<'de> Deserializer<'de> for &'de Node {
    type Error = LocatedError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        let read = match &self.value {
            Value::Scalar(scalar) => visit_scalar(scalar, visitor),
            Value::List(nodes) => visitor.visit_seq(Nodes(nodes.iter())),
            Value::Map(entries) => visitor.visit_map(Entries::new(entries)),
        };
        read.map_err(|error| error.at(&self.location))
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        let number = match &self.value {
            Value::Scalar(Scalar { reading: Reading::Text, text }) => text.trim().parse().ok(),
            Value::Scalar(Scalar { reading: Reading::Float(number), .. }) => whole(*number),
            _ => None,
        };
        match number {
            Some(number) => visit_integer(number, visitor).map_err(|error| error.at(&self.location)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        let number = match &self.value {
            Value::Scalar(Scalar { reading: Reading::Text | Reading::LongInt, text }) => {
                text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
            }
            _ => None,
        };
        match number {
            Some(number) => visitor.visit_f64(number).map_err(|error: LocatedError| error.at(&self.location)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        match self.text() {
            Some(text) => visitor.visit_borrowed_str(text).map_err(|error: LocatedError| error.at(&self.location)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        let read = if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) };
        read.map_err(|error: LocatedError| error.at(&self.location))
    }

    /// `data:` with nothing after it is a map without keys.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        match self.entries() {
            Some(entries) => visitor.visit_map(Entries::new(entries)).map_err(|error| error.at(&self.location)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, LocatedError> {
        let read = match self.number().filter(|_| name == NUMBER_AS_WRITTEN) {
            Some(number) => visitor.visit_bytes(number.as_bytes()),
            None => visitor.visit_newtype_struct(self),
        };
        read.map_err(|error: LocatedError| error.at(&self.location))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, LocatedError> {
        let read = match (&self.value, self.text()) {
            (_, Some(text)) => visitor.visit_enum(text.into_deserializer()),
            (Value::Map(entries), _) => visitor.visit_enum(MapAccessDeserializer::new(Entries::new(entries))),
            _ => Err(self.expected("one word")),
        };
        read.map_err(|error| error.at(&self.location))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        visitor.visit_unit()
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, LocatedError> {
        match self.entries() {
            Some(entries) => {
                visitor.visit_map(Entries::of_fields(entries, fields)).map_err(|error: LocatedError| error.at(&self.location))
            }
            None => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! { bool bytes byte_buf unit unit_struct seq tuple tuple_struct }
}

fn visit_scalar<'de, V: Visitor<'de>>(scalar: &'de Scalar, visitor: V) -> Result<V::Value, LocatedError> {
    match scalar.reading {
        Reading::Null => visitor.visit_unit(),
        Reading::Bool(value) => visitor.visit_bool(value),
        Reading::Int(value) => visit_integer(value, visitor),
        Reading::LongInt => Err(LocatedError::invalid_value(Unexpected::Other("number"), &visitor)),
        Reading::Float(value) => visitor.visit_f64(value),
        Reading::Text => visitor.visit_borrowed_str(&scalar.text),
    }
}

/// A number without a fraction, such as `3.0`.
fn whole(number: f64) -> Option<i128> {
    /// Up to here every whole number is one of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i128)
}

/// Takes the types that every visitor of numbers knows, rather than `i128`, which few do.
fn visit_integer<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, LocatedError> {
    if let Ok(value) = u64::try_from(value) {
        visitor.visit_u64(value)
    } else if let Ok(value) = i64::try_from(value) {
        visitor.visit_i64(value)
    } else {
        Err(LocatedError::invalid_value(Unexpected::Other("number"), &visitor))
    }
}

struct Nodes<'de>(slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Nodes<'de> {
    type Error = LocatedError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, LocatedError> {
        self.0.next().map(|node| seed.deserialize(node).map_err(|error| error.at(&node.location))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'de> {
    entries: slice::Iter<'de, Entry>,
    /// Keys that count as absent when they have nothing after them.
    fields: &'static [&'static str],
    /// The entry whose key has been handed out and whose value is next.
    current: Option<&'de Entry>,
}

impl<'de> Entries<'de> {
    fn new(entries: &'de [Entry]) -> Self {
        Self::of_fields(entries, &[])
    }

    /// For a struct: `port:` with nothing after it means the default, as with [`Fields`](super::fields::Fields).
    fn of_fields(entries: &'de [Entry], fields: &'static [&'static str]) -> Self {
        Self { entries: entries.iter(), fields, current: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = LocatedError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, LocatedError> {
        let fields = self.fields;
        self.current = self.entries.find(|entry| !entry.value.is_null() || !fields.contains(&entry.key.value.as_str()));
        self.current.map(|entry| seed.deserialize(Key(&entry.key))).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, LocatedError> {
        let entry = self.current.take().ok_or_else(|| LocatedError::custom("a value was asked for before its key"))?;
        seed.deserialize(&entry.value).map_err(|error| error.at(&entry.value.location).under(&entry.key.value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A key, so that what is said about a key points to it and not to its map.
struct Key<'de>(&'de Located<String>);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = LocatedError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, LocatedError> {
        visitor.visit_borrowed_str(&self.0.value).map_err(|error: LocatedError| error.at(&self.0.location))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, LocatedError> {
        let variant: StrDeserializer<'_, LocatedError> = self.0.value.as_str().into_deserializer();
        visitor.visit_enum(variant).map_err(|error| error.at(&self.0.location))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}
