use history::index;
use model::State;
use serde::Serialize;

/// One of something for each state, as it is written in answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ByState<T> {
    pub operational: T,
    pub unhealthy: T,
    pub down: T,
    pub unknown: T,
}

impl<T: Copy> ByState<T> {
    pub fn new(of: impl Fn(State) -> T) -> Self {
        Self {
            operational: of(State::Operational),
            unhealthy: of(State::Unhealthy),
            down: of(State::Down),
            unknown: of(State::Unknown),
        }
    }

    /// Out of what history keeps by state.
    pub fn of(kept: [T; 4]) -> Self {
        Self::new(|state| kept[index(state)])
    }
}
