use crate::components::hover;
use crate::format;
use crate::live::Clock;
use crate::texts::dates;
use crate::texts::incidents as texts;
use crate::times::both;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// How long something has lasted that began at `since`: it grows while the clock runs. `now` is the time of the answer of the server.
#[component]
pub fn Duration(since: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> impl IntoView {
    let age = expect_context::<Clock>().age(since);
    let before = format::age((now - since).num_milliseconds());
    view! {
        <time datetime=since.to_rfc3339() title=texts::since_time(&hover(since))>
            {move || age.get().unwrap_or_else(|| before.clone())}
        </time>
    }
}

/// `09:41` of the day that `now` is on, else `24 Nov, 09:41`, in the zone of the page.
pub fn start(since: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    let (since, now) = both(since, now);
    let is_today = since.date_naive() == now.date_naive();
    dates::written(since, if is_today { "%H:%M" } else { "%-d %b, %H:%M" })
}

/// The same after the word "since".
pub fn start_in_sentence(since: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> String {
    let start = start(since, now);
    let (since, now) = both(since, now);
    if since.date_naive() == now.date_naive() { start } else { texts::since_another_day(&start) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::at;

    #[test]
    fn the_date_is_omitted_on_the_same_day() {
        assert_eq!(start(at(5), at(60)), "16:05");
        assert_eq!(start(at(5).with_timezone(&chrono::Utc).fixed_offset(), at(60)), "16:05");
        assert_eq!(start(at(5), at(60 * 24)), "30 Jul, 16:05");
    }
}
