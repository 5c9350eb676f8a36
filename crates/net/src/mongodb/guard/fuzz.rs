//! Entry point for `crate::fuzzing`.

use super::nesting;
use mongodb::bson::{Document, RawDocument, deserialize_from_slice};

/// A document of a server. The driver parses what the guard lets through.
pub(crate) fn document(bytes: &[u8]) {
    if nesting::check(bytes).is_ok() {
        deserialize_from_slice::<Document>(bytes).ok();
        let raw = RawDocument::from_bytes(bytes).unwrap_or_else(|error| panic!("the driver does not read it: {error}"));
        Document::try_from(raw).ok();
    }
}
