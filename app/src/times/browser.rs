//! The zones of the page in the browser, whose `Intl.DateTimeFormat` has the rules of all zones.

use super::choice::{COOKIE, Choice};
use super::offset_text;
use super::zone::Zone;
use super::zones::Zones;
use crate::base_path::under_base;
use chrono::FixedOffset;
use leptos::prelude::{ArcTrigger, Notify, Track};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{Array, Date, Function, Object, Reflect, global};

/// How long the browser keeps the choice, in seconds: a year. Each page renews it.
const KEPT: u32 = 31_536_000;

/// The zones of the page, and what to call when another one is shown.
struct Page {
    zones: Zones,
    changed: ArcTrigger,
}

thread_local! {
    /// One document, one page.
    static PAGE: RefCell<Option<Page>> = const { RefCell::new(None) };
    /// The zones that were asked for: seldom more than two.
    static RULES: RefCell<Vec<Rules>> = const { RefCell::new(Vec::new()) };
}

fn with_page<R>(work: impl FnOnce(&mut Page) -> R) -> R {
    PAGE.with_borrow_mut(|page| {
        work(page.get_or_insert_with(|| Page {
            zones: Zones {
                shown: attribute("data-zone").map(|name| zone(&name)).unwrap_or_default(),
                server: attribute("data-server-zone").map(|name| zone(&name)).unwrap_or_default(),
                choice: attribute("data-zone-choice").map(|text| Choice::read(&text)).unwrap_or_default(),
            },
            changed: ArcTrigger::new(),
        }))
    })
}

pub(super) fn zones() -> Zones {
    with_page(|page| page.zones.clone())
}

pub(super) fn track() {
    with_page(|page| page.changed.clone()).track();
}

pub(super) fn choose(choice: Choice) {
    with_page(|page| page.zones.choice = choice);
    settle();
}

pub(super) fn settle() {
    let Zones { shown, server, choice } = zones();
    let (choice, mut wanted) = match choice {
        Choice::Server => (Choice::Server, server),
        Choice::Utc => (Choice::Utc, zone("UTC")),
        Choice::Viewer | Choice::Named(_) => match name_of_viewer() {
            Some(name) => (Choice::Named(name.clone()), zone(&name)),
            None => (Choice::Viewer, server),
        },
    };
    keep(&choice);
    // The same zone under another name, such as `Etc/UTC` and `UTC`: the page need not be rendered again.
    if canonical_name(&shown).is_some_and(|name| canonical_name(&wanted) == Some(name)) {
        wanted = shown.clone();
    }
    let changed = with_page(|page| {
        page.zones.choice = choice;
        page.zones.shown = wanted.clone();
        page.changed.clone()
    });
    if wanted != shown {
        changed.notify();
    }
}

/// Sets the cookie. Without cookies, the next page begins in the zone of the server again.
fn keep(choice: &Choice) {
    let Some(window) = web_sys::window() else { return };
    let secure = if window.location().protocol().as_deref() == Ok("https:") { "; Secure" } else { "" };
    let path = under_base("/");
    let cookie = format!("{COOKIE}={choice}; Path={path}; Max-Age={KEPT}; SameSite=Lax{secure}");
    if let Some(document) = window.document() {
        // Fails only in a sandbox, which has no cookies.
        let _ = Reflect::set(&document, &"cookie".into(), &cookie.into());
    }
}

fn attribute(name: &str) -> Option<String> {
    web_sys::window()?.document()?.document_element()?.get_attribute(name)
}

fn zone(name: &str) -> Zone {
    let asked = name.to_owned();
    Zone::named(name, move |at| offset(&asked, at).and_then(FixedOffset::east_opt))
}

/// The name of the zone of the viewer. Some browsers do not say it.
fn name_of_viewer() -> Option<String> {
    let name = zone_of(&formatter(&JsValue::UNDEFINED)?)?;
    // What the cookie cannot have, the server does not know.
    (Choice::read(&format!("auto.{name}")) != Choice::Viewer).then_some(name)
}

/// The name that the browser gives a zone: `UTC` for `Etc/UTC`.
fn canonical_name(zone: &Zone) -> Option<String> {
    let options = Object::new();
    // Setting a property of a new object cannot fail.
    let _ = Reflect::set(&options, &"timeZone".into(), &zone.name()?.into());
    zone_of(&formatter(&options)?)
}

/// The zone of a `DateTimeFormat`.
fn zone_of(format: &JsValue) -> Option<String> {
    let options: Function = Reflect::get(format, &"resolvedOptions".into()).ok()?.dyn_into().ok()?;
    Reflect::get(&options.call0(format).ok()?, &"timeZone".into()).ok()?.as_string()
}

/// `new Intl.DateTimeFormat("en-US", options)`. `None` for options that the browser does not know, such as a zone.
fn formatter(options: &JsValue) -> Option<JsValue> {
    let intl = Reflect::get(&global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    Reflect::construct(&class, &Array::of2(&"en-US".into(), options)).ok()
}

/// What is known of a zone.
struct Rules {
    zone: String,
    /// Formats an instant so that its offset is at the end. `None` where the browser cannot do it.
    format: Option<Function>,
    /// Offsets in seconds by quarters of an hour since 1970, in order. Clocks change at a quarter.
    offsets: Vec<(i64, i32)>,
}

/// Milliseconds.
const QUARTER: i64 = 900_000;

/// Quarters of an hour that are kept of a zone.
const MOST: usize = 4_096;

impl Rules {
    fn new(zone: &str) -> Self {
        let options = Object::new();
        for (name, value) in [("timeZone", zone), ("timeZoneName", "longOffset")] {
            // Setting a property of a new object cannot fail.
            let _ = Reflect::set(&options, &name.into(), &value.into());
        }
        let format = formatter(&options).and_then(|format| Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok());
        Self { zone: zone.to_owned(), format, offsets: Vec::new() }
    }

    fn offset(&mut self, at: i64) -> Option<i32> {
        let quarter = at.div_euclid(QUARTER);
        let place = match self.offsets.binary_search_by_key(&quarter, |(quarter, _)| *quarter) {
            Ok(place) => return self.offsets.get(place).map(|(_, offset)| *offset),
            Err(place) => place,
        };
        let offset = self.ask((quarter * QUARTER) as f64)?;
        if self.offsets.len() < MOST {
            self.offsets.insert(place, (quarter, offset));
        } else {
            self.offsets = vec![(quarter, offset)];
        }
        Some(offset)
    }

    /// Older browsers know the offset of the viewer only.
    fn ask(&self, at: f64) -> Option<i32> {
        match &self.format {
            Some(format) => offset_text::read(&format.call1(&JsValue::UNDEFINED, &at.into()).ok()?.as_string()?),
            None if name_of_viewer().as_deref() == Some(self.zone.as_str()) => {
                Some(-60 * Date::new(&at.into()).get_timezone_offset() as i32)
            }
            None => None,
        }
    }
}

/// The seconds that a zone is east of UTC at an instant in milliseconds since 1970.
fn offset(zone: &str, at: i64) -> Option<i32> {
    RULES.with_borrow_mut(|known| {
        let place = known.iter().position(|rules| rules.zone == zone).unwrap_or_else(|| {
            known.push(Rules::new(zone));
            known.len() - 1
        });
        known.get_mut(place)?.offset(at)
    })
}
