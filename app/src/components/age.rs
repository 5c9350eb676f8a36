use crate::live::Clock;
use crate::times::{here, hover};
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// The age of a time: `12 s`. Where the clock does not run, on the server and without JavaScript, the time of day: `16:57:57`.
#[component]
pub fn Age(time: DateTime<FixedOffset>) -> impl IntoView {
    let age = expect_context::<Clock>().age(time);
    view! {
        <time datetime=time.to_rfc3339() title=hover(time)>
            {move || age.get().unwrap_or_else(|| time_of_day(time))}
        </time>
    }
}

/// `16:57:57`, in the zone of the page.
pub fn time_of_day(time: DateTime<FixedOffset>) -> String {
    here(time).format("%H:%M:%S").to_string()
}
