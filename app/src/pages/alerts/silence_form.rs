//! The form that silences alerts.

use super::selection::{SelectedServices, Selection, choice};
use crate::components::RefusedForm;
use crate::forms::{ALERTS, Fields, action, silence_order};
use crate::live::{LiveBoard, local_time};
use crate::model::SuppressionKind;
use crate::rpc::HoldAlerts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Durations in minutes, and their labels.
const DURATIONS: [(u32, &str); 8] = [
    (15, "15 minutes"),
    (30, "30 minutes"),
    (60, "1 hour"),
    (120, "2 hours"),
    (240, "4 hours"),
    (480, "8 hours"),
    (1_440, "1 day"),
    (10_080, "1 week"),
];

#[component]
pub(super) fn SilenceForm(may_silence_all: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let SelectedServices(selected) = expect_context();
    if let Some(service) = use_query_map().read_untracked().get("service") {
        selected.set(choice(&board).named(&service));
    }
    let refused: RefusedForm = expect_context();
    let (all, problem) = (RwSignal::new(false), RwSignal::new(refused.reason(action::SILENCE, None)));
    let text = RwSignal::new(String::new());
    let selection = Selection { board: board.clone(), selected: selected.clone(), text, problem };
    let silence = ServerAction::<HoldAlerts>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match silence_order(&Fields::of(&event), &choice(&board), local_time) {
            Ok(order) => {
                problem.set(None);
                silence.dispatch(HoldAlerts { order });
            }
            Err(reason) => problem.set(Some(reason)),
        }
    };
    // The list above shows the new silence; the form is ready for another one.
    Effect::new(move |_| {
        if silence.value().with(|value| value.as_ref().is_some_and(Result::is_ok)) {
            selected.set(Vec::new());
            text.set(String::new());
            all.set(false);
        }
    });
    let outcome = move || {
        let refusal = problem.get().or_else(|| silence.value().get().and_then(Result::err).map(|error| error.to_string()));
        refusal.map(|text| view! { <span class="refusal">{text}</span> }.into_any()).or_else(|| {
            let is_done = silence.value().with(Option::is_some) && !silence.pending().get();
            is_done.then(|| "Alerts are silenced.".into_any())
        })
    };
    let kinds = [
        (SuppressionKind::Silence, "Silence", "No notifications. Checks and history continue."),
        (SuppressionKind::Maintenance, "Maintenance", "Planned work: no notifications, and reports can exclude the time."),
    ];
    let kinds = kinds.map(|(kind, label, hint)| {
        view! {
            <label class="option">
                <input type="radio" name="kind" value=kind.as_str() checked=kind == SuppressionKind::Silence />
                <span>
                    {label} " " <small>{hint}</small>
                </span>
            </label>
        }
    });
    let durations = DURATIONS.map(|(minutes, label)| view! { <option value=minutes selected=minutes == 60>{label}</option> });
    view! {
        <section class="card" id="silence" aria-labelledby="silence-heading">
            <h2 id="silence-heading">"Silence alerts"</h2>
            <form class="silence-form" method="post" action=ALERTS on:submit=submit>
                <input type="hidden" name="action" value=action::SILENCE />
                <fieldset>
                    <legend>"Type"</legend>
                    {kinds.into_iter().collect_view()}
                </fieldset>
                <fieldset disabled=move || all.get()>
                    <legend>"Services"</legend>
                    <Services selection />
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
                                <span>"All services"</span>
                            </label>
                        }
                    })}
                <div class="pair">
                    <label>
                        "Begins" <small>" (default: now)"</small>
                        <input type="datetime-local" name="begins" />
                    </label>
                    <label>
                        "Duration" <select name="minutes">{durations.into_iter().collect_view()}</select>
                    </label>
                </div>
                <label>
                    "Comment" <small>" (visible to everyone who sees the services)"</small>
                    <input type="text" name="comment" maxlength="500" autocomplete="off" />
                </label>
                <div class="send">
                    <button type="submit" class="primary" disabled=move || silence.pending().get()>
                        "Silence alerts"
                    </button>
                    <p role="status">{outcome}</p>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// The selected services, and a box to add another one. Enter adds what is typed.
#[component]
fn Services(selection: Selection) -> impl IntoView {
    let text = selection.text;
    let [selected, changed, entered, suggested, added] = std::array::from_fn(|_| selection.clone());
    view! {
        <ul class="selected" aria-label="Selected services">
            <For
                each=move || selected.selected.get()
                key=Clone::clone
                children=move |service| {
                    let label = format!("Remove {service}");
                    let selection = selection.clone();
                    let name = service.to_string();
                    view! {
                        <li>
                            {name.clone()}
                            <input type="hidden" name="services" value=name />
                            <button type="button" aria-label=label on:click=move |_| selection.remove(&service)>
                                "×"
                            </button>
                        </li>
                    }
                }
            />
        </ul>
        <div class="another">
            <input
                type="text"
                name="service"
                list="services"
                autocomplete="off"
                spellcheck="false"
                aria-label="Service or type"
                placeholder="Service or type"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:change=move |_| {
                    if changed.is_named() {
                        changed.add();
                    }
                }
                on:keydown=move |event| {
                    if event.key() == "Enter" && !text.read_untracked().trim().is_empty() {
                        event.prevent_default();
                        entered.add();
                    }
                }
            />
            <datalist id="services">
                {move || {
                    let suggestions = suggested.suggestions().into_iter();
                    suggestions.map(|(value, description)| view! { <option value=value>{description}</option> }).collect_view()
                }}
            </datalist>
            <button type="button" on:click=move |_| added.add()>
                "Add"
            </button>
        </div>
    }
    .into_any()
}
