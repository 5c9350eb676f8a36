use crate::App;
use crate::base_path::{base_path, under_base};
use crate::language::language;
use crate::site::SiteAssets;
use crate::texts::{layout as texts, settings};
use crate::times::{Choice, Zones};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The HTML document around the page. That of a demo says so on every page.
pub fn shell(assets: SiteAssets, is_demo: bool) -> impl IntoView {
    provide_context(assets.clone());
    let base = base_path();
    let base = (!base.is_root()).then(|| base.as_str().to_owned());
    let Zones { shown, server, choice } = use_context().unwrap_or_default();
    // The browser shows its own zone by default.
    let choice = matches!(choice, Choice::Server | Choice::Utc).then(|| choice.to_string());
    let [shown, server] = [shown, server].map(|zone| zone.name().map(str::to_owned));
    view! {
        <!DOCTYPE html>
        <html lang=language().code() data-base=base data-zone=shown data-server-zone=server data-zone-choice=choice>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#161a1e" media="(prefers-color-scheme: dark)" />
                <meta name="description" content=settings::service_monitor() />
                {is_for_anyone().then(|| view! { <meta name="robots" content="noindex" /> })}
                <link rel="icon" href=under_base("/favicon.svg") type="image/svg+xml" />
                {assets.version.map(|version| view! { <Assets version /> })}
                <MetaTags />
            </head>
            <body>
                <App />
                {is_demo.then(demo_note)}
            </body>
        </html>
    }
}

/// Whether the document can be read without a login, as search engines do: they are not to list it.
fn is_for_anyone() -> bool {
    #[cfg(feature = "ssr")]
    return use_context::<std::sync::Arc<dyn crate::backend::Backend>>().is_none();
    #[cfg(not(feature = "ssr"))]
    true
}

/// It is behind the page, whose elements the browser takes over from the first one on.
fn demo_note() -> impl IntoView {
    view! {
        <aside class="demo-note" aria-label=texts::demo()>
            <strong>{texts::demo()}</strong>
            <span>{texts::demo_is_invented()}</span>
            <span>{texts::demo_users()}</span>
        </aside>
    }
}

/// The font, as the style sheet names it: the browser loads both at once.
const FONT: &str = "/fonts/inter.woff2?v=4.001";

/// Waits until the document is painted: hydration takes the browser for tenths of a second on a phone, and its reader would see nothing for
/// that long. A hidden page has no frames, so it does not wait for one.
const PAINTED: &str = "await new Promise((go) => { requestAnimationFrame(() => setTimeout(go)); setTimeout(go, 100); });";

/// The style sheet and the script that hydrates the page. The components of Leptos for that look for files on disk; here they are in
/// the binary.
#[component]
fn Assets(version: String) -> impl IntoView {
    let style = format!("/pkg/platus.css?v={version}");
    let script = format!("/pkg/platus.js?v={version}");
    let module = format!("/pkg/platus_bg.wasm?v={version}");
    let start = format!(
        "import start, {{ hydrate }} from '{}'; await start({{ module_or_path: '{}' }}); {PAINTED} hydrate();",
        under_base(&script),
        under_base(&module)
    );
    view! {
        <link rel="preload" href=under_base(FONT) r#as="font" r#type="font/woff2" crossorigin="anonymous" />
        <link rel="stylesheet" href=under_base(&style) />
        <link rel="modulepreload" href=under_base(&script) nonce=use_nonce() />
        <link rel="preload" href=under_base(&module) r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=use_nonce()>
            {start}
        </script>
    }
}
