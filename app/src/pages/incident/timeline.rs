use super::answer::Answer;
use crate::components::{Prose, hover};
use crate::erased::IntoAny;
use crate::incidents::{Step, StepKind, short_time, steps};
use crate::texts::incident as texts;
use crate::times::both;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// What happened, the latest first.
#[component]
pub fn Timeline(answer: Answer) -> impl IntoView {
    let content = move || {
        let view = answer.get();
        let now = view.now;
        steps(&view).into_iter().map(|step| view! { <StepItem step now /> }).collect_view()
    };
    view! {
        <section class="card timeline" aria-labelledby="timeline-heading">
            <h2 id="timeline-heading">{texts::timeline()}</h2>
            <ol>{content}</ol>
        </section>
    }
    .into_any()
}

#[component]
fn StepItem(step: Step, now: DateTime<FixedOffset>) -> impl IntoView {
    let Step { at, kind, state, title, message, detail } = step;
    let (at, now) = both(at, now);
    let time = short_time(at, now);
    let kind = match kind {
        StepKind::FirstSeen => "first",
        StepKind::Confirmed => "confirmed",
        StepKind::Acknowledged => "acknowledged",
        StepKind::Changed => "changed",
        StepKind::Notified => "notified",
        StepKind::Ended => "ended",
    };
    view! {
        <li data-step=kind class=state.map(|state| state.as_str())>
            <time datetime=at.to_rfc3339() title=hover(at)>
                {time}
            </time>
            <div>
                <p>
                    <strong>{title}</strong>
                </p>
                {message.map(|text| view! { <p><Prose text /></p> })}
                {detail.map(|detail| view! { <p class="detail">{detail}</p> })}
            </div>
        </li>
    }
    .into_any()
}
