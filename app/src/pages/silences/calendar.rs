use crate::erased::IntoAny;
use crate::model::SilencesView;
use crate::silences::{Calendar, Lane, WIDTH};
use crate::texts::dates::written;
use crate::texts::{silences as texts, states};
use crate::times::shown;
use leptos::prelude::*;

/// The height of a lane.
const HEIGHT: u32 = 18;

/// The next seven days. The lists say the same in words, so screen readers do not need it.
#[component]
pub(super) fn CalendarView(silences: SilencesView) -> impl IntoView {
    let Calendar { days, now, lanes, more } = Calendar::of(&silences, &shown().or_of(silences.now));
    (!lanes.is_empty()).then(|| {
        let heads = days.into_iter().map(|day| view! { <span>{written(day, "%a %-d")}</span> });
        view! {
            <section class="card calendar" aria-hidden="true">
                <header>
                    <h2>{texts::next_days()}</h2>
                    <p class="swatches">
                        <span class="silence">{texts::silence()}</span>
                        <span class="maintenance">{texts::maintenance()}</span>
                        <span class="pause">{states::paused()}</span>
                    </p>
                </header>
                <div class="lane heads">
                    <span></span>
                    <div class="days">{heads.collect_view()}</div>
                </div>
                {lanes.into_iter().map(|lane| view! { <LaneView lane now /> }).collect_view()}
                {(more > 0).then(|| view! { <p class="none">{texts::more_below(more)}</p> })}
            </section>
        }
        .into_any()
    })
}

#[component]
fn LaneView(lane: Lane, now: u32) -> impl IntoView {
    let Lane { label, kind, spans } = lane;
    let kind = kind.as_str();
    let spans = spans.into_iter().map(|span| view! { <rect class=kind x=span.x y="1" width=span.width height=HEIGHT - 2></rect> });
    view! {
        <div class="lane">
            <span class="label">{label}</span>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
                {spans.collect_view()}
                <path class="now" d=format!("M{now} 0V{HEIGHT}") vector-effect="non-scaling-stroke"></path>
            </svg>
        </div>
    }
    .into_any()
}
