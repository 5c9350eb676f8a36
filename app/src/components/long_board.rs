//! What tells the chunks of a long board whether they are near the screen.

use super::row_element::chunk_of;
use crate::live::RowDetails;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys::Reflect;
use leptos::web_sys::{Element, Event};

/// Whether the browser reports which chunks it lays out. The server sends all of each row.
pub(super) fn is_reported() -> bool {
    cfg!(feature = "hydrate")
        && Reflect::has(&window(), &JsValue::from("ContentVisibilityAutoStateChangeEvent")).unwrap_or_default()
}

/// Whether views are made for what the server has sent.
pub(super) fn is_sent() -> bool {
    #[cfg(feature = "hydrate")]
    return Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    #[cfg(not(feature = "hydrate"))]
    false
}

/// The browser has begun to lay out a chunk, or skips it from now on.
pub(super) fn hear(details: &RowDetails, event: &Event) {
    let chunk = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(id) = chunk.as_ref().and_then(chunk_of) else { return };
    let is_skipped = Reflect::get(event, &JsValue::from("skipped")).is_ok_and(|skipped| skipped.is_truthy());
    details.set_near(&id, !is_skipped);
}

/// Follows what all chunks depend on, until the reactive owner that calls this is dropped.
pub(super) fn follow(details: &RowDetails) {
    #[cfg(feature = "hydrate")]
    super::sent_rows::replace(details.clone());
    let listen = |event, is_printing| {
        let details = details.clone();
        let listener = window_event_listener_untyped(event, move |_| details.print(is_printing));
        on_cleanup(move || listener.remove());
    };
    listen("beforeprint", true);
    listen("afterprint", false);
}
