use crate::address;
use crate::base_path::{path_of, under_base};
use crate::language::{Language, language};
use crate::texts::layout as texts;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The languages of the page. Each link loads the same page in that language, also without JavaScript.
#[component]
pub fn LanguageChoice(
    /// The path of the page with its query. Absent: as the address has them.
    #[prop(optional, into)]
    page: Option<Signal<String>>,
) -> impl IntoView {
    let shown = language();
    let page = page.unwrap_or_else(shown_page);
    let links = Language::ALL.map(|language| {
        let chooses = format!("/language/{}", language.code());
        let chooses = move || address::with(&chooses, [("next", page.get())]);
        let current = (language == shown).then_some("true");
        view! {
            <a href=move || under_base(&chooses()) lang=language.code() hreflang=language.code() rel="external" aria-current=current>
                {language.name()}
            </a>
        }
    });
    view! {
        <nav class="languages" aria-label=texts::language()>
            {links.into_iter().collect_view()}
        </nav>
    }
}

fn shown_page() -> Signal<String> {
    let location = use_location();
    Signal::derive(move || {
        let (path, query) = (path_of(&location.pathname.get()), location.search.get());
        match query.trim_start_matches('?') {
            "" => path,
            query => format!("{path}?{query}"),
        }
    })
}
