//! Fetches the uptime bars from time to time while the tab is visible.

use super::browser::{self, Listener};
use super::uptime_bars::LiveUptimeBars;
use crate::model::{ServiceId, UptimeBarsView};
use crate::rpc;
use gloo_timers::callback::{Interval, Timeout};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Milliseconds between two tests whether a fetch is due. After a fetch without a result, the next test fetches again.
const TICK: u32 = 10_000;

/// Milliseconds after which the bars are fetched again.
const AGAIN: i64 = 180_000;

/// Milliseconds after which the bars are fetched again when a tab becomes visible, or when a visible row has none.
const SOON: i64 = 60_000;

/// Rows that are updated at once. Between two batches the browser handles scrolling and typing.
const ROWS_AT_ONCE: usize = 100;

pub(super) fn follow(bars: LiveUptimeBars, service: Option<ServiceId>) {
    let refresh = Rc::new(Refresh { bars, service, asked: Cell::new(None), _watch: RefCell::default() });
    let caller = |wait: i64| {
        let refresh = Rc::downgrade(&refresh);
        move || {
            if let Some(refresh) = refresh.upgrade() {
                refresh.fetch_after(wait);
            }
        }
    };
    let (first, again, back) = (caller(0), caller(AGAIN), caller(SOON));
    // The board is painted first.
    let first = Timeout::new(0, first);
    let again = Interval::new(TICK, again);
    let back = Listener::new(document(), "visibilitychange", move |_| back());
    refresh._watch.replace(Some((first, again, back)));
    // Dropped with the owner, together with the timers and the listener.
    StoredValue::new_local(refresh);
}

struct Refresh {
    bars: LiveUptimeBars,
    /// Whose bars are fetched. `None`: all.
    service: Option<ServiceId>,
    /// The time of the latest request, in milliseconds since 1970.
    asked: Cell<Option<i64>>,
    /// Held for as long as this lives.
    _watch: RefCell<Option<(Timeout, Interval, Listener)>>,
}

impl Refresh {
    /// Fetches, unless the tab is hidden or the latest request is younger than `wait` milliseconds.
    fn fetch_after(self: &Rc<Self>, wait: i64) {
        let now = browser::now();
        if browser::is_hidden() || self.asked.get().is_some_and(|asked| now - asked < wait) {
            return;
        }
        self.asked.set(Some(now));
        let (refresh, service) = (Rc::downgrade(self), self.service.clone());
        spawn_local(async move {
            // When it fails, the bars stay, with their times. The event stream detects that the server is unreachable.
            match rpc::uptime_bars(service).await {
                Ok(view) => take(&refresh, &view, now).await,
                Err(_) => ask_again(&refresh, now, None),
            }
        });
    }
}

/// Takes the answer to the request of this time in batches, until it is complete, the board is gone, or a later request was sent.
async fn take(refresh: &Weak<Refresh>, view: &UptimeBarsView, asked: i64) {
    for some in view.nodes.chunks(ROWS_AT_ONCE) {
        let Some(refresh) = refresh.upgrade().filter(|refresh| refresh.asked.get() == Some(asked)) else { return };
        refresh.bars.take(view, some);
        drop(refresh);
        TimeoutFuture::new(0).await;
    }
    let Some(following) = refresh.upgrade() else { return };
    following.bars.forget_others(view, following.service.as_ref());
    if view.nodes.is_empty() {
        ask_again(refresh, asked, None);
    } else if following.bars.lacks_history() {
        ask_again(refresh, asked, Some(asked - AGAIN + SOON));
    }
}

/// Makes the next fetch earlier, as if the request of `asked` had been sent at `instead`, unless a later request was sent.
fn ask_again(refresh: &Weak<Refresh>, asked: i64, instead: Option<i64>) {
    if let Some(refresh) = refresh.upgrade().filter(|refresh| refresh.asked.get() == Some(asked)) {
        refresh.asked.set(instead);
    }
}
