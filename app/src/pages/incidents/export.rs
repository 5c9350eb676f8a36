use super::answer::Answer;
use crate::address;
use crate::base_path::under_base;
use crate::components::{Icon, IconView};
use crate::erased::IntoAny;
use crate::incidents::ListAddress;
use crate::model::IncidentsView;
use crate::texts::incidents as texts;
use leptos::prelude::*;
use std::sync::Arc;

/// Incidents of an export.
const MOST: &str = "1000";

/// Links to the same incidents in the API.
#[component]
pub fn Export(answer: Answer, address: Arc<ListAddress>) -> impl IntoView {
    let to = move |format: &'static str| {
        let (answer, address) = (answer.clone(), Arc::clone(&address));
        move || export(&answer.get(), &address, format)
    };
    let (csv, json) = (to("csv"), to("json"));
    view! {
        <details class="picker">
            <summary class="button">
                <IconView icon=Icon::DOWNLOAD />
                {texts::export()}
            </summary>
            <ul class="menu">
                <li>
                    <a href=move || under_base(&csv()) rel="external" download>
                        "CSV"
                    </a>
                </li>
                <li>
                    <a href=move || under_base(&json()) rel="external">
                        "JSON"
                    </a>
                </li>
            </ul>
        </details>
    }
    .into_any()
}

/// The API reads days in UTC, the page in its own zone. So the link has instants.
fn export(view: &IncidentsView, address: &ListAddress, format: &str) -> String {
    let mut parameters = address.parameters();
    parameters.retain(|(name, _)| !["from", "to", "before"].contains(name));
    let relative = address.from.as_ref().filter(|from| from.starts_with('-')).cloned();
    parameters.push(("from", relative.unwrap_or_else(|| view.from.to_rfc3339())));
    parameters.extend(address.to.as_ref().map(|_| ("to", view.to.to_rfc3339())));
    parameters.extend([("limit", MOST.to_owned()), ("format", format.to_owned())]);
    address::with("/api/v1.0/incidents", parameters)
}
