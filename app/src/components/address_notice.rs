use super::prose::Prose;
use crate::erased::IntoAny;
use leptos::prelude::*;

/// What of the address of the page was not understood, a line for each.
pub fn address_notice(problems: Vec<String>) -> AnyView {
    let line = |text| view! { <p class="notice" data-notice="address" role="status"><Prose text /></p> };
    problems.into_iter().map(line).collect_view().into_any()
}
