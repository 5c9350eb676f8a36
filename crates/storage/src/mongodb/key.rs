//! The `_id` of a chunk: tier, slot and node as bytes that are in the same order as those, so that a range of slots of all nodes is one
//! range of the index.

use history::{NodeId, Tier};
use mongodb::bson::Binary;
use mongodb::bson::spec::BinarySubtype;

/// All keys are of the same length: shorter ones would come before longer ones, whatever they hold.
pub fn chunk_key(tier: Tier, slot: i64, node: NodeId) -> Binary {
    let tier: u8 = match tier {
        Tier::Raw => 0,
        Tier::Minute => 1,
        Tier::Hour => 2,
        Tier::Day => 3,
    };
    let mut bytes = Vec::with_capacity(13);
    bytes.push(tier);
    // With the sign turned over, negative slots come first.
    bytes.extend((slot ^ i64::MIN).to_be_bytes());
    bytes.extend(node.0.to_be_bytes());
    Binary { subtype: BinarySubtype::Generic, bytes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_what_they_name(a in any::<(u8, i64, u32)>(), b in any::<(u8, i64, u32)>()) {
            let name = |(tier, slot, node): (u8, i64, u32)| (Tier::ALL[usize::from(tier % 4)], slot, NodeId(node));
            let (a, b) = (name(a), name(b));
            let key = |(tier, slot, node)| chunk_key(tier, slot, node).bytes;
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }
    }
}
