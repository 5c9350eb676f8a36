//! What an operator does to a service: check, acknowledge, silence, pause. Each is a form that works without JavaScript.

use super::summary::Summary;
use super::text::{is_same_day, moment};
use crate::address;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, keep_focus};
use crate::erased::IntoAny;
use crate::format;
use crate::forms::{Fields, SILENCES, action, pause_request};
use crate::live::SharedSignal;
use crate::model::{AcknowledgementRequest, PauseRequest, PauseView, RpcError, ServiceId, ServiceView};
use crate::rpc;
use crate::texts::Text;
use crate::texts::service_actions as texts;
use crate::texts::states::state;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Durations of a pause in minutes, and their labels. Without minutes it lasts until the service is resumed.
const DURATIONS: [(&str, Text); 6] = [
    ("", texts::until_resumed),
    ("30", texts::half_an_hour),
    ("60", texts::an_hour),
    ("240", texts::four_hours),
    ("1440", texts::a_day),
    ("10080", texts::a_week),
];

/// A command of the page. One runs at a time.
#[derive(Clone, Debug, PartialEq)]
enum Command {
    Check,
    Acknowledge(Vec<u64>),
    Pause(PauseRequest),
    Resume,
}

/// The commands of the page, and what came of the latest one. Clones share it.
#[derive(Clone)]
pub(super) struct Commands {
    /// Whether the viewer is an operator.
    pub may_act: SharedSignal<bool>,
    run: Action<(ServiceId, Command), ()>,
    running: SharedSignal<Option<Command>>,
    outcome: SharedSignal<Option<Result<String, String>>>,
}

impl Commands {
    pub fn new(service: ArcResource<Result<ServiceView, RpcError>>) -> Self {
        let (running, outcome) = (SharedSignal::new(None), SharedSignal::new(None));
        let run = Action::new({
            let (running, outcome) = (running.clone(), outcome.clone());
            move |(id, command): &(ServiceId, Command)| {
                let (id, command) = (id.clone(), command.clone());
                let (running, outcome, service) = (running.clone(), outcome.clone(), service.clone());
                async move {
                    outcome.set(None);
                    running.set(Some(command.clone()));
                    let result = run(id, command).await;
                    // After a failure nothing is new. When the server is away, what is known stays.
                    if result.is_ok() {
                        service.refetch();
                    }
                    outcome.set(Some(result.map_err(|error| error.to_string())));
                    running.set(None);
                }
            }
        });
        Self { may_act: SharedSignal::new(false), run, running, outcome }
    }

    /// Carries out a command instead of the form that was submitted.
    fn submit(&self, event: &SubmitEvent, id: &ServiceId, command: Command) {
        event.prevent_default();
        if self.running.get_untracked().is_none() {
            keep_focus(event);
            self.run.dispatch((id.clone(), command));
        }
    }

    /// Says why a form cannot be carried out.
    fn refuse(&self, event: &SubmitEvent, reason: String) {
        event.prevent_default();
        self.outcome.set(Some(Err(reason)));
    }

    /// Whether the service is paused once the running command has succeeded: the page shows it at once.
    pub fn will_be_paused(&self, is_paused: bool) -> bool {
        match self.running.get() {
            Some(Command::Pause(_)) => true,
            Some(Command::Resume) => false,
            _ => is_paused,
        }
    }

    /// What came of the latest command.
    pub fn outcome(&self) -> AnyView {
        let (running, outcome) = (self.running.clone(), self.outcome.clone());
        view! {
            <p class="outcome" role="status" data-outcome="">
                {move || match (running.get(), outcome.get()) {
                    (Some(Command::Check), _) => view! { <span>{texts::checking()}</span> }.into_any(),
                    (_, Some(Ok(text))) => view! { <span>{text}</span> }.into_any(),
                    (_, Some(Err(reason))) => view! { <span class="refusal">{reason}</span> }.into_any(),
                    _ => ().into_any(),
                }}
            </p>
        }
        .into_any()
    }
}

/// Carries out a command. Returns what came of it, as a sentence.
async fn run(id: ServiceId, command: Command) -> Result<String, RpcError> {
    match command {
        Command::Check => rpc::check_now(id).await.map(|view| checked(&view)),
        Command::Acknowledge(incidents) => {
            for incident in incidents {
                rpc::acknowledge(incident, AcknowledgementRequest::default()).await?;
            }
            Ok(texts::acknowledged().to_owned())
        }
        Command::Pause(request) => rpc::pause(id, request).await.map(|()| texts::paused().to_owned()),
        Command::Resume => rpc::resume(id).await.map(|()| texts::resumed().to_owned()),
    }
}

/// The result of a check: `Checked: operational, 84 ms.`
fn checked(view: &ServiceView) -> String {
    let mut rows: Vec<_> = view.nodes.iter().map(|node| &node.status).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.state));
    match rows[..] {
        [] => texts::checked().to_owned(),
        [row] => match row.elapsed {
            Some(elapsed) => texts::checked_in(state(row.state), &format::elapsed(elapsed)),
            None => texts::checked_as(state(row.state)),
        },
        [worst, ..] => {
            let operational = rows.iter().filter(|row| row.state.is_operational()).count();
            texts::checked_nodes(state(worst.state), operational, rows.len())
        }
    }
}

/// What decides which buttons there are.
pub(super) struct Offered {
    id: ServiceId,
    can_be_checked: bool,
    is_paused: bool,
    unacknowledged: Vec<u64>,
}

impl Offered {
    /// `view` and `summary` are the service now.
    pub fn of(view: &ServiceView, summary: Option<&Summary>) -> Self {
        Self {
            id: view.settings.id.clone(),
            can_be_checked: view.settings.problem.is_none() && view.pause.is_none(),
            is_paused: view.pause.is_some(),
            unacknowledged: summary.map(|summary| summary.unacknowledged.clone()).unwrap_or_default(),
        }
    }
}

/// The buttons.
pub(super) fn actions(offered: Offered, commands: &Commands) -> AnyView {
    let Offered { id, can_be_checked, is_paused, unacknowledged } = offered;
    let silence = address::with(SILENCES, [("new", String::new()), ("service", id.to_string())]);
    view! {
        <div class="actions">
            {can_be_checked.then(|| check(&id, commands))}
            {(!unacknowledged.is_empty()).then(|| acknowledge(&id, unacknowledged, commands))}
            <a class="button" href=under_base(&silence)>
                <IconView icon=Icon::BELL_OFF />
                {texts::silence()}
            </a>
            {if is_paused { resume(&id, commands) } else { pause(&id, commands) }}
        </div>
    }
    .into_any()
}

fn check(id: &ServiceId, commands: &Commands) -> AnyView {
    let is_running = {
        let running = commands.running.clone();
        move || running.get() == Some(Command::Check)
    };
    let (is_disabled, is_busy) = (is_running.clone(), is_running);
    let (commands, of_form) = (commands.clone(), id.clone());
    let submit = move |event: SubmitEvent| commands.submit(&event, &of_form, Command::Check);
    view! {
        <form method="post" action=under_base(&address::of_service(id)) on:submit=submit data-commands="check">
            <input type="hidden" name="action" value=action::CHECK />
            <input type="hidden" name="service" value=id.to_string() />
            <button
                type="submit"
                aria-disabled=move || is_disabled().to_string()
                aria-busy=move || is_busy().to_string()
            >
                <IconView icon=Icon::REFRESH />
                {texts::check_now()}
            </button>
        </form>
    }
    .into_any()
}

fn acknowledge(id: &ServiceId, incidents: Vec<u64>, commands: &Commands) -> AnyView {
    let fields = incidents.iter().map(|incident| view! { <input type="hidden" name="incident" value=*incident /> }).collect_view();
    let label = match incidents.len() {
        0 | 1 => texts::acknowledge().to_owned(),
        number => texts::acknowledge_incidents(number),
    };
    let (commands, of_form) = (commands.clone(), id.clone());
    let submit = move |event: SubmitEvent| commands.submit(&event, &of_form, Command::Acknowledge(incidents.clone()));
    view! {
        <form method="post" action=under_base(&address::of_service(id)) on:submit=submit>
            <input type="hidden" name="action" value=action::ACKNOWLEDGE />
            <input type="hidden" name="service" value=id.to_string() />
            {fields}
            <button type="submit" class="primary">
                <IconView icon=Icon::CHECK />
                {label}
            </button>
        </form>
    }
    .into_any()
}

fn pause(id: &ServiceId, commands: &Commands) -> AnyView {
    let durations = DURATIONS.map(|(minutes, label)| view! { <option value=minutes>{label()}</option> }).into_iter().collect_view();
    let (commands, of_form) = (commands.clone(), id.clone());
    let submit = move |event: SubmitEvent| match pause_request(&Fields::of(&event)) {
        Ok(request) => commands.submit(&event, &of_form, Command::Pause(request)),
        Err(reason) => commands.refuse(&event, reason),
    };
    view! {
        <details class="popover" data-commands="pause">
            <summary class="button">
                <IconView icon=Icon::PAUSE />
                {texts::pause()}
            </summary>
            <form method="post" action=under_base(&address::of_service(id)) on:submit=submit>
                <input type="hidden" name="action" value=action::PAUSE />
                <input type="hidden" name="service" value=id.to_string() />
                <p class="hint">{texts::pause_hint()}</p>
                <label>{texts::duration()} <select name="minutes">{durations}</select></label>
                <label>
                    {texts::comment()}
                    <input type="text" name="comment" maxlength="500" autocomplete="off" />
                </label>
                <button type="submit" class="primary">
                    {texts::pause_checks()}
                </button>
            </form>
        </details>
    }
    .into_any()
}

fn resume(id: &ServiceId, commands: &Commands) -> AnyView {
    let (commands, of_form) = (commands.clone(), id.clone());
    let submit = move |event: SubmitEvent| commands.submit(&event, &of_form, Command::Resume);
    view! {
        <form method="post" action=under_base(&address::of_service(id)) on:submit=submit data-commands="pause">
            <input type="hidden" name="action" value=action::RESUME />
            <input type="hidden" name="service" value=id.to_string() />
            <button type="submit" class="primary">
                <IconView icon=Icon::PLAY />
                {texts::resume()}
            </button>
        </form>
    }
    .into_any()
}

/// Why a service is not checked: `Paused by ops until 14:00: an update`.
pub(super) fn pause_text(pause: &PauseView) -> String {
    let PauseView { author, comment, since, until } = pause;
    let text = match until {
        None => texts::paused_by(author),
        Some(until) if is_same_day(*until, *since) => texts::paused_until(author, &moment(*until, *since)),
        Some(until) => texts::paused_until_day(author, &moment(*until, *since)),
    };
    if comment.is_empty() { text } else { texts::with_comment(&text, comment) }
}
