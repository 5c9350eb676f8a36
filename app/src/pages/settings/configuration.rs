use super::entries::Entries;
use crate::components::{Prose, Shape};
use crate::format;
use crate::model::{ServiceSettings, SettingsView, State};
use crate::texts::settings as texts;
use leptos::prelude::*;

/// The configuration without secrets. Services with a problem come first.
#[component]
pub(super) fn Configuration(settings: SettingsView) -> impl IntoView {
    let SettingsView { general, warnings, mut services, .. } = settings;
    // The sort is stable.
    services.sort_by_key(|service| service.problem.is_none());
    let n_services = texts::count_of_services(services.len());
    view! {
        <p class="lead">
            {texts::to_change_settings()}
        </p>
        {(!warnings.is_empty()).then(|| view! { <Warnings warnings /> })}
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

#[component]
fn Warnings(warnings: Vec<String>) -> impl IntoView {
    view! {
        <section class="callout unhealthy warnings">
            <Shape state=State::Unhealthy />
            <div>
                <h2>{texts::warnings()}</h2>
                <ul>{warnings.into_iter().map(|warning| view! { <li><Prose text=warning /></li> }).collect_view()}</ul>
            </div>
        </section>
    }
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
            {problem.map(|problem| view! { <p class="problem"><Prose text=problem /></p> })}
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
