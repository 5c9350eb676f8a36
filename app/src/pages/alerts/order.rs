//! The form by which an operator holds alerts.

use super::Chosen;
use super::services::Choice;
use crate::live::{LiveBoard, SharedSignal, moment_of};
use crate::model::{ServiceId, SilenceRequest, SuppressionKind};
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
    let Chosen(chosen) = expect_context();
    if let Some(service) = use_query_map().read_untracked().get("service") {
        chosen.set(choice(&board).named(&service));
    }
    let (kind, all, problem) = (RwSignal::new(SuppressionKind::Silence), RwSignal::new(false), RwSignal::new(None::<String>));
    let selection = Selection { board, chosen: chosen.clone(), text: RwSignal::new(String::new()), problem };
    let hold = ServerAction::<HoldAlerts>::new();
    let (length, from, comment) = (NodeRef::<html::Select>::new(), NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let about = chosen.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let services = (!all.get_untracked()).then(|| about.get_untracked());
        if services.as_ref().is_some_and(Vec::is_empty) {
            return problem.set(Some("Choose a service first.".to_owned()));
        }
        problem.set(None);
        let begin = from.get_untracked().map(|input| input.value()).unwrap_or_default();
        let order = SilenceRequest {
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
        (SuppressionKind::Silence, "Silence", "Nobody wants to hear of it."),
        (SuppressionKind::Maintenance, "Maintenance", "Trouble is expected. Reports can leave the time out."),
    ];
    let kinds = kinds.map(|(value, word, meaning)| {
        view! {
            <label class="option">
                <input
                    type="radio"
                    name="kind"
                    value=value.as_str()
                    checked=value == SuppressionKind::Silence
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
                    <Services selection />
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

/// The services of the board, as they can be chosen. Made when it is needed: rows change all the time, and people choose now and
/// then.
fn choice(board: &LiveBoard) -> Choice {
    board.with_untracked(|board| Choice::of(board.rows())).unwrap_or_default()
}

/// What is chosen so far, and what is typed to choose another.
#[derive(Clone)]
struct Selection {
    board: LiveBoard,
    chosen: SharedSignal<Vec<ServiceId>>,
    text: RwSignal<String>,
    problem: RwSignal<Option<String>>,
}

impl Selection {
    /// The services that the typed text names.
    fn named(&self) -> Vec<ServiceId> {
        choice(&self.board).named(&self.text.read_untracked())
    }

    /// Adds the services that the typed text names.
    fn add(&self) {
        let typed = self.text.get_untracked();
        let found = self.named();
        if typed.trim().is_empty() {
            return;
        }
        if found.is_empty() {
            return self.problem.set(Some(format!("There is no service `{}`.", typed.trim())));
        }
        self.problem.set(None);
        self.text.set(String::new());
        let mut chosen = self.chosen.get_untracked();
        chosen.extend(found.into_iter().filter(|service| !chosen.contains(service)).collect::<Vec<_>>());
        self.chosen.set(chosen);
    }

    fn remove(&self, service: &ServiceId) {
        let mut chosen = self.chosen.get_untracked();
        chosen.retain(|known| known != service);
        self.chosen.set(chosen);
    }

    /// What the typed text could become.
    fn proposals(&self) -> Vec<(String, String)> {
        let text = self.text.get();
        if text.is_empty() { Vec::new() } else { choice(&self.board).proposals(&text) }
    }
}

/// The services that are chosen so far, and a box for another. Enter takes what is typed.
#[component]
fn Services(selection: Selection) -> impl IntoView {
    let text = selection.text;
    let [chosen, changed, entered, proposed, added] = std::array::from_fn(|_| selection.clone());
    view! {
        <ul class="chosen" aria-label="Chosen services">
            <For
                each=move || chosen.chosen.get()
                key=Clone::clone
                children=move |service| {
                    let label = format!("Leave out {service}");
                    let selection = selection.clone();
                    view! {
                        <li>
                            {service.to_string()}
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
                list="services"
                autocomplete="off"
                spellcheck="false"
                aria-label="Service or type"
                placeholder="Service or type"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
                on:change=move |_| {
                    if !changed.named().is_empty() {
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
                    let proposals = proposed.proposals().into_iter();
                    proposals.map(|(value, word)| view! { <option value=value>{word}</option> }).collect_view()
                }}
            </datalist>
            <button type="button" on:click=move |_| added.add()>
                "Add"
            </button>
        </div>
    }
    .into_any()
}
