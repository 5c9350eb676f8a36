//! The title of the document.

use leptos::prelude::*;
use leptos::text_prop::TextProp;
use leptos_meta::Title;

/// The title of the document. Every page sets it in this way: `leptos_meta` writes the text into the document as it is, and names of services
/// come from outside.
#[component]
pub fn PageTitle(#[prop(into)] text: TextProp) -> impl IntoView {
    let formatter = |text| if cfg!(feature = "ssr") { escaped(text) } else { text };
    view! { <Title formatter text /> }
}

/// The text as the parser of a document reads it from an element that has only text.
fn escaped(text: String) -> String {
    if text.contains(['&', '<']) { text.replace('&', "&amp;").replace('<', "&lt;") } else { text }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_title_ends_nowhere_else_and_has_no_other_characters() {
        assert_eq!(escaped("</title><script>".to_owned()), "&lt;/title>&lt;script>");
        assert_eq!(escaped("R&amp;D".to_owned()), "R&amp;amp;D");
        assert_eq!(escaped("Shop · Platus".to_owned()), "Shop · Platus");
    }
}
