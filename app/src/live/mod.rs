//! The living picture: one stream of events per tab, and the signals through which the views see what changed.

mod backoff;
mod board;
#[cfg(feature = "hydrate")]
mod browser;
mod clock;
#[cfg(feature = "hydrate")]
mod refresh;
mod shared;
#[cfg(feature = "hydrate")]
mod stream;
mod strips;

pub use backoff::Backoff;
pub use board::LiveBoard;
pub use clock::Clock;
pub use shared::{Shared, SharedSignal};
pub use strips::{LiveStrips, RowHistory, follow as follow_strips};

use chrono::{DateTime, FixedOffset};

/// Whether the page is updated after it was rendered: in the browser alone. On the server nothing is registered for updates.
const IS_UPDATED: bool = cfg!(feature = "hydrate");

/// How far the picture can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Liveness {
    /// The page has just been opened, and the stream not yet.
    #[default]
    Connecting,
    /// The server was heard from a moment ago.
    Live,
    /// The server is silent or out of reach: what is shown may be old.
    Stale,
}

impl Liveness {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Stale => "stale",
        }
    }
}

/// Keeps `board` up to date from now on, until the reactive owner that calls this is gone. The board must have been loaded.
/// Does nothing on the server, which has no one to show a change to.
pub fn follow(board: &LiveBoard, clock: &Clock) {
    #[cfg(feature = "hydrate")]
    stream::follow(board.clone(), clock.clone());
    #[cfg(not(feature = "hydrate"))]
    let _ = (board, clock);
}

/// The time that somebody has put into an input of the kind `datetime-local`, by the clock on their wall. Nothing when there is none,
/// and on the server, which does not know their wall.
pub fn moment_of(text: &str) -> Option<DateTime<FixedOffset>> {
    #[cfg(feature = "hydrate")]
    return browser::moment(text);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = text;
        None
    }
}
