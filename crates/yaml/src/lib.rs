//! YAML with places: every value knows its file, line and column, so that an error can name them.
//!
//! [`parse`] makes a [`Node`] from a text. [`Node::read`] reads a value from a node with serde. [`Fields`](fields::Fields) reads a map key by
//! key, and reports unknown keys with the nearest known one. A [`Secret`] is never printed. The crate does not know the meaning of the
//! values.

#![warn(unreachable_pub)]

mod compose;
pub mod declaration;
mod deserialize;
mod document;
mod error;
mod every_error;
pub mod fields;
pub mod flag;
mod invalid_setting;
pub mod json_schema;
mod key_documentation;
mod location;
mod nearest;
pub mod plain;
pub mod seconds;
mod secret;
mod tags;

pub use compose::{parse, parse_tolerantly};
pub use deserialize::NUMBER_AS_WRITTEN;
pub use document::{Entry, Node, Reading, Scalar, Value};
pub use error::{LocatedError, suggestion};
pub use invalid_setting::InvalidSetting;
pub use key_documentation::{KeyDocumentation, document_keys, harmless, harmless_keys};
pub use location::{Located, Location};
pub use nearest::nearest;
pub use secret::Secret;
