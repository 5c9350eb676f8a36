mod channels;

use super::failure::Failure;
use super::frame::ViewerResource;
use crate::components::{Flush, Prose, exact};
use crate::model::{ServiceSettings, SettingEntry, SettingsView, StoreFailureView, StoreView, VaultFailureView, VaultView};
use crate::phrase;
use crate::rpc;
use channels::Channels;
use leptos::either::Either;
use leptos::prelude::*;

/// `/settings`: what Platus was told to do, without the secrets.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| rpc::settings());
    let ViewerResource(viewer) = expect_context();
    view! {
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
    // What does not work comes first; the sort is stable and keeps the rest as it was.
    services.sort_by_key(|service| service.problem.is_none());
    let n_services = phrase::count(u32::try_from(services.len()).unwrap_or(u32::MAX), "service");
    view! {
        <div class="settings">
            <h1>"Settings"</h1>
            <p class="lead">{format!("Platus {version}, {n_services}. To change them, edit the files and start Platus again.")}</p>
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
            {is_admin.then(|| view! { <Flush /> })}
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

/// How storing went at the moment at which the page was asked for.
#[component]
fn Store(store: StoreView) -> impl IntoView {
    let StoreView { kind, place, trouble, waiting_commits, waiting_samples, dropped_samples, stored_samples } = store;
    let waiting = format!("{} commits with {} checks", phrase::thousands(waiting_commits), phrase::thousands(waiting_samples));
    let is_away = trouble.is_some();
    let entry = |key: &str, value: String| SettingEntry { key: key.to_owned(), value, redacted: false };
    let entries = vec![
        entry("kind", kind),
        entry("place", place),
        entry("saved since the start", format!("{} checks", phrase::thousands(stored_samples))),
        entry("waiting", waiting),
        entry("given up", format!("{} checks", phrase::thousands(dropped_samples))),
    ];
    view! {
        <section class="card store" class:warnings=is_away>
            <h2>"Store"</h2>
            {trouble
                .map(|StoreFailureView { since, message }| {
                    view! {
                        <p class="problem">
                            {format!("Away since {}: ", exact(since))} <Prose text=message />
                        </p>
                    }
                })}
            <Entries entries />
        </section>
    }
}

/// How Vault was at the moment at which the page was asked for.
#[component]
fn Vault(vault: VaultView) -> impl IntoView {
    let VaultView { address, trouble } = vault;
    let is_away = trouble.is_some();
    view! {
        <section class="card vault" class:warnings=is_away>
            <h2>"Vault"</h2>
            {trouble
                .map(|VaultFailureView { since, message }| {
                    view! {
                        <p class="problem">
                            {format!("The secrets that were read last are used since {}: ", exact(since))} <Prose text=message />
                        </p>
                    }
                })}
            <Entries entries=vec![SettingEntry { key: "address".to_owned(), value: address, redacted: false }] />
        </section>
    }
}

#[component]
fn Service(service: ServiceSettings) -> impl IntoView {
    let ServiceSettings { id, group, name, plugin, roles, interval, timeout, properties, data, problem } = service;
    let roles = if roles.is_empty() { "admin only".to_owned() } else { roles.join(", ") };
    let how = format!("every {}, given up after {}", phrase::period(interval), phrase::period(timeout));
    let place = if name == id.as_str() { group } else { format!("{group} · {id}") };
    let is_broken = problem.is_some();
    view! {
        <article class="configured" class:broken=is_broken data-service=id.to_string()>
            <h3>{name} <small>{place}</small></h3>
            {problem.map(|problem| view! { <p class="problem"><Prose text=problem /></p> })}
            <p class="how">
                <code>{plugin}</code>
                " "
                {how}
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

#[component]
fn Entries(entries: Vec<SettingEntry>) -> impl IntoView {
    let entry = |SettingEntry { key, value, redacted }| {
        view! {
            <div>
                <dt>{key}</dt>
                <dd class:redacted=redacted>{value}</dd>
            </div>
        }
    };
    (!entries.is_empty()).then(|| view! { <dl>{entries.into_iter().map(entry).collect_view()}</dl> })
}
