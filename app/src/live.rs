//! Live updates: one event stream for each tab, and the signals that notify the views of changes.

mod backoff;
mod board;
#[cfg(feature = "hydrate")]
mod browser;
mod clock;
mod derived;
mod first_snapshot;
mod liveness;
mod now;
#[cfg(feature = "hydrate")]
mod refresh;
mod row_details;
mod shared;
#[cfg(feature = "hydrate")]
mod stream;
mod uptime_bars;

pub use backoff::Backoff;
pub use board::LiveBoard;
pub use clock::Clock;
pub use derived::Derived;
pub use first_snapshot::FirstSnapshot;
pub use liveness::Liveness;
pub use row_details::{ChunkDetail, Detail, RowDetails};
pub use shared::{Shared, SharedSignal};
pub use uptime_bars::{LiveUptimeBars, RowHistory, ShownBar};

use crate::model::ServiceId;

/// Keeps `board` up to date until the reactive owner that calls this is dropped. The board must be loaded. Does nothing on the
/// server.
pub fn follow(board: &LiveBoard, clock: &Clock) {
    #[cfg(feature = "hydrate")]
    stream::follow(board.clone(), clock.clone());
    #[cfg(not(feature = "hydrate"))]
    let _ = (board, clock);
}

/// Keeps the uptime bars of all rows, or of those of one service, up to date until the reactive owner that calls this is dropped. Does
/// nothing on the server.
pub fn follow_uptime_bars(uptime_bars: &LiveUptimeBars, service: Option<&ServiceId>) {
    #[cfg(feature = "hydrate")]
    refresh::follow(uptime_bars.clone(), service.cloned());
    #[cfg(not(feature = "hydrate"))]
    let _ = (uptime_bars, service);
}

/// What this browser keeps under `key`; `None` on the server.
pub fn kept(key: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    return browser::kept(key);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = key;
        None
    }
}

/// Keeps a value in this browser, or drops it. Does nothing on the server.
pub fn keep(key: &str, value: Option<&str>) {
    #[cfg(feature = "hydrate")]
    browser::keep(key, value);
    #[cfg(not(feature = "hydrate"))]
    let _ = (key, value);
}
