use crate::live::Clock;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// How long ago: `12 s`. Where the clock stands still, on the server and without scripts, the time itself: `16:57:57`.
#[component]
pub fn Age(time: DateTime<FixedOffset>) -> impl IntoView {
    let age = expect_context::<Clock>().age(time);
    view! {
        <time datetime=time.to_rfc3339() title=exact(time)>
            {move || age.get().unwrap_or_else(|| time_of_day(time))}
        </time>
    }
}

/// `16:57:57`, by the server's clock.
pub fn time_of_day(time: DateTime<FixedOffset>) -> String {
    time.format("%H:%M:%S").to_string()
}

/// `2026-11-23 16:57:57 +01:00`, by the server's clock.
pub fn exact(time: DateTime<FixedOffset>) -> String {
    time.format("%Y-%m-%d %H:%M:%S %:z").to_string()
}
