//! Tags that name the kind of a value. Those that PyYAML writes for plain Python values are read as what they hold; those that would
//! have made the original's loader build an object or call a function are refused.

use super::document::{Reading, Scalar};
use super::error::LocatedError;
use super::location::Location;
use super::plain::read_plain;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_yaml::granit_parser::Tag;
use std::borrow::Cow;

/// The namespace of `!!`.
const NAMESPACE: &str = "tag:yaml.org,2002:";

/// What a map with a tag is.
pub enum MapKind {
    Map,
    /// Its keys are the entries of a list.
    Set,
}

/// A scalar with a tag.
pub fn scalar(text: Cow<'_, str>, tag: &Tag, location: &Location) -> Result<Scalar, LocatedError> {
    let refused = || refused(tag, location);
    if tag.parts() == ("", "!") {
        return Ok(Scalar { text: text.into_owned(), reading: Reading::Text });
    }
    let name = tag.suffix_in_namespace(NAMESPACE).ok_or_else(refused)?;
    let plain = read_plain(&text);
    let reading = match (&*name, plain) {
        ("str" | "python/str" | "python/unicode" | "timestamp", _) => Reading::Text,
        ("null" | "python/none", _) => return Ok(Scalar { text: String::new(), reading: Reading::Null }),
        ("bool" | "python/bool", Reading::Bool(_)) | ("int" | "python/int" | "python/long", Reading::Int(_) | Reading::LongInt) => {
            plain
        }
        ("float" | "python/float", Reading::Float(_) | Reading::Int(_)) => Reading::Float(number(plain)),
        ("binary" | "python/bytes", _) => return Ok(Scalar { text: decoded(&text, location)?, reading: Reading::Text }),
        _ => return Err(refused()),
    };
    Ok(Scalar { text: text.into_owned(), reading })
}

/// Fails unless a list may have this tag.
pub fn check_list(tag: Option<&Tag>, location: &Location) -> Result<(), LocatedError> {
    let Some(tag) = tag else { return Ok(()) };
    match tag.suffix_in_namespace(NAMESPACE).as_deref() {
        Some("seq" | "python/list" | "python/tuple") => Ok(()),
        _ => Err(refused(tag, location)),
    }
}

/// What a map with this tag is.
pub fn map_kind(tag: Option<&Tag>, location: &Location) -> Result<MapKind, LocatedError> {
    let Some(tag) = tag else { return Ok(MapKind::Map) };
    match tag.suffix_in_namespace(NAMESPACE).as_deref() {
        Some("map" | "python/dict") => Ok(MapKind::Map),
        Some("set") => Ok(MapKind::Set),
        _ => Err(refused(tag, location)),
    }
}

fn refused(tag: &Tag, location: &Location) -> LocatedError {
    LocatedError::new(location, format!("the tag `{}` is not allowed here; write a plain value", tag.original()))
}

fn number(reading: Reading) -> f64 {
    match reading {
        Reading::Float(number) => number,
        // A number beyond 2^53 loses digits, as it did in Python.
        Reading::Int(number) => number as f64,
        _ => f64::NAN,
    }
}

/// The text in base64, which may be spread over several lines.
fn decoded(text: &str, location: &Location) -> Result<String, LocatedError> {
    let letters: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let bytes = STANDARD.decode(letters).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| LocatedError::new(location, "expected UTF-8 text in base64 after the tag `!!binary`"))
}
