//! What tells the chunks of a long board whether they are near the screen.

use super::row_element::chunk_of;
use crate::live::RowDetails;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::js_sys::Reflect;
#[cfg(feature = "hydrate")]
use leptos::web_sys::js_sys::{Array, Function, Object};
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

/// Replaces the chunks that the server has sent, first those near the screen. Each costs memory, and is out of date when its rows change.
#[cfg(feature = "hydrate")]
fn replace_sent(details: RowDetails) {
    leptos::task::spawn_local(async move {
        gloo_timers::future::TimeoutFuture::new(0).await;
        laid_out_chunks().iter().for_each(|id| details.set_near(id, true));
        while details.replace_sent(CHUNKS_AT_ONCE) {
            gloo_timers::future::TimeoutFuture::new(0).await;
        }
    });
}

/// The chunks whose rows the browser lays out. It reports that only when it changes, and a document is laid out before anything listens.
/// They are all looked at before any is changed: after each change the browser would lay out the document again.
#[cfg(feature = "hydrate")]
fn laid_out_chunks() -> Vec<String> {
    let chunks = document().get_elements_by_tag_name("tbody");
    let chunks = (0..chunks.length()).filter_map(|place| chunks.item(place));
    chunks.filter(is_laid_out).filter_map(|chunk| chunk_of(&chunk)).collect()
}

#[cfg(feature = "hydrate")]
fn is_laid_out(chunk: &Element) -> bool {
    let look = || {
        let row = chunk.first_element_child()?;
        let check: Function = Reflect::get(&row, &JsValue::from("checkVisibility")).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &JsValue::from("contentVisibilityAuto"), &JsValue::TRUE).ok()?;
        check.call1(&row, &options).ok()
    };
    look().is_some_and(|is_visible| is_visible.is_truthy())
}

/// Drops the texts from which the data of the document were read. Leptos keeps them for as long as the page lives.
#[cfg(feature = "hydrate")]
fn drop_sent_data() {
    let texts = Reflect::get(&window(), &JsValue::from("__RESOLVED_RESOURCES"));
    if let Some(texts) = texts.ok().and_then(|texts| texts.dyn_into::<Array>().ok()) {
        texts.set_length(0);
    }
}
