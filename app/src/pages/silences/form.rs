//! The form that silences alerts.

use super::ending::Ending;
use super::matches::MatchList;
use super::repetition::{Repetition, RepetitionKind};
use super::selection::{Selection, choice};
use super::services::Services;
use crate::address::{Query, use_query};
use crate::base_path::under_base;
use crate::components::{Icon, IconView, RefusedForm, keep_focus};
use crate::erased::IntoAny;
use crate::forms::{Fields, SILENCES, action, silence_request};
use crate::live::{LiveBoard, SharedSignal};
use crate::model::{ServiceId, SuppressionKind};
use crate::rpc::CreateSilence;
use crate::texts::Text;
use crate::texts::{palette, service_actions, silence_form as texts};
use crate::times::{local_time, shown};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Durations in minutes, and their labels.
const DURATIONS: [(u32, Text); 8] = [
    (15, texts::a_quarter),
    (30, service_actions::half_an_hour),
    (60, service_actions::an_hour),
    (120, texts::two_hours),
    (240, service_actions::four_hours),
    (480, texts::eight_hours),
    (1_440, service_actions::a_day),
    (10_080, service_actions::a_week),
];

#[component]
pub(super) fn SilenceForm(may_silence_all: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let ending: Ending = expect_context();
    let query = use_query().with_untracked(Query::clone);
    let named = query.all("service");
    let mut preselected: Vec<ServiceId> = Vec::new();
    let mut wrong = None;
    for text in &named {
        let services = choice(&board).named(text);
        if services.is_empty() && !text.is_empty() {
            wrong = wrong.or_else(|| Some(texts::no_service(text)));
        }
        for service in services {
            if !preselected.contains(&service) {
                preselected.push(service);
            }
        }
    }
    let selected = SharedSignal::new(preselected);
    let first_kind = match query.get("kind").as_deref() {
        Some("maintenance") => SuppressionKind::Maintenance,
        Some("" | "silence") | None => SuppressionKind::Silence,
        Some(other) => {
            wrong = wrong.or_else(|| Some(texts::no_kind(other)));
            SuppressionKind::Silence
        }
    };
    let refused: RefusedForm = expect_context();
    let (all, problem) = (RwSignal::new(false), RwSignal::new(refused.reason(action::SILENCE, None).or(wrong)));
    let text = RwSignal::new(String::new());
    let selection = Selection { board: board.clone(), selected, text, problem };
    let silence = ServerAction::<CreateSilence>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match silence_request(&Fields::of(&event), &choice(&board), local_time) {
            Ok(request) if !silence.pending().get_untracked() => {
                keep_focus(&event);
                problem.set(None);
                silence.dispatch(CreateSilence { request });
            }
            Ok(_) => {}
            Err(reason) => problem.set(Some(reason)),
        }
    };
    let navigate = use_navigate();
    // The list shows the new silence.
    Effect::new(move |_| {
        if silence.value().with(|value| value.as_ref().is_some_and(Result::is_ok)) {
            ending.entered();
            navigate(SILENCES, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    });
    let outcome = move || {
        let refusal = problem.get().or_else(|| silence.value().get().and_then(Result::err).map(|error| error.to_string()));
        refusal.map(|text| view! { <span class="refusal">{text}</span> })
    };
    let kinds = [
        (SuppressionKind::Silence, texts::silence(), texts::silence_hint()),
        (SuppressionKind::Maintenance, texts::maintenance(), texts::maintenance_hint()),
    ];
    let kinds = kinds.map(|(kind, label, hint)| {
        view! {
            <label class="option">
                <input type="radio" name="kind" value=kind.as_str() checked=kind == first_kind />
                <span>
                    {label} " " <small>{hint}</small>
                </span>
            </label>
        }
    });
    let zone = shown();
    let durations = DURATIONS.map(|(minutes, label)| view! { <option value=minutes selected=minutes == 60>{label()}</option> });
    view! {
        <form class="silence-form" method="post" action=under_base(SILENCES) on:submit=submit>
            <header>
                <h2 id="silence-heading">{texts::silence_alerts()}</h2>
                <a class="button quiet icon-only" href=under_base(SILENCES) aria-label=palette::close()>
                    <IconView icon=Icon::X />
                </a>
            </header>
            <div class="inside">
                <input type="hidden" name="action" value=action::SILENCE />
                {zone.name().map(|name| view! { <input type="hidden" name="zone" value=name.to_owned() /> })}
                <fieldset class="kinds">
                    <legend class="visually-hidden">{texts::kind()}</legend>
                    {kinds.into_iter().collect_view()}
                </fieldset>
                <fieldset class="field" disabled=move || all.get()>
                    <legend>{texts::services()} <small>{texts::how_to_name_services()}</small></legend>
                    <Services selection=selection.clone() />
                    <MatchList selection />
                </fieldset>
                {may_silence_all
                    .then(|| {
                        view! {
                            <label class="option">
                                <input
                                    type="checkbox"
                                    name="all"
                                    value="true"
                                    prop:checked=move || all.get()
                                    on:change=move |event| all.set(event_target_checked(&event))
                                />
                                <span>{texts::all_services()}</span>
                            </label>
                        }
                    })}
                <RepetitionKind />
                <Repetition />
                <div class="pair once">
                    <label class="field">
                        <span class="label">{texts::begins()} <small>{texts::now_by_default(&zone.label())}</small></span>
                        <input type="datetime-local" name="begins" />
                    </label>
                    <label class="field">
                        <span class="label">{service_actions::duration()}</span>
                        <select name="minutes">{durations.into_iter().collect_view()}</select>
                    </label>
                </div>
                <p class="hint">{texts::when_it_ends()}</p>
                <label class="field">
                    <span class="label">{texts::comment()} <small>{texts::who_sees_it()}</small></span>
                    <input type="text" name="comment" maxlength="500" autocomplete="off" />
                </label>
                <p role="status">{outcome}</p>
            </div>
            <footer>
                <button type="submit" class="primary" aria-disabled=move || silence.pending().get().to_string()>
                    {texts::silence_alerts()}
                </button>
                <a class="button quiet" href=under_base(SILENCES)>
                    {texts::cancel()}
                </a>
            </footer>
        </form>
    }
    .into_any()
}
