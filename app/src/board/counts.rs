use super::condition::Condition;
use crate::model::State;

/// Numbers of services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    down: u32,
    unhealthy: u32,
    unknown: u32,
    operational: u32,
    paused: u32,
}

impl Counts {
    pub fn add(&mut self, condition: Condition) {
        match condition {
            Condition::State(State::Down) => self.down += 1,
            Condition::State(State::Unhealthy) => self.unhealthy += 1,
            Condition::State(State::Unknown) => self.unknown += 1,
            Condition::State(State::Operational) => self.operational += 1,
            Condition::Paused => self.paused += 1,
        }
    }

    /// The number in this state, without paused services.
    pub fn of(&self, state: State) -> u32 {
        match state {
            State::Down => self.down,
            State::Unhealthy => self.unhealthy,
            State::Unknown => self.unknown,
            State::Operational => self.operational,
        }
    }

    pub fn paused(&self) -> u32 {
        self.paused
    }

    /// The number without paused services.
    pub fn total(&self) -> u32 {
        self.down + self.unhealthy + self.unknown + self.operational
    }

    /// The number with paused services.
    pub fn all(&self) -> u32 {
        self.total() + self.paused
    }

    /// The number that is neither operational nor paused.
    pub fn failing(&self) -> u32 {
        self.total() - self.operational
    }

    /// The most urgent state that occurs.
    pub fn worst(&self) -> Option<State> {
        State::BY_URGENCY.into_iter().find(|state| self.of(*state) > 0)
    }
}
