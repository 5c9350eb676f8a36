//! The parts that pages are made of.

mod age;
mod board;
mod flush;
mod group;
mod header;
mod hold;
mod icon;
mod mark;
mod notice;
mod pointing;
mod prose;
mod row;
mod state;
mod strip;
mod tools;
mod verdict;

pub use age::{Age, exact};
pub use board::BoardView;
pub use flush::Flush;
pub use header::Header;
pub use hold::{HoldNote, moment};
pub use icon::set_icon;
pub use mark::Mark;
pub use notice::{StaleNotice, StoreAwayNotice};
pub use prose::Prose;
pub use state::Shape;
