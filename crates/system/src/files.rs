//! Files besides the configuration. Only ordinary files are read, and at most up to a limit.

mod lock;
mod permissions;
mod read;
mod replace;

pub use lock::{lock, lock_until, open_private};
pub use permissions::OTHERS_WRITE;
pub use read::{OrdinaryFile, open_ordinary, read_ordinary, read_ordinary_text, special_kind};
pub use replace::{create_file, replace_file, replace_file_beside, replace_link};
