//! The language of the page: that of the viewer's browser, or another one that the viewer has chosen.
//!
//! The server names it in the attribute `lang` of the document, so that the browser hydrates the same texts. It stays for as long as the
//! document: the links of the choice load the page again. All texts of the page are in [`texts`](crate::texts), in all languages.

mod amount;

pub use amount::Amount;

/// The cookie that has the choice of a viewer as [`Language::code`]. The server sets it.
pub const COOKIE: &str = "platus_language";

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    French,
}

impl Language {
    /// All languages, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// The code of ISO 639, as in the attribute `lang`: `en`, `fr`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// The language with this code, in any case and with any region: `fr`, `FR-ca`.
    pub fn of(code: &str) -> Option<Self> {
        let primary = code.split('-').next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The language that a browser prefers, by its header `Accept-Language`
    /// ([RFC 9110, 12.5.4](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)). `None` if it accepts none of these.
    pub fn preferred(accepted: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for entry in accepted.split(',') {
            let (code, weight) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = match weight.trim().strip_prefix("q=") {
                Some(weight) => weight.trim().parse().unwrap_or(0.0),
                None => 1.0,
            };
            // Of two with the same weight the first one counts.
            if let Some(language) = Self::of(code.trim())
                && weight > best.map_or(0.0, |(_, weight)| weight)
            {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// Whether this number takes the singular: in French that of nothing, too.
    pub fn is_singular(self, number: impl Amount) -> bool {
        match self {
            Self::English => number.is_one(),
            Self::French => number.is_one() || number.is_zero(),
        }
    }

    /// The mark between whole numbers and fractions.
    pub const fn decimal_mark(self) -> char {
        match self {
            Self::English => '.',
            Self::French => ',',
        }
    }

    /// The mark between groups of three digits.
    pub const fn group_mark(self) -> char {
        match self {
            Self::English => ',',
            // A narrow space that does not break the line.
            Self::French => '\u{202f}',
        }
    }
}

/// The language of the page. The server provides it in the context of a request; without one, it is English.
pub fn language() -> Language {
    #[cfg(feature = "hydrate")]
    return browser::language();
    #[cfg(not(feature = "hydrate"))]
    late::language().or_else(leptos::prelude::use_context).unwrap_or_default()
}

/// The attribute `lang` of a text that the server writes in English, such as an error of the configuration with its file and line. Absent on a
/// page in English.
pub fn of_english_text() -> Option<&'static str> {
    let english = Language::English;
    (language() != english).then(|| english.code())
}

/// The same function in the language that the page has now. For the title, which the server makes when the page is complete: outside of its
/// context, and maybe in that of another one.
pub fn in_this_language<T>(make: impl Fn() -> T) -> impl Fn() -> T {
    #[cfg(feature = "hydrate")]
    return make;
    #[cfg(not(feature = "hydrate"))]
    {
        let language = language();
        move || late::within(language, &make)
    }
}

/// A text in this language, for one that is made outside of a page.
#[cfg(feature = "ssr")]
pub fn text_in<T>(language: Language, make: impl FnOnce() -> T) -> T {
    late::within(language, make)
}

#[cfg(not(feature = "hydrate"))]
mod late {
    use super::Language;
    use std::cell::Cell;

    thread_local! {
        static LANGUAGE: Cell<Option<Language>> = const { Cell::new(None) };
    }

    /// The language of the text that this thread makes, if it makes one outside of a page.
    pub(super) fn language() -> Option<Language> {
        LANGUAGE.get()
    }

    pub(super) fn within<T>(language: Language, make: impl FnOnce() -> T) -> T {
        /// Also when `make` panics.
        struct Restore(Option<Language>);
        impl Drop for Restore {
            fn drop(&mut self) {
                LANGUAGE.set(self.0);
            }
        }
        let _restore = Restore(LANGUAGE.replace(Some(language)));
        make()
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Language;
    use leptos::prelude::document;
    use std::sync::OnceLock;

    /// The language that the document names (`shell.rs`).
    pub(super) fn language() -> Language {
        static LANGUAGE: OnceLock<Language> = OnceLock::new();
        *LANGUAGE.get_or_init(|| {
            let code = document().document_element().and_then(|html| html.get_attribute("lang"));
            code.and_then(|code| Language::of(&code)).unwrap_or_default()
        })
    }
}

/// Runs `work` as if a page in this language were rendered.
#[cfg(test)]
pub(crate) fn in_language<T>(language: Language, work: impl FnOnce() -> T) -> T {
    leptos::prelude::Owner::new().with(|| {
        leptos::prelude::provide_context(language);
        work()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_the_language_that_it_prefers() {
        use Language::{English, French};
        for (accepted, expected) in [
            ("fr", Some(French)),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Some(French)),
            ("de-DE, de;q=0.9, en;q=0.8, fr;q=0.8", Some(English)),
            ("en;q=0.2, FR-ca ; q=0.3", Some(French)),
            ("fr;q=0, en;q=0.1", Some(English)),
            ("fr;q=nonsense", None),
            ("de, *", None),
            ("", None),
        ] {
            assert_eq!(Language::preferred(accepted), expected, "{accepted}");
        }
    }

    #[test]
    fn a_title_that_is_made_in_the_context_of_another_page_keeps_its_language() {
        let title = in_language(Language::French, || in_this_language(crate::texts::layout::settings));
        assert_eq!(in_language(Language::English, &title), "Réglages");
        assert_eq!(title(), "Réglages");
        assert_eq!(crate::texts::layout::settings(), "Settings");
    }

    #[test]
    fn nothing_is_singular_in_french_only() {
        for (number, english, french) in [(0_u32, false, true), (1, true, true), (2, false, false)] {
            assert_eq!(Language::English.is_singular(number), english);
            assert_eq!(Language::French.is_singular(number), french);
        }
    }
}
