//! The few things of the browser that the stream needs, each of which ends when its value is dropped.

use chrono::{DateTime, FixedOffset};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, js_sys};

/// A listener that is taken off its target when dropped.
pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(super) fn new(target: impl Into<EventTarget>, name: &'static str, listen: impl FnMut(Event) + 'static) -> Self {
        let target = target.into();
        let closure = Closure::<dyn FnMut(Event)>::new(listen);
        // It fails only for a listener that is no function.
        let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self { target, name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}

/// A call before the next frame is drawn; not made when dropped before.
pub(super) struct Frame {
    id: i32,
    /// Held, since the browser knows it only by reference.
    _closure: Closure<dyn FnMut()>,
}

impl Frame {
    /// Absent where there is no window to draw.
    pub(super) fn request(call: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::<dyn FnMut()>::new(call);
        let id = web_sys::window()?.request_animation_frame(closure.as_ref().unchecked_ref()).ok()?;
        Some(Self { id, _closure: closure })
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window.cancel_animation_frame(self.id);
        }
    }
}

/// Milliseconds since 1970 by the clock of the browser.
pub(super) fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// A time as an input of the kind `datetime-local` gives it, by the clock on the wall where the browser is; nothing for another text.
pub(super) fn moment(text: &str) -> Option<DateTime<FixedOffset>> {
    let milliseconds = js_sys::Date::new(&text.into()).get_time();
    // What is no time is no number either.
    let milliseconds = milliseconds.is_finite().then_some(milliseconds as i64)?;
    DateTime::from_timestamp_millis(milliseconds).map(|time| time.fixed_offset())
}

/// Anything from 0 to 1.
pub(super) fn chance() -> f64 {
    js_sys::Math::random()
}

/// Whether the tab is in the background, where no frames are drawn.
pub(super) fn is_hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}
