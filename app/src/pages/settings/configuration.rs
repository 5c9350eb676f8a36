use super::entries::Entries;
use crate::components::{Prose, Shape};
use crate::erased::IntoAny;
use crate::format;
use crate::language::of_english_text;
use crate::model::{ServiceSettings, SettingsView, State};
use crate::texts::settings as texts;
use leptos::prelude::*;

/// The configuration without secrets. Services with a problem come first.
#[component]
pub(super) fn Configuration(settings: SettingsView) -> impl IntoView {
    let SettingsView { general, warnings, reload_errors, mut services, .. } = settings;
    // The sort is stable.
    services.sort_by_key(|service| service.problem.is_none());
    let n_services = texts::count_of_services(services.len());
    view! {
        <p class="lead">
            {texts::to_change_settings()}
        </p>
        {findings(texts::changed_files_not_used(), State::Down, reload_errors)}
        {findings(texts::warnings(), State::Unhealthy, warnings)}
        {(!general.is_empty())
            .then(|| {
                view! {
                    <section class="card">
                        <header>
                            <h2>{texts::general()}</h2>
                            <span class="note">{texts::secrets_are_masked()}</span>
                        </header>
                        <div class="inside">
                            <Entries entries=general />
                        </div>
                    </section>
                }
            })}
        <section class="card">
            <header>
                <h2>{texts::services()}</h2>
                <span class="note">{n_services}</span>
            </header>
            {services.into_iter().map(|service| view! { <Service service /> }).collect_view()}
        </section>
    }
}

/// What is wrong with the files; nothing without findings.
fn findings(title: &'static str, state: State, findings: Vec<String>) -> Option<AnyView> {
    let lines = findings.into_iter().map(|finding| view! { <li><Prose text=finding /></li> }).collect::<Vec<_>>();
    (!lines.is_empty()).then(|| {
        view! {
            <section class=format!("callout {state} warnings")>
                <Shape state />
                <div>
                    <h2>{title}</h2>
                    <ul lang=of_english_text()>{lines}</ul>
                </div>
            </section>
        }
        .into_any()
    })
}

#[component]
fn Service(service: ServiceSettings) -> impl IntoView {
    let ServiceSettings { id, group, name, plugin, roles, tags, interval, timeout, properties, data, problem } = service;
    let roles = if roles.is_empty() { texts::admin_only().to_owned() } else { roles.join(", ") };
    let schedule = texts::schedule_and_roles(&format::period(interval), &format::period(timeout), &roles);
    let place = if name == id.as_str() { group } else { format!("{group} · {id}") };
    let is_broken = problem.is_some();
    view! {
        <article class="configured" class:broken=is_broken data-service=id.to_string()>
            <h3>
                {name} <small>{place}</small>
                {tags.into_iter().map(|tag| view! { <span class="tag">{tag}</span> }).collect_view()}
            </h3>
            {problem.map(|problem| view! { <p class="problem" lang=of_english_text()><Prose text=problem /></p> })}
            <p class="details">
                <code>{plugin}</code>
                " "
                {schedule}
            </p>
            {(!properties.is_empty() || !data.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>{texts::properties_and_data()}</summary>
                            <Entries entries=properties />
                            <Entries entries=data />
                        </details>
                    }
                })}
        </article>
    }
}
