use crate::{NodeId, Tier};

/// A piece of history of one node. The bytes mean nothing to a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChunk {
    pub tier: Tier,
    pub slot: i64,
    pub node: NodeId,
    pub bytes: Vec<u8>,
}
