//! Asking a bar of a strip for its time and its state, with the pointer or with the keyboard. The board listens for all rows: there
//! may be thousands, and each listener costs.

use super::state::Shape;
use crate::live::{LiveBoard, LiveStrips, Shared, SharedSignal};
use crate::model::{NodeKey, ServiceId, State};
use crate::strip::{History, Step, at_part, first_visible};
use leptos::ev::{FocusEvent, KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget, HtmlElement};
use std::sync::Arc;
use std::time::Duration;

/// For so long after the focus was lost it is given back to a row that has moved.
const MOVING: Duration = Duration::from_millis(100);

/// Which bar is asked, and where its answer is shown. Clones share it.
#[derive(Clone)]
pub struct Pointing {
    board: LiveBoard,
    strips: LiveStrips,
    asked: SharedSignal<Option<Asked>>,
    /// The strip that the focus has just left to go nowhere, and its bar.
    left: Shared<Option<(NodeKey, usize)>>,
}

#[derive(Clone, PartialEq)]
struct Asked {
    key: NodeKey,
    bar: usize,
    state: Option<State>,
    text: String,
    /// Where the middle of the bar's top is within the board, in pixels, and the board's width.
    left: f64,
    top: f64,
    width: f64,
}

/// A strip on the screen.
struct Place {
    key: NodeKey,
    history: Arc<History>,
    board: Rectangle,
    /// The part that is seen, and the whole, of which the beginning may be cut off.
    seen: Rectangle,
    whole: Rectangle,
}

/// On the screen, in pixels.
#[derive(Clone, Copy, Default)]
struct Rectangle {
    left: f64,
    top: f64,
    width: f64,
}

impl Pointing {
    pub fn new(board: LiveBoard, strips: LiveStrips) -> Self {
        Self { board, strips, asked: SharedSignal::new(None), left: Shared::new(None) }
    }

    /// Passes events on to `act`.
    pub fn listener<E>(&self, act: fn(&Self, &E)) -> impl FnMut(E) + use<E> {
        let pointing = self.clone();
        move |event| act(&pointing, &event)
    }

    pub fn hover(&self, event: &PointerEvent) {
        match self.place(event.target()) {
            Some(place) => {
                let part = (f64::from(event.client_x()) - place.whole.left) / place.whole.width;
                self.ask(&place, at_part(part, place.history.bars()));
            }
            None => self.leave(),
        }
    }

    /// The keyboard has come to something. A strip begins with what it was asked last, or with the present.
    pub fn focus(&self, event: &FocusEvent) {
        if let Some(place) = self.place(event.target()) {
            self.ask(&place, self.bar_of(&place));
        }
    }

    /// The keyboard has left something. Where it goes nowhere, this may be the browser's doing, which takes the focus from what moves.
    pub fn blur(&self, event: &FocusEvent) {
        if event.related_target().is_none() {
            let strip = self.place(event.target()).map(|place| (place.key.clone(), self.bar_of(&place)));
            self.left.with(|left| *left = strip);
            let left = self.left.clone();
            set_timeout(move || drop(left.with(Option::take)), MOVING);
        }
        self.leave();
    }

    pub fn press(&self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(place) = self.place(event.target()) else { return };
        let bars = place.history.bars();
        let first = first_visible((place.seen.left - place.whole.left) / place.whole.width, bars);
        match Step::of(&event.key(), self.bar_of(&place), first, bars) {
            Some(Step::To(bar)) => {
                event.prevent_default();
                self.ask(&place, bar);
            }
            Some(Step::Leave) => self.leave(),
            None => {}
        }
    }

    pub fn leave(&self) {
        if let Some(asked) = self.asked.get_untracked() {
            self.strips.point(&asked.key, None);
            self.asked.set(None);
        }
    }

    /// Rows have moved. Whoever walks with the keyboard keeps the bar; the pointer has something else under it.
    pub fn settle(&self) {
        if let Some((key, bar)) = self.left.with(Option::take) {
            self.give_back(&key, bar);
        }
        if self.asked.get_untracked().is_none() {
            return;
        }
        match self.place(document().active_element().map(EventTarget::from)) {
            Some(place) => self.ask(&place, self.bar_of(&place)),
            None => self.leave(),
        }
    }

    /// The answer, above its bar.
    pub fn bubble(&self) -> impl IntoView + use<> {
        self.asked.get().map(|Asked { state, text, left, top, width, .. }| {
            // At the left edge it begins at its bar, at the right edge it ends there: it never sticks out.
            let aside = (left / width * 100.0).clamp(0.0, 100.0);
            view! {
                <div class="bubble" aria-hidden="true" style:left=format!("{left:.1}px") style:top=format!("{top:.1}px")>
                    <i class="pin"></i>
                    <p style:transform=format!("translateX(-{aside:.0}%)")>{state.map(|state| view! { <Shape state /> })} {text}</p>
                </div>
            }
        })
    }

    /// Gives the focus back to a row that has moved, unless it is somewhere else by now.
    fn give_back(&self, key: &NodeKey, bar: usize) {
        let is_nowhere = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        let strip = strip_of(key).filter(|_| is_nowhere);
        if let Some((strip, place)) = strip.and_then(|strip| Some((strip.clone(), self.place(Some(strip.into()))?))) {
            self.ask(&place, bar);
            // It fails for nothing that can be seen.
            strip.focus().ok();
        }
    }

    fn ask(&self, place: &Place, bar: usize) {
        let Place { key, history, board, seen, whole } = place;
        let middle = (bar as f64 + 0.4) * whole.width / history.bars() as f64;
        let asked = Asked {
            key: key.clone(),
            bar,
            state: history.state(bar),
            text: history.bar(bar),
            left: whole.left + middle - board.left,
            top: seen.top - board.top,
            width: board.width,
        };
        let before = self.asked.get_untracked();
        if before.as_ref().is_some_and(|before| before.key != *key) {
            self.leave();
        }
        if before.as_ref() != Some(&asked) {
            self.strips.point(key, Some(bar));
            self.asked.set(Some(asked));
        }
    }

    /// The bar that is asked of this strip, or the latest.
    fn bar_of(&self, place: &Place) -> usize {
        let asked = self.asked.get_untracked().filter(|asked| asked.key == place.key);
        asked.map(|asked| asked.bar).unwrap_or(place.history.bars().saturating_sub(1))
    }

    /// The strip in which something happened.
    fn place(&self, target: Option<EventTarget>) -> Option<Place> {
        let strip = target?.dyn_into::<Element>().ok()?.closest(".strip").ok()??;
        let row = strip.closest("tr").ok()??;
        let key = NodeKey { service: ServiceId::new(row.get_attribute("data-service")?), node: row.get_attribute("data-node")? };
        let history = self.strips.shown(&key)?;
        let status = self.board.row(&key)?.get_untracked();
        Some(Place {
            key,
            history: history.up_to(&status).map_or(history, Arc::new),
            board: rectangle(&strip.closest(".groups").ok()??),
            seen: rectangle(&strip),
            whole: rectangle(&strip.first_element_child()?),
        })
    }
}

fn strip_of(key: &NodeKey) -> Option<HtmlElement> {
    let quoted = |name: &str| name.replace('\\', r"\\").replace('"', "\\\"");
    let (service, node) = (quoted(key.service.as_str()), quoted(&key.node));
    let selector = format!(r#"tr[data-service="{service}"][data-node="{node}"] .strip"#);
    document().query_selector(&selector).ok()??.dyn_into().ok()
}

#[cfg(feature = "hydrate")]
fn rectangle(element: &Element) -> Rectangle {
    let place = element.get_bounding_client_rect();
    Rectangle { left: place.left(), top: place.top(), width: place.width() }
}

/// On the server nothing has a place.
#[cfg(not(feature = "hydrate"))]
fn rectangle(_: &Element) -> Rectangle {
    Rectangle::default()
}
