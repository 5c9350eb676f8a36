use super::Answer;
use crate::components::{Icon, IconView};
use crate::incidents::ListAddress;
use crate::model::IncidentsView;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use std::sync::Arc;

/// Incidents of an export.
const MOST: &str = "1000";

/// Links to the same incidents in the API.
#[component]
pub fn Export(answer: Answer, address: Arc<ListAddress>) -> impl IntoView {
    let link = move |format: &'static str| {
        let (answer, address) = (answer.clone(), Arc::clone(&address));
        move || link(&answer.get(), &address, format)
    };
    view! {
        <details class="picker">
            <summary class="button">
                <IconView icon=Icon::DOWNLOAD />
                "Export"
            </summary>
            <ul class="menu">
                <li>
                    <a href=link("csv") rel="external" download>
                        "CSV"
                    </a>
                </li>
                <li>
                    <a href=link("json") rel="external">
                        "JSON"
                    </a>
                </li>
            </ul>
        </details>
    }
    .into_any()
}

/// The API reads days in UTC, the page in the time zone of the server. So the link has instants.
fn link(view: &IncidentsView, address: &ListAddress, format: &str) -> String {
    let mut query = ParamsMap::new();
    for (name, value) in address.parameters().into_iter().filter(|(name, _)| !["from", "to", "before"].contains(name)) {
        query.insert(name, value);
    }
    let relative = address.from.as_ref().filter(|from| from.starts_with('-')).cloned();
    query.insert("from", relative.unwrap_or_else(|| view.from.to_rfc3339()));
    if address.to.is_some() {
        query.insert("to", view.to.to_rfc3339());
    }
    query.insert("limit", MOST.to_owned());
    query.insert("format", format.to_owned());
    format!("/api/v1.0/incidents{}", query.to_query_string())
}
