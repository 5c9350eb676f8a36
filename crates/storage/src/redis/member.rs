//! An event in a sorted set: its id and its node. The node is there so that those of other nodes need not be read.

use chrono::{DateTime, FixedOffset};
use history::NodeId;
use std::fmt;

/// The order is that of the ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) id: u64,
    pub(super) node: NodeId,
}

impl Member {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (id, node) = text.split_once(':')?;
        Some(Self { id: id.parse().ok()?, node: NodeId(node.parse().ok()?) })
    }
}

/// Padded, because Redis sorts those of one instant as texts.
impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}:{}", self.id, self.node)
    }
}

/// The score of an instant: microseconds since 1970, which a score holds exactly for the next two hundred years.
pub(super) fn score(at: DateTime<FixedOffset>) -> i64 {
    at.timestamp_micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_comes_back() {
        let member = Member { id: 12, node: NodeId(7) };
        assert_eq!(member.to_string(), "00000000000000000012:7");
        assert_eq!(Member::parse(&member.to_string()), Some(member));
        assert_eq!(Member::parse("12"), None);
    }
}
