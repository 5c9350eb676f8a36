use super::answer::{Answer, href};
use crate::base_path::under_base;
use crate::chart::instant;
use crate::components::Shape;
use crate::erased::IntoAny;
use crate::format;
use crate::incidents::{Bar, HEIGHT, ListAddress, bars};
use crate::model::{IncidentDay, IncidentsView, State};
use crate::texts::dates;
use crate::texts::incidents as texts;
use crate::texts::states;
use crate::times::{here, shown};
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use std::sync::Arc;

/// The width of a bar, and of its cell.
const WIDTH: u32 = 26;

/// "Incidents a day": a bar for each of the last 30 days, which selects the day.
#[component]
pub fn DaysChart(answer: Answer, address: Arc<ListAddress>) -> impl IntoView {
    view! {
        <section class="card days-chart" aria-labelledby="days-heading">
            <div class="caption">
                <h2 id="days-heading">{texts::incidents_a_day()}</h2>
                <p>
                    {
                        let answer = answer.clone();
                        move || caption(&answer.get())
                    }
                </p>
                <p class="states">
                    <span>
                        <Shape state=State::Down />
                        {states::state(State::Down)}
                    </span>
                    <span>
                        <Shape state=State::Unhealthy />
                        {texts::unhealthy_unknown()}
                    </span>
                </p>
            </div>
            <ul class="days">
                {move || {
                    let view = answer.get();
                    let drawn = bars(&view.days).into_iter().zip(&view.days);
                    drawn.map(|(bar, day)| view! { <Day bar day=*day address=Arc::clone(&address) /> }).collect_view()
                }}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Day(bar: Bar, day: IncidentDay, address: Arc<ListAddress>) -> impl IntoView {
    let (from, to) = (instant(day.begin.timestamp_millis()), end(day.begin).map(|end| instant(end.timestamp_millis())));
    let is_selected = address.from.as_deref() == Some(&from) && address.to == to;
    // A second click shows all days again.
    let target = if is_selected { address.within(None, None) } else { address.within(Some(from), to) };
    let label = label(&day);
    let part = |part: Option<(u32, u32)>, class: &'static str| {
        part.map(|(top, height)| view! { <rect class=class x="0" y=top width=WIDTH height=height></rect> })
    };
    view! {
        <li>
            <a href=under_base(&href(&target)) title=label.clone() aria-label=label aria-current=is_selected.then_some("true")>
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                    {part(bar.down, "down")}
                    {part(bar.others, "others")}
                </svg>
            </a>
        </li>
    }
    .into_any()
}

/// `24 November: 3 down, 2 unhealthy or unknown`.
fn label(day: &IncidentDay) -> String {
    let date = dates::written(here(day.begin), "%-d %B");
    let [down, others] = [day.down, day.others].map(|number| format::thousands(number.into()));
    match (day.down, day.others) {
        (0, 0) => texts::day_without(&date),
        (_, 0) => texts::day_down(&date, &down),
        (0, number) => texts::day_others(&date, number, &others),
        (_, number) => texts::day_both(&date, &down, number, &others),
    }
}

/// `27 Oct to 25 Nov`, and that a day can be selected.
fn caption(view: &IncidentsView) -> String {
    let date = |day: &IncidentDay| dates::written(here(day.begin), "%-d %b");
    let [first, last] = [view.days.first(), view.days.last()].map(|day| day.map(date).unwrap_or_default());
    texts::select_a_day(&first, &last)
}

/// The end of the day, in the zone of the page.
fn end(begin: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
    let zone = shown().or_of(begin);
    zone.begin_of(zone.at(begin).date_naive().succ_opt()?)
}
