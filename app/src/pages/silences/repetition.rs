//! The part of the form that makes a silence recur. Its style shows only the fields of the selected kind, also without JavaScript.

use crate::erased::IntoAny;
use crate::forms::repeats;
use crate::model::MonthWeek;
use crate::times::shown;
use leptos::prelude::*;

const KINDS: [(&str, &str); 4] = [
    ("", "Does not repeat"),
    (repeats::WEEKLY, "Every week"),
    (repeats::MONTHLY, "Every month, on a day of the week"),
    (repeats::MONTH_DAYS, "Every month, on a date"),
];

const DAYS: [(&str, &str); 7] =
    [("mon", "Mon"), ("tue", "Tue"), ("wed", "Wed"), ("thu", "Thu"), ("fri", "Fri"), ("sat", "Sat"), ("sun", "Sun")];

/// Selects whether and how the silence recurs.
#[component]
pub(super) fn RepetitionKind() -> impl IntoView {
    let kinds = KINDS.map(|(value, label)| view! { <option value=value>{label}</option> });
    view! {
        <label class="field">
            <span class="label">"Repeats"</span>
            <select name="repeats">{kinds.into_iter().collect_view()}</select>
        </label>
    }
    .into_any()
}

/// The days, the time, its zone and its limits.
#[component]
pub(super) fn Repetition() -> impl IntoView {
    let days = DAYS.map(|(value, label)| {
        view! {
            <label class="option">
                <input type="checkbox" name="days" value=value />
                <span>{label}</span>
            </label>
        }
    });
    let weeks = MonthWeek::ALL.map(|week| view! { <option value=week.as_str()>{label(week)}</option> });
    let zone = shown().name().unwrap_or("UTC").to_owned();
    view! {
        <div class="repetition">
            <fieldset class="field of-weekdays">
                <legend>"Days on which it begins"</legend>
                <div class="weekdays">{days.into_iter().collect_view()}</div>
            </fieldset>
            <label class="field of-week">
                <span class="label">"Which of these days in a month"</span>
                <select name="week">{weeks.into_iter().collect_view()}</select>
            </label>
            <label class="field of-dates">
                <span class="label">"Days of the month " <small>"(such as 1, 15)"</small></span>
                <input type="text" name="month_days" autocomplete="off" />
            </label>
            <div class="pair">
                <label class="field">
                    <span class="label">"From"</span>
                    <input type="time" name="starts" />
                </label>
                <label class="field">
                    <span class="label">"To " <small>"(if earlier: on the next day)"</small></span>
                    <input type="time" name="stops" />
                </label>
            </div>
            <label class="field">
                <span class="label">"Time zone"</span>
                <input type="text" name="repeats_in" value=zone autocomplete="off" spellcheck="false" />
            </label>
            <div class="pair">
                <label class="field">
                    <span class="label">"First day " <small>"(default: today)"</small></span>
                    <input type="date" name="first" />
                </label>
                <label class="field">
                    <span class="label">"Last day " <small>"(default: none)"</small></span>
                    <input type="date" name="last" />
                </label>
            </div>
        </div>
    }
    .into_any()
}

const fn label(week: MonthWeek) -> &'static str {
    match week {
        MonthWeek::First => "First",
        MonthWeek::Second => "Second",
        MonthWeek::Third => "Third",
        MonthWeek::Fourth => "Fourth",
        MonthWeek::Last => "Last",
    }
}
