use crate::model::SettingEntry;
use leptos::prelude::*;

/// Keys and values; those that could be secret are masked.
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
    (!entries.is_empty()).then(|| view! { <dl class="entries">{entries.into_iter().map(entry).collect_view()}</dl> })
}
