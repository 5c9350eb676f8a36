//! How history is kept: what one check found, what many checks of a stretch of time come to, and both as few bytes.
//!
//! Nothing here reads a clock, a file or a network: a room of the storage gives the bytes and keeps the bytes. A sample goes
//! first into a journal (`sample`); later it is folded (`fold`) into chunks of four tiers (`tier`): as it is (`raw`), and into
//! buckets of a minute, an hour and a day (`bucket`, many of them in a `chunk`). A chunk is one blob, by tier, slot and node.

mod tier;
mod sample;
mod raw;
mod bucket;
mod elapsed;
mod sketch;
mod chunk;
mod fold;
mod bytes;
mod bits;
#[cfg(test)]
mod sizes;
#[cfg(test)]
mod strategies;

pub use bucket::{Bucket, index};
pub use bytes::Corrupt;
pub use chunk::BucketChunk;
pub use elapsed::Elapsed;
pub use fold::{Part, fold_into, spread};
pub use raw::{RawChunk, decode_raw, encode_raw};
pub use sample::{Sample, decode_journal, encode_journal};
pub use sketch::Sketch;
pub use tier::Tier;
