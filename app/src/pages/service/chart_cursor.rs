//! The cursor in the chart: what the pointer and the keyboard do to it, and what the page shows of it.

use crate::chart::{Chart, Cursor, Press, Readout, Window, point_at, selection};
use crate::live::{Shared, SharedSignal};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use std::sync::Arc;

/// Pixels that a pointer moves before it selects.
const DRAG: i32 = 5;

/// The cursor in the chart. It stays while the chart gets new points. Clones share it.
#[derive(Clone)]
pub(super) struct ChartCursor {
    cursor: SharedSignal<Option<Cursor>>,
    chart: Shared<Option<Arc<Chart>>>,
    /// Where a pointer was pressed: its place on the screen, and the point.
    pressed: Shared<Option<(i32, usize)>>,
}

/// The current point and the selection, as the page shows them: places are parts of the width or the height.
#[derive(Clone, PartialEq)]
pub(super) struct Shown {
    pub readout: Readout,
    pub x: f64,
    /// The heights of p50 and p95 from the top.
    pub dots: Option<(f64, f64)>,
    /// The begin and the end of the selection, and its text.
    pub selection: Option<(f64, f64, String)>,
    /// Its place, and that of the last point.
    pub at: usize,
    pub last: usize,
}

impl ChartCursor {
    pub fn new() -> Self {
        Self { cursor: SharedSignal::new(None), chart: Shared::new(None), pressed: Shared::new(None) }
    }

    /// Takes another chart. The cursor stays at its time.
    pub fn set_chart(&self, chart: Arc<Chart>) {
        let before = self.chart.with(|current| current.replace(Arc::clone(&chart)));
        let Some((before, cursor)) = before.zip(self.cursor.get_untracked()) else { return };
        let moved = |place: usize| chart.place_of(before.history.points.get(place)?.at);
        let moved = moved(cursor.at).map(|at| Cursor { at, anchor: cursor.anchor.and_then(moved) });
        self.cursor.set(moved);
    }

    /// The time at the cursor, in milliseconds since 1970. The effect or memo that calls this runs again when the cursor moves.
    pub fn time(&self) -> Option<i64> {
        let at = self.cursor.get()?.at;
        self.chart.with(|chart| chart.as_ref().and_then(|chart| chart.history.points.get(at).map(|point| point.at)))
    }

    /// What is shown at the cursor. The effect or memo that calls this runs again when the cursor moves.
    pub fn shown(&self, chart: &Chart) -> Option<Shown> {
        let cursor = self.cursor.get()?;
        let selection = selection(&chart.history, cursor);
        Some(Shown {
            readout: Readout::of(chart, cursor.at)?,
            x: chart.x_of(cursor.at)?,
            dots: chart.dots_of(cursor.at),
            selection: selection.map(|(from, to)| (chart.x(from), chart.x(to), chart.period(from, to))),
            at: cursor.at,
            last: chart.history.points.len().saturating_sub(1),
        })
    }

    /// The range that is selected.
    pub fn selected(&self) -> Option<Window> {
        let chart = self.chart.with(|chart| chart.clone())?;
        let (from, to) = selection(&chart.history, self.cursor.get_untracked()?)?;
        Some(Window::between(from, to))
    }

    pub fn leave(&self) {
        self.pressed.with(|pressed| *pressed = None);
        self.cursor.set(None);
    }

    pub fn press_pointer(&self, event: &PointerEvent) {
        let Some(at) = self.point_of(event) else { return };
        if event.button() != 0 {
            return;
        }
        self.pressed.with(|pressed| *pressed = Some((event.client_x(), at)));
        self.cursor.set(Some(Cursor { at, anchor: None }));
        // The selection continues outside of the chart. Fails only for a pointer that is gone.
        if let Some(element) = target(event) {
            let _ = element.set_pointer_capture(event.pointer_id());
        }
    }

    pub fn move_pointer(&self, event: &PointerEvent) {
        let Some(at) = self.point_of(event) else { return };
        let pressed = self.pressed.with(|pressed| *pressed);
        let before = self.cursor.get_untracked();
        let anchor = match pressed {
            Some((x, point)) if (event.client_x() - x).abs() > DRAG => Some(point),
            Some(_) => None,
            // A selection stays until it is used or left.
            None if before.is_some_and(|cursor| cursor.anchor.is_some()) => return,
            None => None,
        };
        self.cursor.set(Some(Cursor { at, anchor }));
    }

    pub fn release_pointer(&self) {
        self.pressed.with(|pressed| *pressed = None);
    }

    /// The pointer has left the chart. A selection stays.
    pub fn leave_pointer(&self) {
        if self.cursor.get_untracked().is_some_and(|cursor| cursor.anchor.is_none())
            && self.pressed.with(|pressed| pressed.is_none())
        {
            self.leave();
        }
    }

    /// A key was pressed. Returns what else is to be done: to zoom, or to go back.
    pub fn press_key(&self, event: &KeyboardEvent) -> Option<Press> {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return None;
        }
        let points = self.chart.with(|chart| chart.as_ref().map_or(0, |chart| chart.history.points.len()));
        let press = Press::of(&event.key(), event.shift_key(), self.cursor.get_untracked(), points)?;
        event.prevent_default();
        match press {
            Press::Move(cursor) => self.cursor.set(Some(cursor)),
            Press::Leave(cursor) => self.cursor.set(cursor),
            Press::Zoom | Press::Back => {}
        }
        Some(press)
    }

    /// The point under a pointer.
    fn point_of(&self, event: &PointerEvent) -> Option<usize> {
        let (left, width) = extent(&target(event)?);
        let part = (f64::from(event.client_x()) - left) / width.max(1.0);
        self.chart.with(|chart| chart.as_ref().and_then(|chart| point_at(&chart.history, part)))
    }
}

fn target(event: &PointerEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

/// The left edge and the width of an element on the screen, in pixels.
#[cfg(feature = "hydrate")]
pub(super) fn extent(element: &Element) -> (f64, f64) {
    let place = element.get_bounding_client_rect();
    (place.left(), place.width())
}

/// On the server elements have no place.
#[cfg(not(feature = "hydrate"))]
pub(super) fn extent(_: &Element) -> (f64, f64) {
    (0.0, 0.0)
}
