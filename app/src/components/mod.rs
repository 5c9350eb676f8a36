//! The parts that pages are made of.

mod age;
mod board;
mod flush;
mod group;
mod header;
mod icon;
mod mark;
mod prose;
mod row;
mod state;
mod tools;
mod verdict;

pub use board::BoardView;
pub use flush::Flush;
pub use header::{Header, StaleNotice};
pub use icon::set_icon;
pub use mark::Mark;
pub use prose::Prose;
