//! Files that Platus reads and writes besides its configuration: read only when they are ordinary files, and never without bound.

mod lock;
mod read;
mod replace;

pub use lock::lock;
pub use read::{OrdinaryFile, open_ordinary, read_ordinary, read_ordinary_text};
pub use replace::{create_file, replace_file, replace_link};
