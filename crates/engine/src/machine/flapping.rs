//! Whether a node goes up and down too often. The method and its usual thresholds are those of Icinga 2: the latest twenty checks
//! count, the newer ones more.

/// Checks that count.
const CHECKS: u32 = 20;

/// Of each of the latest twenty checks, whether it found the node changed from operational to not, or back. The newest is the lowest
/// bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes(pub u32);

/// When a node counts as flapping, in percent of [`Changes::percent`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlapThresholds {
    /// It begins above this.
    pub high: f64,
    /// It ends at this or below.
    pub low: f64,
}

impl Default for FlapThresholds {
    fn default() -> Self {
        Self { high: 30.0, low: 25.0 }
    }
}

impl Changes {
    /// With one more check.
    pub fn and(self, is_change: bool) -> Self {
        let all = (1 << CHECKS) - 1;
        Self(((self.0 << 1) | u32::from(is_change)) & all)
    }

    /// Whether there was none.
    pub fn is_quiet(&self) -> bool {
        self.0 == 0
    }

    /// From 0, when nothing changes, to nearly 100, when each check finds a change. The oldest check counts 0.8, the newest 1.18.
    pub fn percent(self) -> f64 {
        let weight = |age: u32| 0.8 + 0.02 * f64::from(CHECKS - 1 - age);
        let changed: f64 = (0..CHECKS).filter(|age| self.0 >> age & 1 == 1).map(weight).sum();
        100.0 * changed / f64::from(CHECKS)
    }
}

impl FlapThresholds {
    /// Whether it is flapping now.
    pub fn is_flapping(self, changes: Changes, was_flapping: bool) -> bool {
        changes.percent() > if was_flapping { self.low } else { self.high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(bits: &[bool]) -> Changes {
        bits.iter().fold(Changes::default(), |changes, bit| changes.and(*bit))
    }

    #[test]
    fn newer_changes_count_more() {
        assert!((changes(&[true]).percent() - 5.9).abs() < 1e-9);
        let aged: Vec<bool> = (0..20).map(|check| check == 0).collect();
        assert!((changes(&aged).percent() - 4.0).abs() < 1e-9);
        assert!((changes(&[true; 40]).percent() - 99.0).abs() < 1e-9);
        assert!(changes(&[true].into_iter().chain([false; 20]).collect::<Vec<_>>()).is_quiet());
    }

    #[test]
    fn it_ends_lower_than_it_begins() {
        let thresholds = FlapThresholds::default();
        let six = changes(&[true; 6]);
        assert!(thresholds.is_flapping(six, false), "{}", six.percent());
        let five = changes(&[true; 5]);
        assert!(!thresholds.is_flapping(five, false), "{}", five.percent());
        assert!(thresholds.is_flapping(five, true), "{}", five.percent());
        assert!(!thresholds.is_flapping(changes(&[true; 4]), true));
    }
}
