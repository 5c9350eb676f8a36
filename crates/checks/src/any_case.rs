//! Keywords in the configuration that ignore case.

use serde::de::value::StringDeserializer;
use serde::de::{Deserialize, Deserializer, IntoDeserializer};

/// Reads a keyword that is defined in lower case.
pub(super) fn lower<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    read(deserializer, |word| word.to_ascii_lowercase())
}

/// Reads a keyword that is defined in upper case.
pub(super) fn upper<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    read(deserializer, |word| word.to_ascii_uppercase())
}

fn read<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D, change: fn(&str) -> String) -> Result<T, D::Error> {
    let word: StringDeserializer<D::Error> = change(String::deserialize(deserializer)?.trim()).into_deserializer();
    T::deserialize(word)
}
