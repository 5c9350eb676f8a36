//! The four tiers: how finely history is kept, and how it is cut into chunks.

use serde::{Deserialize, Serialize};

/// How finely a stretch of history is kept. The order is that of coarseness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Every check as it was.
    Raw,
    Minute,
    Hour,
    Day,
}

impl Tier {
    /// Every tier, the finest first.
    pub const ALL: [Self; 4] = [Self::Raw, Self::Minute, Self::Hour, Self::Day];

    /// The word of the configuration and of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Length of one bucket in milliseconds; raw has none.
    pub const fn bucket(self) -> Option<i64> {
        match self {
            Self::Raw => None,
            Self::Minute => Some(MINUTE),
            Self::Hour => Some(HOUR),
            Self::Day => Some(DAY),
        }
    }

    /// Milliseconds that one chunk spans: long enough for many buckets to share a blob, short enough that adding to it, which
    /// writes all of it anew, stays cheap.
    pub const fn span(self) -> i64 {
        match self {
            Self::Raw => HOUR,
            Self::Minute => 4 * HOUR,
            Self::Hour => DAY,
            Self::Day => 32 * DAY,
        }
    }

    /// Number of the chunk that holds this instant, in milliseconds since 1970; before that both are negative.
    pub const fn slot(self, at: i64) -> i64 {
        at.div_euclid(self.span())
    }

    /// First instant of a slot, in milliseconds since 1970.
    pub const fn start(self, slot: i64) -> i64 {
        slot.saturating_mul(self.span())
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    #[track_caller]
    fn check(tier: Tier, at: i64, slot: i64, start: i64) {
        assert_eq!(tier.slot(at), slot);
        assert_eq!(tier.start(slot), start);
    }

    #[test]
    fn an_instant_has_a_slot() {
        check(Tier::Raw, 0, 0, 0);
        check(Tier::Raw, 3_599_999, 0, 0);
        check(Tier::Raw, 3_600_000, 1, 3_600_000);
        check(Tier::Minute, 14_400_000, 1, 14_400_000);
        check(Tier::Hour, 86_399_999, 0, 0);
        check(Tier::Day, 32 * 86_400_000, 1, 2_764_800_000);
        check(Tier::Day, -1, -1, -2_764_800_000);
        check(Tier::Raw, -3_600_000, -1, -3_600_000);
    }

    #[test]
    fn a_chunk_holds_whole_buckets() {
        assert_eq!(Tier::ALL.map(|tier| tier.bucket().map(|bucket| tier.span() / bucket)), [None, Some(240), Some(24), Some(32)]);
        assert!(Tier::ALL.iter().all(|tier| tier.bucket().is_none_or(|bucket| tier.span() % bucket == 0)));
    }

    #[test]
    fn words_are_the_same_everywhere() {
        for tier in Tier::ALL {
            let read: Result<Tier, serde::de::value::Error> =
                Tier::deserialize(serde::de::value::StrDeserializer::new(tier.as_str()));
            assert_eq!(read, Ok(tier));
        }
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn an_instant_lies_within_its_slot(at in -1i64 << 50..1i64 << 50) {
            for tier in Tier::ALL {
                let start = tier.start(tier.slot(at));
                prop_assert!(start <= at && at < start + tier.span());
            }
        }

        #[test]
        fn no_instant_is_too_far(at in any::<i64>()) {
            for tier in Tier::ALL {
                tier.start(tier.slot(at));
                tier.start(at);
            }
        }
    }
}
