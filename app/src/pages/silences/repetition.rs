//! The part of the form that makes a silence recur. Its style shows only the fields of the selected kind, also without JavaScript.

use crate::erased::IntoAny;
use crate::forms::repeats;
use crate::model::MonthWeek;
use crate::texts::Text;
use crate::texts::dates::short_weekday;
use crate::texts::{layout, silence_form as texts};
use crate::times::shown;
use chrono::Weekday;
use leptos::prelude::*;

const KINDS: [(&str, Text); 4] = [
    ("", texts::does_not_repeat),
    (repeats::WEEKLY, texts::every_week),
    (repeats::MONTHLY, texts::every_month_on_weekday),
    (repeats::MONTH_DAYS, texts::every_month_on_date),
];

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// Selects whether and how the silence recurs.
#[component]
pub(super) fn RepetitionKind() -> impl IntoView {
    let kinds = KINDS.map(|(value, label)| view! { <option value=value>{label()}</option> });
    view! {
        <label class="field">
            <span class="label">{texts::repeats()}</span>
            <select name="repeats">{kinds.into_iter().collect_view()}</select>
        </label>
    }
    .into_any()
}

/// The days, the time, its zone and its limits.
#[component]
pub(super) fn Repetition() -> impl IntoView {
    let days = DAYS.map(|(value, day)| {
        view! {
            <label class="option">
                <input type="checkbox" name="days" value=value />
                <span>{short_weekday(day)}</span>
            </label>
        }
    });
    let weeks = MonthWeek::ALL.map(|week| view! { <option value=week.as_str()>{label(week)}</option> });
    let zone = shown().name().unwrap_or("UTC").to_owned();
    view! {
        <div class="repetition">
            <fieldset class="field of-weekdays">
                <legend>{texts::days()}</legend>
                <div class="weekdays">{days.into_iter().collect_view()}</div>
            </fieldset>
            <label class="field of-week">
                <span class="label">{texts::which_in_month()}</span>
                <select name="week">{weeks.into_iter().collect_view()}</select>
            </label>
            <label class="field of-dates">
                <span class="label">{texts::month_days()} <small>{texts::such_as_days()}</small></span>
                <input type="text" name="month_days" autocomplete="off" />
            </label>
            <div class="pair">
                <label class="field">
                    <span class="label">{texts::from()}</span>
                    <input type="time" name="starts" />
                </label>
                <label class="field">
                    <span class="label">{texts::to()} <small>{texts::if_earlier()}</small></span>
                    <input type="time" name="stops" />
                </label>
            </div>
            <label class="field">
                <span class="label">{layout::time_zone()}</span>
                <input type="text" name="repeats_in" value=zone autocomplete="off" spellcheck="false" />
            </label>
            <div class="pair">
                <label class="field">
                    <span class="label">{texts::first_day()} <small>{texts::today_by_default()}</small></span>
                    <input type="date" name="first" />
                </label>
                <label class="field">
                    <span class="label">{texts::last_day()} <small>{texts::none_by_default()}</small></span>
                    <input type="date" name="last" />
                </label>
            </div>
        </div>
    }
    .into_any()
}

fn label(week: MonthWeek) -> &'static str {
    match week {
        MonthWeek::First => texts::first(),
        MonthWeek::Second => texts::second(),
        MonthWeek::Third => texts::third(),
        MonthWeek::Fourth => texts::fourth(),
        MonthWeek::Last => texts::last(),
    }
}
