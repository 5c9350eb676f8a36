//! The one number under which a chunk is stored. Its order is that of the slots, then of the nodes.

use history::NodeId;

const NODE_BITS: u32 = 32;

/// The key of a chunk. Absent when the slot is too far from 1970 for it: with slots of an hour, more than 200,000 years.
pub(super) fn of(slot: i64, node: NodeId) -> Option<i64> {
    let slot = i32::try_from(slot).ok()?;
    Some(i64::from(slot) << NODE_BITS | i64::from(node.0))
}

/// The lowest key that a chunk in this slot can have. Beyond all slots that have keys, this is below or above all keys.
pub(super) fn first(slot: i64) -> i64 {
    match i32::try_from(slot) {
        Ok(slot) => i64::from(slot) << NODE_BITS,
        Err(_) if slot < 0 => i64::MIN,
        Err(_) => i64::MAX,
    }
}

/// The highest key that a chunk in this slot can have.
pub(super) fn last(slot: i64) -> i64 {
    match i32::try_from(slot) {
        Ok(slot) => i64::from(slot) << NODE_BITS | i64::from(u32::MAX),
        Err(_) if slot < 0 => i64::MIN,
        Err(_) => i64::MAX,
    }
}

pub(super) fn slot(key: i64) -> i64 {
    key >> NODE_BITS
}

pub(super) fn node(key: i64) -> NodeId {
    // The lower half, whatever the sign.
    let [_, _, _, _, a, b, c, d] = key.to_be_bytes();
    NodeId(u32::from_be_bytes([a, b, c, d]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_key_holds_slot_and_node(at in any::<i32>(), id in any::<u32>()) {
            let key = of(i64::from(at), NodeId(id)).unwrap();
            prop_assert_eq!((slot(key), node(key)), (i64::from(at), NodeId(id)));
            prop_assert!(first(i64::from(at)) <= key && key <= last(i64::from(at)));
        }

        #[test]
        fn keys_are_in_the_order_of_slots_and_nodes(a in any::<(i32, u32)>(), b in any::<(i32, u32)>()) {
            let key = |(slot, node): (i32, u32)| of(i64::from(slot), NodeId(node)).unwrap();
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
        }
    }

    #[test]
    fn a_slot_out_of_reach_has_no_key() {
        assert_eq!(of(i64::from(i32::MAX) + 1, NodeId(0)), None);
        assert_eq!(of(i64::from(i32::MIN) - 1, NodeId(0)), None);
        assert_eq!((first(i64::MIN), last(i64::MAX)), (i64::MIN, i64::MAX));
    }
}
