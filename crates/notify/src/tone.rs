//! The look of each urgency.

use super::delivery::Tone;

impl Tone {
    /// A sign for receivers without colours.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Good => "🟢",
            Self::Neutral => "⚪",
            Self::Warning => "🟡",
            Self::Bad => "🔴",
        }
    }

    /// Red, green and blue in one number. Each has contrast with black and with white.
    pub(super) fn colour(self) -> u32 {
        match self {
            Self::Good => 0x2e_9e_5b,
            Self::Neutral => 0x80_80_80,
            Self::Warning => 0xd6_8a_00,
            Self::Bad => 0xd9_36_3e,
        }
    }
}
