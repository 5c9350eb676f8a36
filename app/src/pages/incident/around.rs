use super::answer::Answer;
use crate::address;
use crate::base_path::under_base;
use crate::chart::{Chart, Drawing, Scale, Window};
use crate::erased::IntoAny;
use crate::model::{IncidentDetailView, RpcError, ServiceHistoryView};
use crate::texts::incident as texts;
use crate::times::{self, Zone};
use leptos::prelude::*;

/// The history around the incident, or why there is none.
pub type Around = ArcResource<Result<ServiceHistoryView, RpcError>>;

/// The checks before, during and after the incident, as a small chart without a cursor.
#[component]
pub fn AroundChart(answer: Answer, around: Around) -> impl IntoView {
    let (shown, asked) = (answer.clone(), around.clone());
    // Effects run in the browser only.
    Effect::new(move |before: Option<(bool, usize)>| {
        let view = answer.get();
        let course = (view.incident.ended.is_some(), view.transitions.len());
        if before.is_some_and(|before| before != course) {
            asked.refetch();
        }
        course
    });
    view! {
        <Transition>
            {move || {
                let view = shown.get();
                let zone = times::shown().or_of(view.now);
                let around = around.clone();
                Suspend::new(async move { drawn(&view, zone, around.await) })
            }}
        </Transition>
    }
    .into_any()
}

fn drawn(view: &IncidentDetailView, zone: Zone, history: Result<ServiceHistoryView, RpcError>) -> AnyView {
    let history = match history {
        Ok(history) => history,
        Err(error) => return card(None, view! { <p class="inside refusal">{error.to_string()}</p> }.into_any()),
    };
    let incident = &view.incident;
    let window = Window::Between(history.from, history.to);
    let parameters = std::iter::once(("node", incident.node.clone())).chain(window.parameters());
    let href = address::with(&address::of_service(&incident.service), parameters);
    let chart = Chart { interval: history.interval, zone, scale: Scale::Linear, history };
    let range = chart.range(false);
    let percent = |at: i64| chart.x(at).clamp(0.0, 1.0) * 100.0;
    let begin = percent(incident.since.timestamp_millis());
    let end = incident.ended.map_or(100.0, |ended| percent(ended.timestamp_millis()));
    let during = format!("during {}", incident.worst);
    let Drawing { area, lanes } = Drawing::of(&chart, under_base);
    let label = texts::chart(&range);
    let content = view! {
        <div class="plot">
            <div class="surface" role="img" aria-label=label>
                <div class="drawing" inner_html=area></div>
            </div>
            <div class="overlay" aria-hidden="true">
                // Attributes, since the policy of the page allows no styles in its HTML.
                <svg class="within" viewBox="0 0 100 1" preserveAspectRatio="none">
                    <rect class=during x=format!("{begin:.2}") y="0" width=format!("{:.2}", end - begin) height="1" />
                </svg>
            </div>
            <div class="lanes-box" inner_html=lanes></div>
        </div>
    };
    card(Some((range, href)), content.into_any())
}

/// `link` is the range of the chart, and the address of the service in it.
fn card(link: Option<(String, String)>, content: AnyView) -> AnyView {
    let link = link.map(|(range, href)| {
        view! {
            <span class="note">{range}</span>
            <a class="end" href=under_base(&href)>
                {texts::open_in_service()}
            </a>
        }
    });
    view! {
        <section class="card around" aria-labelledby="around-heading">
            <header>
                <h2 id="around-heading">{texts::around()}</h2>
                {link}
            </header>
            {content}
        </section>
    }
    .into_any()
}
