use super::LanguageChoice;
use crate::live::Clock;
use crate::texts::layout as texts;
use crate::times::{self, Choice};
use leptos::prelude::*;

/// In which zone the page shows times. With JavaScript it can be changed.
#[component]
pub fn ZoneNote() -> impl IntoView {
    let clock: Clock = expect_context();
    let text = || {
        times::track();
        texts::times_in(&times::shown().label())
    };
    let switch = move || clock.is_running().then(zone_choice);
    view! {
        <div class="zone-note">
            <span>{text}</span>
            {switch}
            <LanguageChoice />
        </div>
    }
}

fn zone_choice() -> impl IntoView {
    let choice = times::zones().choice;
    let is_own = !matches!(choice, Choice::Server | Choice::Utc);
    let option = |value: Choice, label: &'static str, selected: bool| {
        view! {
            <option value=value.to_string() selected=selected>
                {label}
            </option>
        }
    };
    view! {
        <label class="select">
            {texts::time_zone()}
            <select on:change=move |event| times::choose(Choice::read(&event_target_value(&event)))>
                {option(Choice::Viewer, texts::own_zone(), is_own)} {option(Choice::Server, texts::zone_of_server(), choice == Choice::Server)}
                {option(Choice::Utc, "UTC", choice == Choice::Utc)}
            </select>
        </label>
    }
}
