use crate::live::Clock;
use crate::times::{self, Choice};
use leptos::prelude::*;

/// In which zone the page shows times. With JavaScript it can be changed.
#[component]
pub fn ZoneNote() -> impl IntoView {
    let clock: Clock = expect_context();
    let text = || {
        times::track();
        format!("Times in {}", times::shown().label())
    };
    let switch = move || clock.is_running().then(zone_choice);
    view! {
        <p class="zone-note">
            <span>{text}</span>
            {switch}
        </p>
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
            "Time zone"
            <select on:change=move |event| times::choose(Choice::read(&event_target_value(&event)))>
                {option(Choice::Viewer, "yours", is_own)} {option(Choice::Server, "of the server", choice == Choice::Server)}
                {option(Choice::Utc, "UTC", choice == Choice::Utc)}
            </select>
        </label>
    }
}
