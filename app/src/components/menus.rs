//! How menus and popovers close. They are `<details>`, so that they open without JavaScript; with it they close on Escape, on a click
//! elsewhere, and when one of their links is followed. Folds of a page are `<details>` of other classes, and stay open.

use leptos::ev::{self, KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

/// An open menu of any kind.
const OPEN: &str = "details:is(.user, .picker, .popover)[open]";

/// Closes menus for as long as the calling component lives. The page listens once, for the menus of all its parts.
pub fn close_menus() {
    Effect::new(move |_| {
        let keys = window_event_listener(ev::keydown, |event| leave_by_key(&event));
        let clicks = window_event_listener(ev::click, |event| leave_by_click(&event));
        on_cleanup(move || {
            keys.remove();
            clicks.remove();
        });
    });
}

/// Escape closes the open menu and returns the focus to what opened it. A dialog above it takes the key first.
fn leave_by_key(event: &KeyboardEvent) {
    if event.key() != "Escape" || first("dialog[open]").is_some() {
        return;
    }
    let Some(menu) = first(OPEN) else { return };
    close(&menu);
    let summary = menu.query_selector("summary").ok().flatten();
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
        // Fails only for an element that cannot be focused.
        let _ = summary.focus();
    }
}

/// A click outside of a menu closes it, and so does a link in it, unless the link opens in another tab.
fn leave_by_click(event: &MouseEvent) {
    let Some(menu) = first(OPEN) else { return };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_inside = |target: &Element| target.closest(OPEN).is_ok_and(|menu| menu.is_some());
    let Some(target) = target.filter(is_inside) else { return close(&menu) };
    let is_link = target.closest("a[href]").is_ok_and(|link| link.is_some());
    if is_link && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
        close(&menu);
    }
}

/// There is one open menu at most: opening another is a click elsewhere.
fn first(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}

fn close(menu: &Element) {
    // Fails only for an invalid attribute name.
    let _ = menu.remove_attribute("open");
}
