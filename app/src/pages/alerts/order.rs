//! The form by which an operator holds alerts.

use super::Chosen;
use super::services::Choice;
use crate::live::{LiveBoard, moment_of};
use crate::model::{HoldKind, HoldOrder, ServiceId};
use crate::rpc::HoldAlerts;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// How long, in minutes, and how people say it.
const LENGTHS: [(u32, &str); 8] = [
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
pub(super) fn Order(may_silence_all: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    // Made when it is needed: rows change all the time, and people choose now and then.
    let choice = move || untrack(|| board.with(|board| Choice::of(board.rows())).unwrap_or_default());
    let Chosen(chosen) = expect_context();
    if let Some(service) = use_query_map().read_untracked().get("service") {
        chosen.set(choice().named(&service));
    }
    let (kind, all, problem) = (RwSignal::new(HoldKind::Silence), RwSignal::new(false), RwSignal::new(None::<String>));
    let hold = ServerAction::<HoldAlerts>::new();
    let (length, from, comment) = (NodeRef::<html::Select>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let services = (!all.get_untracked()).then(|| chosen.get_untracked());
        if services.as_ref().is_some_and(Vec::is_empty) {
            return problem.set(Some("Choose a service first.".to_owned()));
        }
        problem.set(None);
        let begin = from.get_untracked().map(|input| input.value()).unwrap_or_default();
        let order = HoldOrder {
            kind: kind.get_untracked(),
            services,
            comment: comment.get_untracked().map(|input| input.value().trim().to_owned()).unwrap_or_default(),
            from: moment_of(&begin),
            until: None,
            minutes: length.get_untracked().and_then(|select| select.value().parse().ok()),
        };
        hold.dispatch(HoldAlerts { order });
    };
    // What was taken is in the list above; the form is ready for another.
    Effect::new(move |_| {
        if hold.value().with(|value| value.as_ref().is_some_and(Result::is_ok)) {
            chosen.set(Vec::new());
            all.set(false);
        }
    });
    let outcome = move || {
        let refusal = problem.get().or_else(|| hold.value().get().and_then(Result::err).map(|error| error.to_string()));
        refusal.map(|text| view! { <span class="refusal">{text}</span> }.into_any()).or_else(|| {
            let is_taken = hold.value().with(Option::is_some) && !hold.pending().get();
            is_taken.then(|| "Alerts are held.".into_any())
        })
    };
    let kinds = [
        (HoldKind::Silence, "Silence", "Nobody wants to hear of it."),
        (HoldKind::Maintenance, "Maintenance", "Trouble is expected. Reports can leave the time out."),
    ];
    let kinds = kinds.map(|(value, word, meaning)| {
        view! {
            <label class="option">
                <input
                    type="radio"
                    name="kind"
                    value=value.as_str()
                    checked=value == HoldKind::Silence
                    on:change=move |_| kind.set(value)
                />
                <span>
                    {word} " " <small>{meaning}</small>
                </span>
            </label>
        }
    });
    let lengths = LENGTHS.map(|(minutes, words)| view! { <option value=minutes selected=minutes == 60>{words}</option> });
    view! {
        <section class="card" id="order" aria-labelledby="order-heading">
            <h2 id="order-heading">"Hold alerts"</h2>
            <form class="order" on:submit=submit>
                <fieldset>
                    <legend>"Why"</legend>
                    {kinds.into_iter().collect_view()}
                </fieldset>
                <fieldset disabled=move || all.get()>
                    <legend>"Which services"</legend>
                    <Services chosen choice problem />
                </fieldset>
                {may_silence_all
                    .then(|| {
                        view! {
                            <label class="option">
                                <input type="checkbox" prop:checked=move || all.get() on:change=move |event| all.set(event_target_checked(&event)) />
                                <span>"All services"</span>
                            </label>
                        }
                    })}
                <div class="pair">
                    <label>
                        "Begins" <small>" (now when empty)"</small>
                        <input type="datetime-local" node_ref=from />
                    </label>
                    <label>
                        "For" <select node_ref=length>{lengths.into_iter().collect_view()}</select>
                    </label>
                </div>
                <label>
                    "Comment" <small>" (shown to everybody who sees the services)"</small>
                    <input type="text" node_ref=comment maxlength="500" autocomplete="off" />
                </label>
                <div class="send">
                    <button type="submit" class="primary" disabled=move || hold.pending().get()>
                        "Hold alerts"
                    </button>
                    <p role="status">{outcome}</p>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// The services that are chosen so far, and a box for another. Enter takes what is typed.
#[component]
fn Services(
    chosen: RwSignal<Vec<ServiceId>>,
    choice: impl Fn() -> Choice + Copy + Send + Sync + 'static,
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let add = move || {
        let typed = text.get_untracked();
        let found = choice().named(&typed);
        if typed.trim().is_empty() {
            return;
        }
        if found.is_empty() {
            return problem.set(Some(format!("There is no service `{}`.", typed.trim())));
        }
        problem.set(None);
        text.set(String::new());
        chosen.update(|chosen| chosen.extend(found.into_iter().filter(|service| !chosen.contains(service)).collect::<Vec<_>>()));
    };
    let proposals = move || {
        let text = text.get();
        if text.is_empty() {
            return Vec::new();
        }
        choice().proposals(&text)
    };
    let remove = move |service: &ServiceId| chosen.update(|chosen| chosen.retain(|known| known != service));
    view! {
        <ul class="chosen" aria-label="Chosen services">
            <For
                each=move || chosen.get()
                key=Clone::clone
                children=move |service| {
                    let label = format!("Leave out {service}");
                    view! {
                        <li>
                            {service.to_string()}
                            <button type="button" aria-label=label on:click=move |_| remove(&service)>
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
                list="services"
                autocomplete="off"
                spellcheck="false"
                aria-label="Service or type"
                placeholder="Service or type"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:change=move |_| {
                    if !choice().named(&text.get_untracked()).is_empty() {
                        add();
                    }
                }
                on:keydown=move |event| {
                    if event.key() == "Enter" && !text.read_untracked().trim().is_empty() {
                        event.prevent_default();
                        add();
                    }
                }
            />
            <datalist id="services">
                {move || proposals().into_iter().map(|(value, word)| view! { <option value=value>{word}</option> }).collect_view()}
            </datalist>
            <button type="button" on:click=move |_| add()>
                "Add"
            </button>
        </div>
    }
    .into_any()
}
