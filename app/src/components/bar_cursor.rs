//! The cursor in the uptime bars, moved by the pointer or the keyboard. The board listens for all rows: there may be thousands, and
//! each listener has a cost.

use super::row_element::{FocusedPart, RowKey, chunk_of, focus_in_place, has_focus};
use super::state::Shape;
use crate::board::Arrangement;
use crate::live::{Derived, LiveBoard, LiveUptimeBars, RowDetails, SharedSignal};
use crate::model::{NodeKey, State};
use crate::uptime_bar::{History, Step, at_part, first_visible};
use leptos::ev::{FocusEvent, KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget, HtmlElement};
use std::sync::Arc;

/// The current cell of an uptime bar, and its tooltip. Clones share the cursor.
#[derive(Clone)]
pub struct BarCursor {
    board: LiveBoard,
    uptime_bars: LiveUptimeBars,
    arrangement: Derived<Arrangement>,
    details: RowDetails,
    tooltip: SharedSignal<Option<Tooltip>>,
}

#[derive(Clone, PartialEq)]
struct Tooltip {
    key: NodeKey,
    cell: usize,
    state: Option<State>,
    text: String,
    /// The middle of the upper edge of the cell within the board, in pixels.
    left: f64,
    top: f64,
    /// The width of the board, in pixels.
    width: f64,
}

/// An uptime bar on the screen.
struct Place {
    key: NodeKey,
    history: Arc<History>,
    board: Rectangle,
    /// The visible part, and the whole bar, whose beginning may be cut off.
    visible: Rectangle,
    whole: Rectangle,
}

/// On the screen, in pixels.
#[derive(Clone, Copy, Default)]
struct Rectangle {
    left: f64,
    top: f64,
    width: f64,
}

impl BarCursor {
    pub fn new(board: LiveBoard, uptime_bars: LiveUptimeBars, arrangement: Derived<Arrangement>, details: RowDetails) -> Self {
        Self { board, uptime_bars, arrangement, details, tooltip: SharedSignal::new(None) }
    }

    /// Passes events on to `act`.
    pub fn listener<E>(&self, act: fn(&Self, &E)) -> impl FnMut(E) + use<E> {
        let cursor = self.clone();
        move |event| act(&cursor, &event)
    }

    pub fn hover(&self, event: &PointerEvent) {
        match self.place(event.target()) {
            Some(place) => {
                let part = (f64::from(event.client_x()) - place.whole.left) / place.whole.width;
                self.show(&place, at_part(part, place.history.cells()));
            }
            None => self.leave(),
        }
    }

    /// An element got the focus. In an uptime bar the cursor begins at the latest cell.
    pub fn focus(&self, event: &FocusEvent) {
        if let Some(place) = self.place(event.target()) {
            self.show(&place, self.cell_of(&place));
            self.set_tab_stop(Some(place.key));
        }
    }

    pub fn press(&self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(place) = self.place(event.target()) else { return };
        let cells = place.history.cells();
        let first = first_visible((place.visible.left - place.whole.left) / place.whole.width, cells);
        let cell = self.cell_of(&place);
        let Some(step) = Step::of(&event.key(), cell, first, cells) else { return };
        let has_bar = |key: &NodeKey| self.uptime_bars.knows(key);
        match step {
            Step::Leave => return self.leave(),
            Step::Cell(cell) => self.show(&place, cell),
            Step::PreviousRow => {
                let row = self.arrangement.with_untracked(|arrangement| arrangement.previous(&place.key, has_bar).cloned());
                self.move_to(row, cell, focus_in_view);
            }
            Step::NextRow => {
                let row = self.arrangement.with_untracked(|arrangement| arrangement.next(&place.key, has_bar).cloned());
                self.move_to(row, cell, focus_in_view);
            }
        }
        event.prevent_default();
    }

    pub fn leave(&self) {
        if let Some(tooltip) = self.tooltip.get_untracked() {
            self.uptime_bars.set_cell(&tooltip.key, None);
            self.tooltip.set(None);
        }
    }

    /// Rows or histories have changed. The keyboard keeps its bar and its cell; the pointer has another element below it.
    pub fn settle(&self) {
        self.keep_tab_stop();
        if self.tooltip.get_untracked().is_none() {
            return;
        }
        match self.place(document().active_element().map(EventTarget::from)) {
            Some(place) => self.show(&place, self.cell_of(&place)),
            None => self.leave(),
        }
    }

    /// The tooltip above its cell.
    pub fn tooltip(&self) -> impl IntoView + use<> {
        self.tooltip.get().map(|Tooltip { state, text, left, top, width, .. }| {
            // At the left edge it begins at its cell, at the right edge it ends there: it always stays inside the board.
            let aside = (left / width * 100.0).clamp(0.0, 100.0);
            view! {
                <div class="tooltip" aria-hidden="true" style:left=format!("{left:.1}px") style:top=format!("{top:.1}px")>
                    <i class="pin"></i>
                    <p style:transform=format!("translateX(-{aside:.0}%)")>{state.map(|state| view! { <Shape state /> })} {text}</p>
                </div>
            }
        })
    }

    /// Makes the first bar the tab stop when the present one is gone.
    fn keep_tab_stop(&self) {
        let has_bar = |key: &&NodeKey| self.uptime_bars.knows(key);
        let stop = self.uptime_bars.tab_stop().filter(|key| self.uptime_bars.knows(key) && element_of(key).is_some());
        let first = || self.arrangement.with_untracked(|arrangement| arrangement.keys().find(has_bar).cloned());
        // Also when it stays: its row may be in another chunk now.
        self.set_tab_stop(stop.or_else(first));
    }

    /// The bar of this row becomes the tab stop, and is there also far from the screen.
    fn set_tab_stop(&self, key: Option<NodeKey>) {
        self.details.keep(key.as_ref().and_then(element_of).as_ref().and_then(chunk_of));
        self.uptime_bars.set_tab_stop(key);
    }

    /// Moves the focus to the bar of a row, at this cell. Without a row it stays.
    fn move_to(&self, row: Option<NodeKey>, cell: usize, focus: fn(&HtmlElement)) {
        let Some(key) = row else { return };
        if let Some(bar) = bar_of(&key) {
            return self.focus_bar(bar, cell, focus);
        }
        // The row is far from the screen, and its bar is there after the next layout.
        self.set_tab_stop(Some(key.clone()));
        let cursor = self.clone();
        request_animation_frame(move || {
            if let Some(bar) = bar_of(&key) {
                cursor.focus_bar(bar, cell, focus);
            }
        });
    }

    fn focus_bar(&self, bar: HtmlElement, cell: usize, focus: fn(&HtmlElement)) {
        focus(&bar);
        if let Some(place) = self.place(Some(bar.into())) {
            self.show(&place, cell.min(place.history.cells().saturating_sub(1)));
        }
    }

    /// Returns the focus to a row that has moved, unless an element has it. A bar keeps its cell.
    pub(super) fn return_focus(&self, part: &FocusedPart) {
        match part.bar() {
            Some((key, cell)) if !has_focus() => self.move_to(Some(key), cell, focus_in_place),
            Some(_) => {}
            None => part.return_focus(),
        }
    }

    fn show(&self, place: &Place, cell: usize) {
        let Place { key, history, board, visible, whole } = place;
        let middle = (cell as f64 + 0.4) * whole.width / history.cells() as f64;
        let tooltip = Tooltip {
            key: key.clone(),
            cell,
            state: history.state(cell),
            text: history.cell(cell),
            left: whole.left + middle - board.left,
            top: visible.top - board.top,
            width: board.width,
        };
        let before = self.tooltip.get_untracked();
        if before.as_ref().is_some_and(|before| before.key != *key) {
            self.leave();
        }
        if before.as_ref() != Some(&tooltip) {
            self.uptime_bars.set_cell(key, Some(cell));
            self.tooltip.set(Some(tooltip));
        }
    }

    /// The current cell of this bar; the latest one when the cursor is elsewhere.
    fn cell_of(&self, place: &Place) -> usize {
        let tooltip = self.tooltip.get_untracked().filter(|tooltip| tooltip.key == place.key);
        tooltip.map(|tooltip| tooltip.cell).unwrap_or(place.history.cells().saturating_sub(1))
    }

    /// The uptime bar that an event belongs to.
    fn place(&self, target: Option<EventTarget>) -> Option<Place> {
        let bar = target?.dyn_into::<Element>().ok()?.closest("[role=slider]").ok()??;
        let RowKey { service, node } = RowKey::of(&bar.closest("tr").ok()??)?;
        let key = NodeKey { service, node: node? };
        let history = self.uptime_bars.shown(&key)?;
        let status = self.board.row(&key)?.get_untracked();
        Some(Place {
            key,
            history: history.up_to(&status).map_or(history, Arc::new),
            board: rectangle(&bar.closest(".groups").ok()??),
            visible: rectangle(&bar),
            whole: rectangle(&bar.first_element_child()?),
        })
    }
}

/// Focuses an element, and scrolls to it.
fn focus_in_view(element: &HtmlElement) {
    // Fails only for an element that cannot be focused.
    element.focus().ok();
}

/// The row of a node.
fn element_of(key: &NodeKey) -> Option<Element> {
    RowKey::from(key.clone()).element()
}

/// The uptime bar of a row.
fn bar_of(key: &NodeKey) -> Option<HtmlElement> {
    RowKey::from(key.clone()).find(".uptime-bar")?.dyn_into().ok()
}

#[cfg(feature = "hydrate")]
fn rectangle(element: &Element) -> Rectangle {
    let place = element.get_bounding_client_rect();
    Rectangle { left: place.left(), top: place.top(), width: place.width() }
}

/// On the server elements have no place.
#[cfg(not(feature = "hydrate"))]
fn rectangle(_: &Element) -> Rectangle {
    Rectangle::default()
}
