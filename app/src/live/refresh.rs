//! Fetches the recent history now and then, for as long as somebody looks at it.

use super::LiveStrips;
use super::browser::{self, Listener};
use crate::model::UptimeBarsView;
use crate::rpc;
use gloo_timers::callback::{Interval, Timeout};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Milliseconds between two looks at whether it is time to fetch. After a fetch that brought nothing, the next look fetches again.
const LOOK: u32 = 10_000;

/// Milliseconds after which history is fetched anew.
const AGAIN: i64 = 180_000;

/// Milliseconds after which history is fetched anew when a tab comes back, or when a row that is shown still has none.
const SOON: i64 = 60_000;

/// Rows that are drawn in one go. Between two goes the browser answers those who scroll and type.
const ROWS_AT_ONCE: usize = 100;

pub(super) fn follow(strips: LiveStrips) {
    let refresh = Rc::new(Refresh { strips, asked: Cell::new(None), _watch: RefCell::default() });
    let caller = |wait: i64| {
        let refresh = Rc::downgrade(&refresh);
        move || {
            if let Some(refresh) = refresh.upgrade() {
                refresh.look(wait);
            }
        }
    };
    let (first, again, back) = (caller(0), caller(AGAIN), caller(SOON));
    // The board is painted first.
    let first = Timeout::new(0, move || first());
    let again = Interval::new(LOOK, move || again());
    let back = Listener::new(document(), "visibilitychange", move |_| back());
    refresh._watch.replace(Some((first, again, back)));
    // Dropped with the owner, and with it the timers and the listener.
    StoredValue::new_local(refresh);
}

struct Refresh {
    strips: LiveStrips,
    /// When history was asked for last, in milliseconds since 1970.
    asked: Cell<Option<i64>>,
    /// Held for as long as this lives.
    _watch: RefCell<Option<(Timeout, Interval, Listener)>>,
}

impl Refresh {
    /// Fetches, unless nobody looks or the last time was not yet so long ago.
    fn look(self: &Rc<Self>, wait: i64) {
        let now = browser::now();
        if browser::is_hidden() || self.asked.get().is_some_and(|asked| now - asked < wait) {
            return;
        }
        self.asked.set(Some(now));
        let refresh = Rc::downgrade(self);
        spawn_local(async move {
            // Where it fails, what is shown stays, with the times that it is of. The stream says when the server is gone.
            match rpc::strips().await {
                Ok(view) => take(&refresh, &view, now).await,
                Err(_) => ask_again(&refresh, now, None),
            }
        });
    }
}

/// Takes piece by piece what was asked for at this time, until that is done, nobody looks any more, or a later one is asked for.
async fn take(refresh: &Weak<Refresh>, view: &UptimeBarsView, asked: i64) {
    for some in view.nodes.chunks(ROWS_AT_ONCE) {
        let Some(refresh) = refresh.upgrade().filter(|refresh| refresh.asked.get() == Some(asked)) else { return };
        refresh.strips.take(view, some);
        drop(refresh);
        TimeoutFuture::new(0).await;
    }
    let Some(strips) = refresh.upgrade().map(|refresh| refresh.strips.clone()) else { return };
    strips.forget_others(view);
    if view.nodes.is_empty() {
        ask_again(refresh, asked, None);
    } else if strips.lacks_history() {
        ask_again(refresh, asked, Some(asked - AGAIN + SOON));
    }
}

/// Fetches sooner than usual, as if what was asked for at `asked` had been asked for at `instead`, unless a later one is asked for.
fn ask_again(refresh: &Weak<Refresh>, asked: i64, instead: Option<i64>) {
    if let Some(refresh) = refresh.upgrade().filter(|refresh| refresh.asked.get() == Some(asked)) {
        refresh.asked.set(instead);
    }
}
