use crate::address;
use crate::base_path::{path_of, under_base};
use crate::language::{Language, language};
use crate::texts::layout as texts;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::location::Location;

/// The languages of the page. Each link loads the same page in that language, also without JavaScript.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let shown = language();
    let location = use_location();
    let links = Language::ALL.map(|language| {
        let location = location.clone();
        let href = move || address_of(language, &location);
        let current = (language == shown).then_some("true");
        view! {
            <a href=href lang=language.code() hreflang=language.code() rel="external" aria-current=current>
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

/// The address that chooses a language and leads back to this page.
fn address_of(language: Language, location: &Location) -> String {
    let (path, query) = (path_of(&location.pathname.get()), location.search.get());
    let next = match query.trim_start_matches('?') {
        "" => path,
        query => format!("{path}?{query}"),
    };
    under_base(&address::with(&format!("/language/{}", language.code()), [("next", next)]))
}
