//! The browser APIs that the event stream needs. Listeners and frames end when their value is dropped.

use crate::base_path::{path_of, under_base};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, js_sys};

/// An event listener that is removed when dropped.
pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    pub(super) fn new(target: impl Into<EventTarget>, name: &'static str, listen: impl FnMut(Event) + 'static) -> Self {
        let target = target.into();
        let closure = Closure::<dyn FnMut(Event)>::new(listen);
        // Fails only for a listener that is not a function.
        let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self { target, name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}

/// A call before the next frame is drawn; cancelled when dropped.
pub(super) struct Frame {
    id: i32,
    /// Kept alive, since the browser has only a reference.
    _closure: Closure<dyn FnMut()>,
}

impl Frame {
    /// `None` without a window.
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

/// A random number from 0 to 1.
pub(super) fn chance() -> f64 {
    js_sys::Math::random()
}

/// What this browser keeps under `key`. `None` also where it keeps nothing, as in some private windows.
pub(super) fn kept(key: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a value under `key`, or drops it. Does nothing where the browser keeps nothing.
pub(super) fn keep(key: &str, value: Option<&str>) {
    let Some(storage) = web_sys::window().and_then(|window| window.local_storage().ok().flatten()) else { return };
    // Fails when the storage is full: then the value is forgotten with the page.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

/// Whether the tab is in the background, where browsers draw no frames.
pub(super) fn is_hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// Opens the login page, which leads back to the current path: the session ended while the page was open.
pub(super) fn go_to_login() {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return };
    let path = path_of(&location.pathname().unwrap_or_default());
    // Fails only for an invalid address, and this one is valid.
    let _ = location.set_href(&under_base(&format!("/login?next={path}")));
}
