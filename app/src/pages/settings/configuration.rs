use super::entries::Entries;
use crate::components::{Prose, Shape};
use crate::format;
use crate::model::{ServiceSettings, SettingsView, State};
use leptos::prelude::*;

/// The configuration without secrets. Services with a problem come first.
#[component]
pub(super) fn Configuration(settings: SettingsView) -> impl IntoView {
    let SettingsView { general, warnings, mut services, .. } = settings;
    // The sort is stable.
    services.sort_by_key(|service| service.problem.is_none());
    let n_services = format::count(u32::try_from(services.len()).unwrap_or(u32::MAX), "service");
    view! {
        <p class="lead">
            "To change settings, edit the files and restart Platus."
        </p>
        {(!warnings.is_empty()).then(|| view! { <Warnings warnings /> })}
        {(!general.is_empty())
            .then(|| {
                view! {
                    <section class="card">
                        <header>
                            <h2>"General"</h2>
                            <span class="note">"Secrets are masked."</span>
                        </header>
                        <div class="inside">
                            <Entries entries=general />
                        </div>
                    </section>
                }
            })}
        <section class="card">
            <header>
                <h2>"Services"</h2>
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
                <h2>"Warnings"</h2>
                <ul>{warnings.into_iter().map(|warning| view! { <li><Prose text=warning /></li> }).collect_view()}</ul>
            </div>
        </section>
    }
}

#[component]
fn Service(service: ServiceSettings) -> impl IntoView {
    let ServiceSettings { id, group, name, plugin, roles, tags, interval, timeout, properties, data, problem } = service;
    let roles = if roles.is_empty() { "admin only".to_owned() } else { roles.join(", ") };
    let schedule = format!("every {}, timeout {}", format::period(interval), format::period(timeout));
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
                ". Roles: "
                {roles}
                "."
            </p>
            {(!properties.is_empty() || !data.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>"Properties and data"</summary>
                            <Entries entries=properties />
                            <Entries entries=data />
                        </details>
                    }
                })}
        </article>
    }
}
