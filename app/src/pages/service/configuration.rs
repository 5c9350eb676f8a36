//! The configuration of the service, without secrets.

use super::place::Place;
use crate::erased::IntoAny;
use crate::format;
use crate::model::{ServiceSettings, ServiceView, SettingEntry};
use crate::texts::service as texts;
use leptos::prelude::*;

pub(super) fn configuration(view: ServiceView, _: Place) -> AnyView {
    let ServiceSettings { id, plugin, roles, interval, timeout, properties, data, .. } = view.settings;
    let entry = |key: &str, value: String| SettingEntry { key: key.to_owned(), value, redacted: false };
    let roles = if roles.is_empty() { texts::admin_only().to_owned() } else { roles.join(", ") };
    let schedule = texts::every_with_timeout(&format::period(interval), &format::period(timeout));
    let general = vec![
        entry(texts::id(), id.to_string()),
        entry(texts::check_type(), plugin),
        entry(texts::schedule(), schedule),
        entry(texts::roles(), roles),
    ];
    let source = view.source.map(|source| view! { <span class="note"><code>{source}</code></span> });
    view! {
        <details class="card configuration">
            <summary>
                <h2>{texts::configuration()}</h2>
                {source}
            </summary>
            <div class="inside">{entries(None, general)} {entries(Some(texts::properties()), properties)} {entries(Some(texts::data()), data)}</div>
        </details>
    }
    .into_any()
}

fn entries(heading: Option<&'static str>, entries: Vec<SettingEntry>) -> AnyView {
    if entries.is_empty() {
        return ().into_any();
    }
    let entries = entries.into_iter().map(|SettingEntry { key, value, redacted }| {
        view! {
            <dt>{key}</dt>
            <dd class:redacted=redacted>{value}</dd>
        }
    });
    view! {
        {heading.map(|heading| view! { <h3>{heading}</h3> })}
        <dl class="facts">{entries.collect_view()}</dl>
    }
    .into_any()
}
