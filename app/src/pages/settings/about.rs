use crate::base_path::under_base;
use crate::erased::IntoAny;
use crate::model::SettingsView;
use crate::texts::Text;
use crate::texts::settings as texts;
use leptos::prelude::*;

/// An address that is no page, and what it answers.
struct Link {
    path: &'static str,
    /// Its name; absent for an address that programs use, which is its own name.
    name: Option<Text>,
    answer: Text,
}

const FOR_PROGRAMS: [Link; 3] = [
    Link { path: "/api/v1.0/health", name: None, answer: texts::about_health },
    Link { path: "/api/v1.0/status", name: None, answer: texts::about_status },
    Link { path: "/metrics", name: None, answer: texts::about_metrics },
];

/// The documentation of this version, which is part of the program.
const DOCUMENTATION: [Link; 9] = [
    Link { path: "/docs/configuration.md", name: Some(texts::configuration), answer: texts::configuration_page },
    Link { path: "/docs/checks.md", name: Some(texts::checks), answer: texts::checks_page },
    Link { path: "/docs/notifications.md", name: Some(texts::notifications), answer: texts::notifications_page },
    Link { path: "/docs/access.md", name: Some(texts::access), answer: texts::access_page },
    Link { path: "/docs/api.md", name: Some(texts::api), answer: texts::api_page },
    Link { path: "/docs/history.md", name: Some(texts::history), answer: texts::history_page },
    Link { path: "/docs/storage.md", name: Some(texts::storage), answer: texts::storage_page },
    Link { path: "/docs/health.md", name: Some(texts::health), answer: texts::health_page },
    Link { path: "/docs/limits.md", name: Some(texts::limits), answer: texts::limits_page },
];

/// The version, the licences, the documentation, and addresses for programs.
#[component]
pub(super) fn About(settings: SettingsView) -> impl IntoView {
    let SettingsView { version, commit, service_count, .. } = settings;
    let version = match commit {
        Some(commit) => texts::with_commit(&version, &commit),
        None => version,
    };
    view! {
        <p class="lead">{texts::service_monitor()}</p>
        <section class="card">
            <div class="inside">
                <dl class="facts">
                    <dt>{texts::version()}</dt>
                    <dd>{version}</dd>
                    <dt>{texts::services_that_you_see()}</dt>
                    <dd>{service_count}</dd>
                    <dt>{texts::license()}</dt>
                    <dd>
                        {texts::license_and_font()}
                        <a href=under_base("/fonts/inter-license.txt") rel="external">
                            "SIL Open Font License 1.1"
                        </a> ". " <a href=under_base("/licences.txt") rel="external">
                            {texts::components()}
                        </a>
                    </dd>
                </dl>
            </div>
        </section>
        {links(texts::documentation(), &DOCUMENTATION)}
        {links(texts::for_programs(), &FOR_PROGRAMS)}
    }
}

fn links(title: &'static str, links: &'static [Link]) -> AnyView {
    let link = |Link { path, name, answer }: &Link| {
        view! {
            <li>
                <a href=under_base(path) rel="external">
                    {name.map_or_else(|| under_base(path), |name| name().to_owned())}
                </a>
                " "
                {answer()}
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
