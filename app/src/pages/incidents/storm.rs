use super::acknowledge::Acknowledge;
use super::duration::{Duration, start_in_sentence};
use super::listed::Listed;
use super::row::OpenRow;
use crate::address;
use crate::base_path::under_base;
use crate::components::{Prose, Shape};
use crate::erased::IntoAny;
use crate::forms::SILENCES;
use crate::incidents::{Reason, Storm};
use crate::live::Derived;
use crate::model::{ServiceId, State};
use crate::texts::incidents as texts;
use crate::texts::states;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// Members that are listed at once.
const SHOWN: usize = 100;

/// Services that the link to the form of silences names at most: an address has a length.
const SELECTED: usize = 50;

/// Incidents that began together: one line, which unfolds.
#[component]
pub(super) fn StormView(listed: Listed, key: String, may_act: bool) -> impl IntoView {
    let first = listed.storm(&key)?;
    let label = title(&first, first.since, &listed);
    let storm = Derived::new({
        let listed = listed.clone();
        move || listed.storm(&key).unwrap_or_else(|| first.clone())
    });
    let head = {
        let (storm, listed) = (storm.clone(), listed.clone());
        move || storm.with(|storm| head(storm, &listed))
    };
    let members = {
        let storm = storm.clone();
        move || storm.with(|storm| storm.members.iter().take(SHOWN).copied().collect::<Vec<_>>())
    };
    let more = {
        let storm = storm.clone();
        move || {
            let more = storm.with(|storm| storm.members.len().saturating_sub(SHOWN));
            (more > 0).then(|| view! { <li class="none">{texts::more(&more.to_string())}</li> })
        }
    };
    let numbers = Derived::new({
        let storm = storm.clone();
        move || storm.with(|storm| storm.members.clone())
    });
    let silence = {
        let listed = listed.clone();
        move || storm.with(|storm| silence_address(storm, &listed))
    };
    let name = label.clone();
    Some(
        view! {
            <li class="storm">
                <details>
                    <summary>{head}</summary>
                    <ul class="incidents">
                        <For
                            each=members
                            key=|number| *number
                            children=move |number| view! { <OpenRow listed=listed.clone() number may_act /> }
                        />
                        {more}
                    </ul>
                </details>
                {may_act
                    .then(|| {
                        view! {
                            <div class="act">
                                <Acknowledge numbers name is_small=true />
                                <a class="button small" href=move || under_base(&silence())>
                                    {texts::silence()} <span class="visually-hidden">{format!(" {label}")}</span>
                                </a>
                            </div>
                        }
                    })}
            </li>
        }
        .into_any(),
    )
}

fn head(storm: &Storm, listed: &Listed) -> impl IntoView + use<> {
    let now = listed.answer.get_untracked().now;
    let word = if storm.is_uniform { states::state(storm.worst) } else { texts::failing() };
    view! {
        <span class=format!("word {}", storm.worst)>
            <Shape state=storm.worst />
            {word}
        </span>
        <span class="what">
            <strong>{title(storm, now, listed)}</strong>
            <span class="message">
                <Prose text=reason(storm, listed) />
            </span>
        </span>
        <span class="lasted">
            <Duration since=storm.since now />
        </span>
    }
}

/// `14 services down since 09:41`.
fn title(storm: &Storm, now: DateTime<FixedOffset>, listed: &Listed) -> String {
    let since = start_in_sentence(storm.since, now);
    let is_in_state = storm.is_uniform && storm.worst != State::Operational;
    let failing = |number: usize| if is_in_state { states::of(number, storm.worst) } else { texts::failing() };
    match &storm.reason {
        Reason::Service(service) => {
            let nodes = storm.members.len();
            texts::nodes_of_service(nodes, &name(service, storm, listed), failing(nodes), &since)
        }
        Reason::Dependency { .. } | Reason::Group(_) => texts::services_since(storm.services, failing(storm.services), &since),
    }
}

fn reason(storm: &Storm, listed: &Listed) -> String {
    let first = || storm.members.first().and_then(|number| listed.incident_untracked(*number));
    match &storm.reason {
        Reason::Dependency { service, is_failing: true } => {
            let name = name(service, storm, listed);
            let cause = match first().and_then(|open| open.incident.message) {
                Some(message) => texts::one_cause_with(&name, &message),
                None => texts::one_cause(&name),
            };
            format!("{cause} {}", texts::dependents(storm.services.saturating_sub(1)))
        }
        Reason::Dependency { service, is_failing: false } => texts::common_dependency(service.as_str()),
        Reason::Service(_) => first().and_then(|open| open.incident.message).unwrap_or_default(),
        Reason::Group(group) => texts::of_group(group),
    }
}

/// The display name of a service of the storm.
fn name(service: &ServiceId, storm: &Storm, listed: &Listed) -> String {
    let mut members = storm.members.iter().filter_map(|number| listed.incident_untracked(*number));
    let found = members.find(|open| open.incident.service == *service);
    found.map_or_else(|| service.to_string(), |open| open.incident.name)
}

/// The address of the form that silences all services of the storm.
fn silence_address(storm: &Storm, listed: &Listed) -> String {
    let mut services: Vec<ServiceId> =
        storm.members.iter().filter_map(|number| listed.incident_untracked(*number)).map(|open| open.incident.service).collect();
    services.sort();
    services.dedup();
    let services = services.into_iter().take(SELECTED).map(|service| ("service", service.to_string()));
    address::with(SILENCES, std::iter::once(("new", String::new())).chain(services))
}
