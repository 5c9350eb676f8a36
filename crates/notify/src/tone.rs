//! How urgent a message looks.

use super::delivery::Tone;

impl Tone {
    /// A sign that is seen at a glance, also in black and white: it stands for itself where nothing else has a colour.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Good => "🟢",
            Self::Neutral => "⚪",
            Self::Warning => "🟡",
            Self::Bad => "🔴",
        }
    }

    /// Red, green and blue in one number. Each can be told from black and from white.
    pub(super) fn colour(self) -> u32 {
        match self {
            Self::Good => 0x2e_9e_5b,
            Self::Neutral => 0x80_80_80,
            Self::Warning => 0xd6_8a_00,
            Self::Bad => 0xd9_36_3e,
        }
    }
}
