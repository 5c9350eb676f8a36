use super::{NodeKey, State};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// The recent history of the nodes that the user may see, in cells of equal length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UptimeBarsView {
    /// The begin of the first cell, in the time zone of the server.
    pub from: DateTime<FixedOffset>,
    /// The length of a cell, in seconds.
    pub step: u32,
    /// The number of cells of each node. The last one is not complete.
    pub bars: u32,
    /// The nodes with history in this time.
    pub nodes: Vec<UptimeBar>,
}

/// The recent history of one node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UptimeBar {
    #[serde(flatten)]
    pub key: NodeKey,
    /// One letter ([`letter`]) for each cell: its worst state that lasted noticeably.
    pub states: String,
    /// Seconds in each state over the whole time, in the order of [`State::BY_URGENCY`]. Time without data is in none.
    pub time: [u32; 4],
    /// The average duration of the checks of each cell, in microseconds with three figures; absent if nothing was measured.
    /// Empty if nothing was measured at all.
    pub elapsed: Vec<Option<u32>>,
}

/// The letter of a state: `o`, `u` for unknown, `h` for unhealthy, `d`, and `-` for no data.
pub const fn letter(state: Option<State>) -> char {
    match state {
        None => '-',
        Some(State::Operational) => 'o',
        Some(State::Unknown) => 'u',
        Some(State::Unhealthy) => 'h',
        Some(State::Down) => 'd',
    }
}

/// The state of a letter; `None` for `-` and other letters.
pub const fn state_of(letter: char) -> Option<State> {
    match letter {
        'o' => Some(State::Operational),
        'u' => Some(State::Unknown),
        'h' => Some(State::Unhealthy),
        'd' => Some(State::Down),
        _ => None,
    }
}
