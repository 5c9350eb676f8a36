use crate::base_path::under_base;
use crate::components::{Icon, IconView};
use crate::erased::IntoAny;
use crate::forms::SILENCES;
use crate::model::{SilenceCounts, SilencePart};
use crate::silences::SilencesAddress;
use crate::texts::incidents::clear_filters;
use crate::texts::silences as texts;
use leptos::prelude::*;

/// The parts of the list and the search. Links and a form with the address of the result, which work without JavaScript.
#[component]
pub(super) fn Filters(address: SilencesAddress, counts: SilenceCounts) -> impl IntoView {
    let SilenceCounts { active, scheduled, recurring } = counts;
    let part = |part: Option<SilencePart>, label: &'static str, count: u32| {
        view! {
            <a href=under_base(&address.of_part(part).href()) aria-current=(address.0.part == part).then_some("true")>
                {label}
                " "
                <b>{count}</b>
            </a>
        }
    };
    let shown = address.0.part.map(|part| view! { <input type="hidden" name="show" value=part.as_str() /> });
    view! {
        <div class="silence-filters">
            <nav class="segments wide" aria-label=texts::parts()>
                {part(None, texts::all(), active + scheduled + recurring)} {part(Some(SilencePart::Active), texts::active(), active)}
                {part(Some(SilencePart::Scheduled), texts::scheduled(), scheduled)}
                {part(Some(SilencePart::Recurring), texts::recurring(), recurring)}
            </nav>
            <form class="search" method="get" action=under_base(SILENCES) role="search">
                {shown}
                <IconView icon=Icon::SEARCH />
                <input
                    type="search"
                    name="search"
                    placeholder=texts::search()
                    aria-label=texts::search_label()
                    autocomplete="off"
                    spellcheck="false"
                    value=address.0.search.clone()
                />
            </form>
            {address
                .has_filters()
                .then(|| {
                    view! {
                        <a class="clear" href=under_base(SILENCES)>
                            {clear_filters()}
                        </a>
                    }
                })}
        </div>
    }
    .into_any()
}
