//! JSON as Python's `json.loads` takes it, with numbers as they are written.
//!
//! `serde_json` reads a number that is no 64-bit integer as a double, stops at 128 levels, and refuses `NaN`, `1e400` and a surrogate
//! without its other half. Servers send all of these, and a comparison has to be exact; so what is compared is read here.

mod number;
mod parse;
mod value;

pub use number::Number;
pub use parse::parse;
pub use value::{Members, Value};
