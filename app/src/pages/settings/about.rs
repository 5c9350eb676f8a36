use crate::base_path::under_base;
use crate::erased::IntoAny;
use crate::model::SettingsView;
use leptos::prelude::*;

/// An address that is no page, its name, and what it answers.
type Link = (&'static str, &'static str, &'static str);

const FOR_PROGRAMS: [Link; 3] = [
    ("/api/v1.0/health", "/api/v1.0/health", "Whether Platus itself works. No login."),
    ("/api/v1.0/status", "/api/v1.0/status", "The states of all nodes that you see, as JSON."),
    ("/metrics", "/metrics", "Figures for Prometheus."),
];

/// The documentation of this version, which is part of the program.
const DOCUMENTATION: [Link; 9] = [
    ("/docs/configuration.md", "Configuration", "Files, keys and reloading."),
    ("/docs/checks.md", "Checks", "Check types and their properties."),
    ("/docs/notifications.md", "Notifications", "Channels, silences and maintenance."),
    ("/docs/access.md", "Access", "Users, roles, API keys, HTTPS and secrets."),
    ("/docs/api.md", "API", "Endpoints, events and heartbeats."),
    ("/docs/history.md", "History", "Charts, incidents and reports."),
    ("/docs/storage.md", "Storage", "SQLite, Redis and MongoDB."),
    ("/docs/health.md", "Health", "Health endpoint, metrics and log."),
    ("/docs/limits.md", "Limits", "What a client, a user or a target can use."),
];

/// The version, the licences, the documentation, and addresses for programs.
#[component]
pub(super) fn About(settings: SettingsView) -> impl IntoView {
    let SettingsView { version, commit, services, .. } = settings;
    let version = match commit {
        Some(commit) => format!("{version}, commit {commit}"),
        None => version,
    };
    view! {
        <p class="lead">"Service monitor: scheduled checks, a live status page and a JSON API."</p>
        <section class="card">
            <div class="inside">
                <dl class="facts">
                    <dt>"Version"</dt>
                    <dd>{version}</dd>
                    <dt>"Services that you see"</dt>
                    <dd>{services.len()}</dd>
                    <dt>"License"</dt>
                    <dd>
                        "Apache License 2.0. The font Inter: "
                        <a href=under_base("/fonts/inter-license.txt") rel="external">
                            "SIL Open Font License 1.1"
                        </a> ". " <a href=under_base("/licences.txt") rel="external">
                            "Components and their licenses"
                        </a>
                    </dd>
                </dl>
            </div>
        </section>
        {links("Documentation", &DOCUMENTATION)}
        {links("For programs", &FOR_PROGRAMS)}
    }
}

fn links(title: &'static str, links: &'static [Link]) -> AnyView {
    let link = |(path, name, answer): &Link| {
        view! {
            <li>
                <a href=under_base(path) rel="external">
                    {*name}
                </a>
                " "
                {*answer}
            </li>
        }
    };
    view! {
        <section class="card">
            <header>
                <h2>{title}</h2>
            </header>
            <ul class="rows">{links.iter().map(link).collect_view()}</ul>
        </section>
    }
    .into_any()
}
