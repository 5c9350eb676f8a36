use crate::model::{NodeStatus, State};

/// What a service counts as, once, wherever services are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The worst state of its nodes.
    State(State),
    /// It is not checked, whatever its latest state was.
    Paused,
}

impl Condition {
    /// In the order of urgency.
    pub const ALL: [Self; 5] = [
        Self::State(State::Down),
        Self::State(State::Unhealthy),
        Self::State(State::Unknown),
        Self::State(State::Operational),
        Self::Paused,
    ];

    /// Of the nodes of a service. `None` without nodes.
    pub fn of(nodes: &[&NodeStatus]) -> Option<Self> {
        Self::of_states(nodes.iter().map(|node| Self::state(node)))
    }

    /// Of the states of the nodes of a service, absent where it is paused. `None` without nodes.
    pub fn of_states(states: impl Iterator<Item = Option<State>>) -> Option<Self> {
        states.max().map(|worst| worst.map_or(Self::Paused, Self::State))
    }

    /// The state of a node, unless its service is paused.
    pub fn state(node: &NodeStatus) -> Option<State> {
        (!node.is_paused()).then_some(node.state)
    }

    /// Whether a node is in it.
    pub fn has(self, node: &NodeStatus) -> bool {
        match self {
            Self::State(state) => node.state == state && !node.is_paused(),
            Self::Paused => node.is_paused(),
        }
    }

    /// The value in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State(state) => state.as_str(),
            Self::Paused => "paused",
        }
    }

    /// The one with this value.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.as_str() == text)
    }
}
