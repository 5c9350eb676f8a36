//! The event stream from the server, open for as long as its owner lives.

use super::backoff::Backoff;
use super::board::LiveBoard;
use super::browser::{self, Frame, Listener};
use super::clock::Clock;
use super::liveness::Liveness;
use crate::base_path::under_base;
use crate::model::{NodeKey, NodeStatus, Position, RpcError, ServiceTags, StatusEvent, StoreNotice, event_name};
use crate::rpc;
use gloo_timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, EventSource, MessageEvent};

/// Milliseconds without an event after which the connection counts as lost. The server sends one at least every ten seconds.
const LONGEST_PAUSE: i64 = 25_000;

/// Events that wait for one frame at most; further ones are applied at once.
const BURST: usize = 2_000;

pub(super) fn follow(board: LiveBoard, clock: Clock) {
    let stream = Stream::new(board, clock.clone());
    // The first tick comes at once: otherwise the ages would visibly jump after a second.
    clock.tick(browser::now());
    stream.open();
    Effect::new({
        let fetch = stream.caller(|stream, ()| stream.reconnect());
        let (fetch, board) = (RefCell::new(fetch), stream.board.clone());
        move |_| {
            if board.lacking().is_some() {
                (fetch.borrow_mut())(());
            }
        }
    });
    // Dropped with the owner, and with it the connection, the timers and the listeners.
    StoredValue::new_local(stream);
}

struct Stream {
    board: LiveBoard,
    clock: Clock,
    /// Absent while there is no connection.
    source: RefCell<Option<Source>>,
    /// Events that wait for the next frame.
    waiting: RefCell<Vec<(Position, StatusEvent)>>,
    frame: RefCell<Option<Frame>>,
    /// The time of the latest sign of life of the server, in milliseconds since 1970.
    heard: Cell<i64>,
    backoff: RefCell<Backoff>,
    /// The next attempt to connect, once the connection is lost.
    retry: RefCell<Option<Timeout>>,
    /// When the pending request for a snapshot was sent, so that no second one is sent.
    fetching: Cell<Option<i64>>,
    /// Held for as long as the stream lives.
    watch: RefCell<Option<(Interval, [Listener; 2])>>,
}

/// One connection.
struct Source {
    source: EventSource,
    _listeners: [Listener; 9],
}

impl Drop for Source {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Stream {
    fn new(board: LiveBoard, clock: Clock) -> Rc<Self> {
        let stream = Rc::new(Self {
            board,
            clock,
            source: RefCell::default(),
            waiting: RefCell::default(),
            frame: RefCell::default(),
            heard: Cell::new(browser::now()),
            backoff: RefCell::default(),
            retry: RefCell::default(),
            fetching: Cell::default(),
            watch: RefCell::default(),
        });
        let listeners = [
            Listener::new(window(), "online", stream.caller(|stream, _| stream.resume())),
            Listener::new(document(), "visibilitychange", stream.caller(|stream, _| stream.resume())),
        ];
        let mut tick = stream.caller(|stream, ()| stream.tick());
        stream.watch.replace(Some((Interval::new(1_000, move || tick(())), listeners)));
        stream
    }

    /// Wraps `call` so that it does nothing once the stream is dropped.
    fn caller<E, F: Fn(&Rc<Self>, E) + 'static>(self: &Rc<Self>, call: F) -> impl FnMut(E) + use<E, F> {
        let stream = Rc::downgrade(self);
        move |event| {
            if let Some(stream) = stream.upgrade() {
                call(&stream, event);
            }
        }
    }

    /// Connects and continues from the position of the board.
    fn open(self: &Rc<Self>) {
        let Ok(source) = EventSource::new(&under_base(&format!("/api/v1.0/events?after={}", self.board.position()))) else {
            return self.lose();
        };
        let listeners = [
            Listener::new(source.clone(), "open", self.caller(|stream, _| stream.hear())),
            Listener::new(source.clone(), "error", self.caller(|stream, _| stream.lose())),
            Listener::new(source.clone(), event_name::HEARTBEAT, self.caller(|stream, _| stream.settle())),
            Listener::new(source.clone(), event_name::STATUS, self.caller(|stream, event| stream.take(&event, status))),
            Listener::new(source.clone(), event_name::REMOVED, self.caller(|stream, event| stream.take(&event, removed))),
            Listener::new(source.clone(), event_name::STORE, self.caller(|stream, event| stream.take(&event, store))),
            Listener::new(
                source.clone(),
                event_name::SUPPRESSIONS,
                self.caller(|stream, event| stream.take(&event, |_| Some(StatusEvent::Suppressions))),
            ),
            Listener::new(source.clone(), event_name::TAGS, self.caller(|stream, event| stream.take(&event, tags))),
            Listener::new(source.clone(), event_name::RESYNC, self.caller(|stream, _| stream.retry_later())),
        ];
        self.heard.set(browser::now());
        self.source.replace(Some(Source { source, _listeners: listeners }));
    }

    /// Notes a sign of life of the server.
    fn hear(&self) {
        self.heard.set(browser::now());
        if self.board.liveness.get_untracked() != Liveness::Live {
            self.board.liveness.set(Liveness::Live);
        }
    }

    /// Notes that the connection works: it delivered an event after it was opened.
    fn settle(&self) {
        self.hear();
        self.backoff.borrow_mut().reset();
    }

    /// Takes an event, to be shown with the next frame. An event that cannot be parsed means that the server has another version; the
    /// board is then fetched again.
    fn take(self: &Rc<Self>, event: &Event, read: fn(&str) -> Option<StatusEvent>) {
        self.settle();
        let event = event.dyn_ref::<MessageEvent>().and_then(|event| {
            let position = event.last_event_id().parse().ok()?;
            Some((position, read(&event.data().as_string()?)?))
        });
        let Some((position, event)) = event else { return self.lose() };
        if let StatusEvent::Status(row) = &event {
            self.clock.learn(row.checked, browser::now());
        }
        let waiting = {
            let mut waiting = self.waiting.borrow_mut();
            waiting.push((position, event));
            waiting.len()
        };
        // A tab in the background draws no frames, but its title and icon are visible.
        if waiting >= BURST || browser::is_hidden() {
            self.show();
        } else if self.frame.borrow().is_none() {
            let mut show = self.caller(|stream, ()| stream.show());
            self.frame.replace(Frame::request(move || show(())));
        }
    }

    /// Applies the waiting events.
    fn show(&self) {
        self.frame.replace(None);
        self.board.apply(self.waiting.take());
    }

    /// Once a second: advances the clock and detects a silent server, also while a snapshot is requested.
    fn tick(self: &Rc<Self>) {
        let now = browser::now();
        self.clock.tick(now);
        let waits_since = self.fetching.get().or_else(|| self.source.borrow().is_some().then(|| self.heard.get()));
        if waits_since.is_some_and(|since| now - since > LONGEST_PAUSE) {
            self.lose();
        }
    }

    /// The network is back, or the tab is visible again: reconnects without waiting any longer.
    fn resume(self: &Rc<Self>) {
        self.tick();
        if self.source.borrow().is_none() && !browser::is_hidden() {
            self.reconnect();
        }
    }

    /// Closes the connection and marks the page as stale.
    fn lose(self: &Rc<Self>) {
        self.board.liveness.set(Liveness::Stale);
        self.retry_later();
    }

    /// Reconnects after the next delay of the backoff.
    fn retry_later(self: &Rc<Self>) {
        self.close();
        let mut reconnect = self.caller(|stream, ()| stream.reconnect());
        let delay = self.backoff.borrow_mut().next_delay(browser::chance());
        self.retry.replace(Some(Timeout::new(delay, move || reconnect(()))));
    }

    /// Fetches the rows that the page wants and continues from their position: they include all missed events.
    fn reconnect(self: &Rc<Self>) {
        if self.fetching.get().is_some() {
            return;
        }
        self.close();
        let begun = browser::now();
        self.fetching.set(Some(begun));
        let wanted = self.board.scope_to_fetch();
        let stream = Rc::downgrade(self);
        spawn_local(async move {
            let answer = rpc::board(wanted.clone()).await;
            // Ignored when another attempt has begun.
            let Some(stream) = stream.upgrade().filter(|stream| stream.fetching.get() == Some(begun)) else { return };
            stream.fetching.set(None);
            match answer {
                Ok(snapshot) => {
                    stream.board.replace(snapshot);
                    stream.open();
                    // Others may be wanted since.
                    if stream.board.scope_to_fetch() != wanted {
                        stream.reconnect();
                    }
                }
                Err(RpcError::Unauthorized) => browser::go_to_login(),
                Err(_) => stream.lose(),
            }
        });
    }

    /// Closes the connection and cancels pending requests and retries.
    fn close(&self) {
        self.fetching.set(None);
        self.retry.replace(None);
        self.source.replace(None);
        self.show();
    }
}

fn status(data: &str) -> Option<StatusEvent> {
    serde_json::from_str::<NodeStatus>(data).ok().map(|row| StatusEvent::Status(Box::new(row)))
}

fn removed(data: &str) -> Option<StatusEvent> {
    serde_json::from_str::<NodeKey>(data).ok().map(StatusEvent::Removed)
}

fn store(data: &str) -> Option<StatusEvent> {
    serde_json::from_str::<Option<StoreNotice>>(data).ok().map(StatusEvent::Store)
}

fn tags(data: &str) -> Option<StatusEvent> {
    serde_json::from_str::<ServiceTags>(data).ok().map(StatusEvent::Tags)
}
