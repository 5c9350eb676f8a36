//! What tells the chunks of a long board whether they are near the screen.

use super::row_element::chunk_of;
use crate::live::RowDetails;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
#[cfg(feature = "hydrate")]
use leptos::web_sys::js_sys::Array;
use leptos::web_sys::js_sys::{Function, Object, Reflect};
use leptos::web_sys::{Element, Event};

/// Chunks as the server has sent them that are replaced at once. Between two batches the browser handles scrolling and typing.
#[cfg(feature = "hydrate")]
const CHUNKS_AT_ONCE: usize = 6;

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

/// Whether the browser lays out the rows of a chunk. It reports that only when it changes, and a document is laid out before anything
/// listens.
pub(super) fn is_laid_out(chunk: &Element) -> bool {
    let look = || {
        let row = chunk.first_element_child()?;
        let check: Function = Reflect::get(&row, &JsValue::from("checkVisibility")).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &JsValue::from("contentVisibilityAuto"), &JsValue::TRUE).ok()?;
        check.call1(&row, &options).ok()
    };
    look().is_some_and(|is_visible| is_visible.is_truthy())
}

/// Follows what all chunks depend on, until the reactive owner that calls this is dropped.
pub(super) fn follow(details: &RowDetails) {
    #[cfg(feature = "hydrate")]
    {
        drop_sent_data();
        replace_sent(details.clone());
    }
    let listen = |event, is_printing| {
        let details = details.clone();
        let listener = window_event_listener_untyped(event, move |_| details.print(is_printing));
        on_cleanup(move || listener.remove());
    };
    listen("beforeprint", true);
    listen("afterprint", false);
}

/// Replaces the chunks that the server has sent. Each costs memory, and is out of date when its rows change.
#[cfg(feature = "hydrate")]
fn replace_sent(details: RowDetails) {
    leptos::task::spawn_local(async move {
        loop {
            gloo_timers::future::TimeoutFuture::new(0).await;
            if !details.replace_sent(CHUNKS_AT_ONCE) {
                break;
            }
        }
    });
}

/// Drops the texts from which the data of the document were read. Leptos keeps them for as long as the page lives.
#[cfg(feature = "hydrate")]
fn drop_sent_data() {
    let texts = Reflect::get(&window(), &JsValue::from("__RESOLVED_RESOURCES"));
    if let Some(texts) = texts.ok().and_then(|texts| texts.dyn_into::<Array>().ok()) {
        texts.set_length(0);
    }
}
