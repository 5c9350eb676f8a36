use super::answer::{Answer, href, open_incidents};
use crate::base_path::under_base;
use crate::components::{Icon, IconView};
use crate::erased::IntoAny;
use crate::forms::INCIDENTS;
use crate::incidents::{ListAddress, OpenIncident};
use crate::live::{Derived, LiveBoard};
use crate::model::{IncidentStatus, IncidentsView, State};
use crate::texts::Text;
use crate::texts::dates;
use crate::texts::incidents as texts;
use crate::texts::states;
use crate::times::here;
use chrono::{DateTime, NaiveTime};
use leptos::prelude::*;
use std::sync::Arc;

/// Times of the menu, as in the API, and their labels.
const TIMES: [(&str, Text); 5] = [
    ("-24h", texts::hours_24),
    ("-7d", texts::days_7),
    ("-30d", texts::days_30),
    ("-90d", texts::days_90),
    ("-365d", texts::one_year),
];

/// The filters of the list. All are links or a form with the address of the result, and so work without JavaScript.
#[component]
pub fn Filters(answer: Answer, address: Arc<ListAddress>) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let counts = Derived::new({
        let (answer, address) = (answer.clone(), Arc::clone(&address));
        move || {
            let open = open_incidents(&board, &answer.get(), &address);
            let acknowledged = open.iter().filter(|open| OpenIncident::is_acknowledged(open)).count();
            (open.len() - acknowledged, acknowledged)
        }
    });
    let IncidentsView { groups, service_name, .. } = IncidentsView::clone(&answer.get_untracked());
    view! {
        <div class="incident-filters">
            <Statuses counts address=Arc::clone(&address) />
            <Search address=Arc::clone(&address) />
            <div class="menus">
                {of_service(service_name, &address)}
                <StateMenu address=Arc::clone(&address) />
                <TypeMenu address=Arc::clone(&address) groups />
                <TimeMenu address=Arc::clone(&address) />
                {address
                    .has_filters()
                    .then(|| {
                        let all = ListAddress::default().with(|all| all.filter.status = address.filter.status);
                        view! {
                            <a class="clear" href=under_base(&href(&all))>
                                {texts::clear_filters()}
                            </a>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Statuses(counts: Derived<(usize, usize)>, address: Arc<ListAddress>) -> impl IntoView {
    let link = |status: Option<IncidentStatus>, label: &'static str, count: Option<fn((usize, usize)) -> usize>| {
        let target = href(&address.with(|address| address.filter.status = status));
        let counts = counts.clone();
        view! {
            <a href=under_base(&target) aria-current=(address.filter.status == status).then_some("true")>
                {label} {count.map(|count| view! { " " <b>{move || count(counts.get())}</b> })}
            </a>
        }
    };
    view! {
        <nav class="segments wide" aria-label=texts::by_status()>
            {link(None, texts::all(), None)} {link(Some(IncidentStatus::Open), texts::open(), Some(|(open, _)| open))}
            {link(Some(IncidentStatus::Acknowledged), texts::acknowledged(), Some(|(_, acknowledged)| acknowledged))}
            {link(Some(IncidentStatus::Resolved), texts::resolved(), None)}
        </nav>
    }
    .into_any()
}

#[component]
fn Search(address: Arc<ListAddress>) -> impl IntoView {
    let others = address.with(|_| ()).parameters().into_iter().filter(|(name, _)| *name != "search");
    view! {
        <form class="search" method="get" action=under_base(INCIDENTS) role="search">
            {others.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
            <IconView icon=Icon::SEARCH />
            <input
                type="search"
                name="search"
                placeholder=texts::search()
                aria-label=texts::search_label()
                autocomplete="off"
                spellcheck="false"
                value=address.filter.search.clone()
            />
        </form>
    }
    .into_any()
}

#[component]
fn StateMenu(address: Arc<ListAddress>) -> impl IntoView {
    let states = State::BY_URGENCY.into_iter().filter(|state| !state.is_operational()).map(Some);
    let choices = std::iter::once(None).chain(states).map(|state| Choice {
        label: state.map_or_else(texts::any, states::state).to_owned(),
        href: href(&address.with(|address| address.filter.state = state)),
        is_chosen: address.filter.state == state,
    });
    view! { <Menu label=texts::state() choices=choices.collect() /> }
}

#[component]
fn TypeMenu(address: Arc<ListAddress>, groups: Vec<String>) -> impl IntoView {
    let choices = std::iter::once(None).chain(groups.into_iter().map(Some)).map(|group| Choice {
        label: group.clone().unwrap_or_else(|| texts::any().to_owned()),
        is_chosen: address.filter.group == group,
        href: href(&address.with(|address| address.filter.group = group)),
    });
    view! { <Menu label=texts::group() choices=choices.collect() /> }
}

#[component]
fn TimeMenu(address: Arc<ListAddress>) -> impl IntoView {
    let from = address.from.as_deref().unwrap_or("-30d");
    let mut choices: Vec<_> = TIMES
        .into_iter()
        .map(|(time, label)| Choice {
            label: label().to_owned(),
            href: href(&address.within((time != "-30d").then(|| time.to_owned()), None)),
            is_chosen: from == time && address.to.is_none(),
        })
        .collect();
    if !choices.iter().any(|choice| choice.is_chosen) {
        let label = match &address.to {
            Some(to) => texts::from_to(&moment(from), &moment(to)),
            None => texts::since_moment(&moment(from)),
        };
        choices.push(Choice { label, href: href(&address), is_chosen: true });
    }
    view! { <Menu label=texts::time() choices /> }
}

/// An instant of the address as `29 Nov 2026`, or with the time when that is not midnight. Any other text as it is.
fn moment(text: &str) -> String {
    let Ok(time) = DateTime::parse_from_rfc3339(text) else { return text.to_owned() };
    let time = here(time);
    let form = if time.time() == NaiveTime::MIN { "%-d %b %Y" } else { "%-d %b %Y %H:%M" };
    dates::written(time, form)
}

/// The service that the list is about, with the link to all services.
fn of_service(name: Option<String>, address: &ListAddress) -> Option<AnyView> {
    let service = address.filter.service.as_ref()?;
    let name = name.unwrap_or_else(|| service.to_string());
    let others = href(&address.with(|address| address.filter.service = None));
    let label = texts::of_service(&name);
    let view = view! {
        <a class="button" href=under_base(&others) aria-label=label>
            <span>{texts::service()}</span>
            " "
            <b>{name}</b>
            <IconView icon=Icon::X />
        </a>
    };
    Some(view.into_any())
}

struct Choice {
    label: String,
    href: String,
    is_chosen: bool,
}

/// A menu of links, which shows the chosen one.
#[component]
fn Menu(label: &'static str, choices: Vec<Choice>) -> impl IntoView {
    let chosen = choices.iter().find(|choice| choice.is_chosen).map(|choice| choice.label.clone());
    let choices = choices.into_iter().map(|Choice { label, href, is_chosen }| {
        view! {
            <li>
                <a href=under_base(&href) aria-current=is_chosen.then_some("true")>
                    {label}
                </a>
            </li>
        }
    });
    view! {
        <details class="picker" name="filter">
            <summary class="button">
                <span>{label}</span>
                " "
                <b>{chosen}</b>
            </summary>
            <ul class="menu">{choices.collect_view()}</ul>
        </details>
    }
    .into_any()
}
