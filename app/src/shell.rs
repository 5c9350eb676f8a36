use crate::App;
use crate::site::SiteAssets;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The HTML document around the page. That of a demo says so on every page.
pub fn shell(assets: SiteAssets, is_demo: bool) -> impl IntoView {
    provide_context(assets.clone());
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#161a1e" media="(prefers-color-scheme: dark)" />
                <meta name="robots" content="noindex" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
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

/// It is behind the page, whose elements the browser takes over from the first one on.
fn demo_note() -> impl IntoView {
    view! {
        <aside class="demo-note" aria-label="Demo">
            <strong>"Demo"</strong>
            <span>" All services and data are invented, and are deleted when the demo ends. "</span>
            <span>"Log in as admin, operator or viewer; the password is the name."</span>
        </aside>
    }
}

/// The font, as the style sheet names it: the browser loads both at once.
const FONT: &str = "/fonts/inter.woff2?v=4.001";

/// The style sheet and the script that hydrates the page. The components of Leptos for that look for files on disk; here they are in
/// the binary.
#[component]
fn Assets(version: String) -> impl IntoView {
    let style = format!("/pkg/platus.css?v={version}");
    let script = format!("/pkg/platus.js?v={version}");
    let module = format!("/pkg/platus_bg.wasm?v={version}");
    let start = format!("import start, {{ hydrate }} from '{script}'; await start({{ module_or_path: '{module}' }}); hydrate();");
    view! {
        <link rel="preload" href=FONT r#as="font" r#type="font/woff2" crossorigin="anonymous" />
        <link rel="stylesheet" href=style />
        <link rel="modulepreload" href=script nonce=use_nonce() />
        <link rel="preload" href=module r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=use_nonce()>
            {start}
        </script>
    }
}
