//! Live updates: one event stream for each tab, and the signals that notify the views of changes.

mod backoff;
mod board;
#[cfg(feature = "hydrate")]
mod browser;
mod clock;
mod derived;
mod liveness;
#[cfg(feature = "hydrate")]
mod refresh;
mod shared;
#[cfg(feature = "hydrate")]
mod stream;
mod uptime_bars;

pub use backoff::Backoff;
pub use board::LiveBoard;
pub use clock::Clock;
pub use derived::Derived;
pub use liveness::Liveness;
pub use shared::{Shared, SharedSignal};
pub use uptime_bars::{LiveUptimeBars, RowHistory};

use chrono::{DateTime, FixedOffset};

/// Keeps `board` up to date until the reactive owner that calls this is dropped. The board must be loaded. Does nothing on the
/// server.
pub fn follow(board: &LiveBoard, clock: &Clock) {
    #[cfg(feature = "hydrate")]
    stream::follow(board.clone(), clock.clone());
    #[cfg(not(feature = "hydrate"))]
    let _ = (board, clock);
}

/// Keeps the uptime bars up to date until the reactive owner that calls this is dropped. Does nothing on the server.
pub fn follow_uptime_bars(uptime_bars: &LiveUptimeBars) {
    #[cfg(feature = "hydrate")]
    refresh::follow(uptime_bars.clone());
    #[cfg(not(feature = "hydrate"))]
    let _ = uptime_bars;
}

/// Parses the value of an input of type `datetime-local` in the time zone of the browser. `None` for an empty or invalid value, and on
/// the server, which does not know that time zone.
pub fn local_time(text: &str) -> Option<DateTime<FixedOffset>> {
    #[cfg(feature = "hydrate")]
    return browser::local_time(text);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = text;
        None
    }
}

/// Milliseconds since 1970 by the clock of this machine: of the browser, or on the server of the server.
fn now() -> i64 {
    #[cfg(feature = "hydrate")]
    return browser::now();
    #[cfg(not(feature = "hydrate"))]
    {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |now| i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
    }
}
