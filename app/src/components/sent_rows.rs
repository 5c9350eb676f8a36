//! The rows of a long board as the server has sent them. They are replaced after the page is alive: first near the screen, where they are
//! soon out of date, then everywhere, where they cost memory.

use super::row_element::{RowKey, chunk_of};
use crate::live::RowDetails;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

/// Chunks that are replaced at once. Between two batches the browser handles scrolling and typing.
const CHUNKS_AT_ONCE: usize = 6;

/// Chunks so many screens above or below are near: more than those that any browser lays out.
const SCREENS: f64 = 3.0;

pub(super) fn replace(details: RowDetails) {
    spawn_local(async move {
        let mut focused = focused_row();
        near_the_screen().iter().for_each(|id| details.set_near(id, true));
        loop {
            // By then the views of the batch are there.
            TimeoutFuture::new(0).await;
            return_focus(focused);
            focused = focused_row();
            if !details.replace_sent(CHUNKS_AT_ONCE) {
                break;
            }
        }
        TimeoutFuture::new(0).await;
        return_focus(focused);
    });
}

/// The chunks on the screen and near it. The browser has reported before there was a listener which ones it lays out, and does so again only
/// when that changes.
fn near_the_screen() -> Vec<String> {
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let Ok(chunks) = document().query_selector_all(".groups tbody") else { return Vec::new() };
    let chunks = (0..chunks.length()).filter_map(|index| chunks.item(index)?.dyn_into::<Element>().ok());
    let places = chunks.map(|chunk| (chunk.get_bounding_client_rect(), chunk));
    // Chunks of closed groups have no height.
    let places = places.filter(|(place, _)| place.height() > 0.0).take_while(|(place, _)| place.top() < (1.0 + SCREENS) * height);
    places.filter(|(place, _)| place.bottom() > -SCREENS * height).filter_map(|(_, chunk)| chunk_of(&chunk)).collect()
}

/// The row that has the focus.
fn focused_row() -> Option<RowKey> {
    RowKey::of(&document().active_element()?.closest(".groups tbody > tr").ok()??)
}

/// The focus was lost with the link that the server had sent.
fn return_focus(row: Option<RowKey>) {
    let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    let link = row.filter(|_| is_lost).and_then(|row| row.find("a.service"));
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        // Fails only for an element that cannot be focused.
        link.focus().ok();
    }
}
