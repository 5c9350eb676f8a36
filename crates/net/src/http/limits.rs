//! How much of the head of an answer is read.

/// The limits below, as a message shows them.
pub(super) const HEAD_LIMITS: &str = "16384 of them, or 1 MiB";

/// Most headers of an answer. Room for all of them is made for each answer, so most connections have the usual 100.
pub(super) const MOST_HEADERS: usize = 16_384;

/// Largest head of an answer, in bytes.
pub(super) const LARGEST_HEAD: usize = 1 << 20;
