//! How history is kept: what one check found, what many checks of a stretch of time come to, and both as few bytes.
//!
//! Nothing here reads a clock, a file or a network: a store returns the bytes and keeps the bytes. A sample goes
//! first into a journal (`sample`); later it is folded (`fold`) into chunks of four tiers (`tier`): as it is (`raw`), and into
//! buckets of a minute, an hour and a day (`bucket`, many of them in a `chunk`). A chunk is one blob, by tier, slot and node. The metrics
//! that checks report are kept beside it (`metrics`), in chunks of their own (`metric_chunk`).

#![warn(unreachable_pub)]

mod bits;
mod bucket;
mod bytes;
mod chunk;
mod elapsed;
mod fold;
pub mod folding;
mod metric_bucket;
mod metric_chunk;
pub mod metrics;
mod node_id;
mod raw;
mod retention;
mod sample;
mod sealed;
#[cfg(test)]
mod sizes;
mod sketch;
mod stored_chunk;
#[cfg(test)]
mod strategies;
pub mod tail;
mod tier;

pub use bucket::{Bucket, index};
pub use bytes::Corrupt;
pub use chunk::BucketChunk;
pub use elapsed::Elapsed;
pub use metric_bucket::MetricBucket;
pub use metric_chunk::{MetricBuckets, MetricChunk, MetricKey};
pub use node_id::NodeId;
pub use retention::Retention;
pub use sample::{Sample, decode_journal, encode_journal};
pub use stored_chunk::StoredChunk;
pub use tier::Tier;
