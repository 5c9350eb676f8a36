use serde::{Serialize, Serializer};
use std::fmt;

/// A time in milliseconds that is written in seconds: as a whole number where it is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seconds(pub u64);

impl Seconds {
    fn fraction(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

/// Microseconds in seconds.
pub fn of_microseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1_000_000.0
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % 1000 {
            0 => serializer.serialize_u64(self.0 / 1000),
            _ => serializer.serialize_f64(self.fraction()),
        }
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fraction().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        for (milliseconds, expected) in [(0, "0"), (1, "0.001"), (1500, "1.5"), (90_000, "90"), (31_536_000_000, "31536000")] {
            assert_eq!(serde_json::to_string(&Seconds(milliseconds)).unwrap(), expected);
            assert_eq!(Seconds(milliseconds).to_string(), expected);
        }
    }
}
