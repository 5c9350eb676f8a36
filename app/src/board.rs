//! What the board shows, computed from rows and events. Pure.

mod arrangement;
mod filter;
mod rows;
mod verdict;

#[cfg(test)]
mod tests;

pub use arrangement::{Arrangement, Counts, Group};
pub use filter::Filter;
pub use rows::{Board, Change};
pub use verdict::{FailingNode, Verdict};
