//! What the board shows, computed from rows and events. Pure.

mod arrangement;
mod chunks;
mod condition;
mod counts;
mod filter;
mod query;
mod rows;
mod service_line;
mod verdict;
pub mod views;

#[cfg(test)]
mod tests;

pub use arrangement::{Arrangement, Group, Line, Order};
pub use chunks::Chunk;
pub use condition::Condition;
pub use counts::Counts;
pub use filter::Filter;
pub use query::{BoardQuery, Density, Sort};
pub use rows::{Board, Change};
pub use service_line::ServiceLine;
pub use verdict::{FailingNode, Verdict};
