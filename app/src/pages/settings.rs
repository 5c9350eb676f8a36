mod channels;
mod entries;

use super::failure::Failure;
use crate::components::{Prose, RefusedForm, ResetStates, exact};
use crate::format;
use crate::model::{ServiceSettings, SettingsView, StoreFailureView, StoreView, VaultFailureView, VaultView};
use crate::resources::ViewerResource;
use crate::rpc;
use channels::Channels;
use entries::{Entries, entry};
use leptos::either::Either;
use leptos::prelude::*;

/// `/settings`: the configuration without secrets, and the health of the store, Vault and the channels.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| rpc::settings());
    let ViewerResource(viewer) = expect_context();
    let refused = RefusedForm::of_page();
    let notice = refused.notice();
    provide_context(refused);
    view! {
        {notice}
        <Suspense fallback=|| {
            view! { <p class="loading">"Loading the settings"</p> }
        }>
            {move || Suspend::new(async move {
                let is_admin = viewer.await.is_ok_and(|viewer| viewer.admin);
                match settings.await {
                    Ok(settings) => Either::Left(view! { <Settings settings is_admin /> }),
                    Err(error) => Either::Right(view! { <Failure what="The settings could not be loaded" error /> }),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Settings(settings: SettingsView, is_admin: bool) -> impl IntoView {
    let SettingsView { version, general, warnings, store, vault, channels, mut services } = settings;
    // Services with a problem come first; the sort is stable.
    services.sort_by_key(|service| service.problem.is_none());
    let n_services = format::count(u32::try_from(services.len()).unwrap_or(u32::MAX), "service");
    view! {
        <div class="settings">
            <h1>"Settings"</h1>
            <p class="lead">{format!("Platus {version}, {n_services}. To change settings, edit the files and restart Platus.")}</p>
            {(!warnings.is_empty()).then(|| view! { <Warnings warnings /> })}
            {store.map(|store| view! { <Store store /> })}
            {vault.map(|vault| view! { <Vault vault /> })}
            {(!channels.is_empty()).then(|| view! { <Channels channels /> })}
            {(!general.is_empty())
                .then(|| {
                    view! {
                        <section class="card">
                            <h2>"General"</h2>
                            <Entries entries=general />
                        </section>
                    }
                })}
            <section class="card">
                <h2>"Services"</h2>
                {services.into_iter().map(|service| view! { <Service service /> }).collect_view()}
            </section>
            {is_admin.then(|| view! { <ResetStates /> })}
        </div>
    }
}

#[component]
fn Warnings(warnings: Vec<String>) -> impl IntoView {
    view! {
        <section class="card warnings">
            <h2>"Warnings"</h2>
            <ul>{warnings.into_iter().map(|warning| view! { <li><Prose text=warning /></li> }).collect_view()}</ul>
        </section>
    }
}

/// The health of the store when the page was requested.
#[component]
fn Store(store: StoreView) -> impl IntoView {
    let StoreView { kind, place, failure, waiting_commits, waiting_samples, dropped_samples, stored_samples } = store;
    let pending = format!("{} commits with {} checks", format::thousands(waiting_commits), format::thousands(waiting_samples));
    let is_unavailable = failure.is_some();
    let entries = vec![
        entry("kind", kind),
        entry("place", place),
        entry("stored since start", format!("{} checks", format::thousands(stored_samples))),
        entry("pending", pending),
        entry("dropped", format!("{} checks", format::thousands(dropped_samples))),
    ];
    view! {
        <section class="card store" class:warnings=is_unavailable>
            <h2>"Store"</h2>
            {failure
                .map(|StoreFailureView { since, message }| {
                    view! {
                        <p class="problem">
                            {format!("Unavailable since {}: ", exact(since))} <Prose text=message />
                        </p>
                    }
                })}
            <Entries entries />
        </section>
    }
}

/// The health of Vault when the page was requested.
#[component]
fn Vault(vault: VaultView) -> impl IntoView {
    let VaultView { address, failure } = vault;
    let is_unavailable = failure.is_some();
    view! {
        <section class="card vault" class:warnings=is_unavailable>
            <h2>"Vault"</h2>
            {failure
                .map(|VaultFailureView { since, message }| {
                    view! {
                        <p class="problem">
                            {format!("Unavailable since {}; the secrets that were read last are used: ", exact(since))} <Prose text=message />
                        </p>
                    }
                })}
            <Entries entries=vec![entry("address", address)] />
        </section>
    }
}

#[component]
fn Service(service: ServiceSettings) -> impl IntoView {
    let ServiceSettings { id, group, name, plugin, roles, interval, timeout, properties, data, problem } = service;
    let roles = if roles.is_empty() { "admin only".to_owned() } else { roles.join(", ") };
    let schedule = format!("every {}, timeout {}", format::period(interval), format::period(timeout));
    let place = if name == id.as_str() { group } else { format!("{group} · {id}") };
    let is_broken = problem.is_some();
    view! {
        <article class="configured" class:broken=is_broken data-service=id.to_string()>
            <h3>{name} <small>{place}</small></h3>
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
