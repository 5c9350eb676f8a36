use crate::model::SettingEntry;
use leptos::prelude::*;

/// A key with a value that is not secret.
pub(super) fn entry(key: &str, value: String) -> SettingEntry {
    SettingEntry { key: key.to_owned(), value, redacted: false }
}

#[component]
pub(super) fn Entries(entries: Vec<SettingEntry>) -> impl IntoView {
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
