use super::{NodeKey, State};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// The recent history of the nodes that the viewer may see, in stretches of even length: the bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UptimeBarsView {
    /// Beginning of the first bar, in the server's own time zone.
    pub from: DateTime<FixedOffset>,
    /// Seconds from one bar to the next.
    pub step: u32,
    /// How many there are of each node. The last one is not over yet.
    pub bars: u32,
    /// Nodes that have any history in this time.
    pub nodes: Vec<UptimeBar>,
}

/// The recent history of one node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UptimeBar {
    #[serde(flatten)]
    pub key: NodeKey,
    /// One letter ([`letter`]) for each bar: the worst state that lasted noticeably in it.
    pub states: String,
    /// Seconds in each state over the whole time, in the order of [`State::BY_URGENCY`]. What is missing to the whole is not known.
    pub time: [u32; 4],
    /// How long the checks of each bar took on average, in microseconds with three figures; absent where nothing was measured.
    /// Empty when nothing was measured at all.
    pub elapsed: Vec<Option<u32>>,
}

/// The letter of a bar: `o`, `u` for unknown, `h` for unhealthy, `d`, and `-` where nothing is known.
pub const fn letter(state: Option<State>) -> char {
    match state {
        None => '-',
        Some(State::Operational) => 'o',
        Some(State::Unknown) => 'u',
        Some(State::Unhealthy) => 'h',
        Some(State::Down) => 'd',
    }
}

/// The state that a letter stands for. Of a letter that is none, nothing is known.
pub const fn state_of(letter: char) -> Option<State> {
    match letter {
        'o' => Some(State::Operational),
        'u' => Some(State::Unknown),
        'h' => Some(State::Unhealthy),
        'd' => Some(State::Down),
        _ => None,
    }
}
