//! The catalogue: all texts of the page, in all languages, one beside the other. The compiler refuses a text that lacks a language.
//!
//! ```text
//! texts! {
//!     // A text.
//!     not_checked_yet: "Not checked yet", "Pas encore vérifié";
//!     // With values in it, which are named as in `format!`.
//!     shown_of(shown: &str, all: &str): "{shown} of {all}", "{shown} sur {all}";
//!     // With singular and plural, by one of the values.
//!     nodes(number: usize) by number: ["{number} node", "{number} nodes"], ["{number} nœud", "{number} nœuds"];
//! }
//! ```
//!
//! Each is a function of that name, which returns the text in the [`language`](crate::language::language) of the page: a `&'static str`, or,
//! with values, a `String`. One file has the texts of one part of the page. What the server writes into rows, such as the messages of checks,
//! is not translated, and the names of services, channels and keys are not either.

/// A text of the catalogue, for tables of them.
pub type Text = fn() -> &'static str;

macro_rules! texts {
    ($($(#[$attribute:meta])* $name:ident $(($($values:tt)*))? $(by $number:ident)?: $english:tt, $french:tt;)*) => {
        $(text! { $(#[$attribute])* $name [$(($($values)*))?] [$($number)?] $english $french })*
    };
}

macro_rules! text {
    ($(#[$attribute:meta])* $name:ident [] [] $english:tt $french:tt) => {
        $(#[$attribute])*
        pub fn $name() -> &'static str {
            match crate::language::language() {
                crate::language::Language::English => $english,
                crate::language::Language::French => $french,
            }
        }
    };
    ($(#[$attribute:meta])* $name:ident [($($value:ident: $type:ty),+ $(,)?)] [] $english:tt $french:tt) => {
        $(#[$attribute])*
        pub fn $name($($value: $type),+) -> String {
            match crate::language::language() {
                crate::language::Language::English => format!($english),
                crate::language::Language::French => format!($french),
            }
        }
    };
    ($(#[$attribute:meta])* $name:ident [($($value:ident: $type:ty),+ $(,)?)] [$number:ident]
        [$english_one:tt, $english_many:tt] [$french_one:tt, $french_many:tt]) => {
        $(#[$attribute])*
        pub fn $name($($value: $type),+) -> String {
            let language = crate::language::language();
            match (language, language.is_singular($number)) {
                (crate::language::Language::English, true) => format!($english_one),
                (crate::language::Language::English, false) => format!($english_many),
                (crate::language::Language::French, true) => format!($french_one),
                (crate::language::Language::French, false) => format!($french_many),
            }
        }
    };
}

pub mod board;
pub mod channels;
pub mod chart;
pub mod dates;
pub mod deliveries;
pub mod errors;
pub mod first_run;
pub mod forms;
pub mod health;
pub mod incident;
pub mod incidents;
pub mod keys;
pub mod layout;
pub mod palette;
pub mod period;
pub mod recurrence;
#[cfg(feature = "ssr")]
pub mod refusals;
pub mod reset_states;
pub mod service;
pub mod service_actions;
pub mod service_check;
pub mod service_history;
pub mod service_metrics;
pub mod settings;
pub mod silence_form;
pub mod silences;
pub mod states;
pub mod suppression;
pub mod times;
pub mod units;
pub mod uptime_bar;
pub mod views;
pub mod wall;
