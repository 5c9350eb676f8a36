//! The focus after a command. The button of a command is often replaced or removed by what it did, and the browser then moves the focus
//! to the body, where keyboards and screen readers lose their place.

use leptos::ev::{self, SubmitEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often the focus is looked at. No event reports that the focused element was removed.
const TICK: Duration = Duration::from_millis(50);

/// The ticks in which what replaces the button may appear: a row that moves to another list is gone for a moment.
const GRACE: u32 = 8;

/// The ticks after which the page has settled once the focus was moved.
const SETTLED: u32 = 60;

/// The ticks after which even the slowest command has ended: a check lasts up to its timeout.
const MOST: u32 = 1_200;

/// What a fold hides.
const FOLDED: &str = "details:not([open]) > :not(summary)";

/// The result of the latest command.
const RESULT: &str = "[data-outcome]:not(:empty)";

/// The number of the latest command. The focus belongs to it alone.
static LATEST: AtomicU32 = AtomicU32::new(0);

/// Keeps the focus near the form that a user has just submitted, until the page has settled or the user moves on. If the button goes, the
/// focus goes to what replaced it: the first control of the element with the same `data-commands`. Without one it goes to the result of
/// the command (`data-outcome`), else to the heading of the section, else to that of the page.
pub fn keep_focus(event: &SubmitEvent) {
    let Some(form) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    // A user who points has no focus to lose in some browsers.
    let Some(last) = focused() else { return };
    let commands = form.closest("[data-commands]").ok().flatten().and_then(|element| element.get_attribute("data-commands"));
    let section = form.closest("section[aria-labelledby]").ok().flatten();
    let heading = section.and_then(|section| section.get_attribute("aria-labelledby"));
    let command = LATEST.fetch_add(1, Ordering::Relaxed) + 1;
    Watch { command, commands, heading, last, departure: Departure::listen(), is_lost_for: 0, settled_for: None, ticks: 0 }.later();
}

/// Moves the focus from a list to the result of the command that has changed it: the button is now that of another entry.
pub fn focus_result() {
    request_animation_frame(|| {
        let has_moved_on = focused().is_some_and(|element| element.closest("li").ok().flatten().is_none());
        if !has_moved_on {
            focus_text(RESULT);
        }
    });
}

struct Watch {
    /// Its number.
    command: u32,
    /// The value of `data-commands` around the form.
    commands: Option<String>,
    /// The id of the heading of its section.
    heading: Option<String>,
    /// The element that had the focus last.
    last: HtmlElement,
    departure: Departure,
    is_lost_for: u32,
    /// The ticks since the focus was moved.
    settled_for: Option<u32>,
    ticks: u32,
}

/// Notices that the user leaves an element by the keyboard or the pointer, also for a place that takes no focus.
struct Departure {
    has_left: Rc<Cell<bool>>,
    listeners: [WindowListenerHandle; 2],
}

impl Departure {
    fn listen() -> Self {
        let has_left = Rc::new(Cell::new(false));
        let (by_key, by_pointer) = (Rc::clone(&has_left), Rc::clone(&has_left));
        let listeners = [
            window_event_listener(ev::keydown, move |event| by_key.set(by_key.get() || event.key() == "Tab")),
            window_event_listener(ev::pointerdown, move |_| by_pointer.set(true)),
        ];
        Self { has_left, listeners }
    }

    fn end(self) {
        self.listeners.into_iter().for_each(WindowListenerHandle::remove);
    }
}

/// What becomes of the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It is where it should be.
    Stay,
    /// The user has moved it.
    End,
    /// The page has put its element away and back, or is about to remove it.
    GiveBack,
    /// Its element is gone.
    Move,
}

/// `is_elsewhere` is whether another element has the focus, `None` if none has it. `is_usable` is whether its element could have it.
fn step(is_elsewhere: Option<bool>, is_usable: bool, has_left: bool) -> Step {
    match is_elsewhere {
        Some(false) => Step::Stay,
        Some(true) => Step::End,
        None if is_usable && has_left => Step::End,
        None if is_usable => Step::GiveBack,
        None => Step::Move,
    }
}

impl Watch {
    fn later(mut self) {
        set_timeout(
            move || match self.goes_on() {
                true => self.later(),
                false => self.departure.end(),
            },
            TICK,
        );
    }

    fn goes_on(&mut self) -> bool {
        self.ticks += 1;
        self.settled_for = self.settled_for.map(|ticks| ticks + 1);
        if self.command != LATEST.load(Ordering::Relaxed) {
            return false;
        }
        let is_elsewhere = focused().map(|element| element != self.last);
        let step = match step(is_elsewhere, is_usable(&self.last), self.departure.has_left.get()) {
            // What looks usable may be hidden by its style.
            Step::GiveBack if !takes_focus(&self.last) => Step::Move,
            step => step,
        };
        match step {
            Step::Stay | Step::GiveBack => self.is_lost_for = 0,
            Step::End => return false,
            Step::Move => {
                self.is_lost_for += 1;
                let moved = self.control().or_else(|| (self.is_lost_for > GRACE).then(|| self.text()).flatten());
                if let Some(moved) = moved {
                    self.last = moved;
                    self.settled_for = Some(0);
                }
            }
        }
        self.ticks < MOST && self.settled_for.is_none_or(|ticks| ticks < SETTLED)
    }

    /// Focuses the first control of the same commands.
    fn control(&self) -> Option<HtmlElement> {
        let commands = self.commands.as_deref()?;
        let controls = format!(r#"[data-commands="{commands}"] :is(button, summary, a[href])"#);
        let shown = format!("{controls}:not(:disabled, {FOLDED} *, [hidden] *)");
        document().query_selector(&shown).ok()??.dyn_into().ok().filter(takes_focus)
    }

    /// Focuses a text that says where the user is.
    fn text(&self) -> Option<HtmlElement> {
        let heading = self.heading.as_deref().map(|id| format!("#{id}"));
        [Some(RESULT), heading.as_deref(), Some("main h1")].into_iter().flatten().find_map(focus_text)
    }
}

fn focus_text(selector: &str) -> Option<HtmlElement> {
    let text: HtmlElement = document().query_selector(selector).ok()??.dyn_into().ok()?;
    text.set_tab_index(-1);
    takes_focus(&text).then_some(text)
}

/// The element with the focus, unless it is the body.
fn focused() -> Option<HtmlElement> {
    document().active_element().filter(|element| element.tag_name() != "BODY")?.dyn_into().ok()
}

/// What is hidden or disabled does not take it.
fn takes_focus(element: &HtmlElement) -> bool {
    element.focus().is_ok() && focused().as_ref() == Some(element)
}

/// Whether the focus could still be there.
fn is_usable(element: &HtmlElement) -> bool {
    let hidden = format!(":disabled, [hidden], dialog:not([open]), {FOLDED}");
    let is_hidden = element.closest(&hidden).ok().flatten().is_some();
    element.is_connected() && !is_hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_is_lost_only_to_a_user_who_leaves() {
        assert_eq!(step(Some(false), true, true), Step::Stay);
        assert_eq!(step(Some(true), true, false), Step::End, "another element was chosen");
        assert_eq!(step(None, true, true), Step::End, "a place without focus was chosen");
        // A button that was put away and back is usable again for a moment before it goes.
        assert_eq!(step(None, true, false), Step::GiveBack);
        for has_left in [false, true] {
            assert_eq!(step(None, false, has_left), Step::Move);
        }
    }
}
