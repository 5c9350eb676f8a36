//! The words for the states, and for services that are paused. In French they agree with « service » and « nœud ».

use crate::language::{Amount, language};
use crate::model::State;
use std::fmt::Display;

texts! {
    operational: "operational", "opérationnel";
    unhealthy: "unhealthy", "dégradé";
    down: "down", "en panne";
    unknown: "unknown", "inconnu";

    // Of several.
    operational_ones: "operational", "opérationnels";
    unhealthy_ones: "unhealthy", "dégradés";
    unknown_ones: "unknown", "inconnus";

    // Where a line begins with it.
    operational_label: "Operational", "Opérationnel";
    unhealthy_label: "Unhealthy", "Dégradé";
    down_label: "Down", "En panne";
    unknown_label: "Unknown", "Inconnu";

    paused: "paused", "en pause";
    paused_label: "Paused", "En pause";
}

/// `down`.
pub fn state(state: State) -> &'static str {
    match state {
        State::Operational => operational(),
        State::Unhealthy => unhealthy(),
        State::Down => down(),
        State::Unknown => unknown(),
    }
}

/// `down`, of this number of services or nodes.
pub fn of(number: impl Amount, state: State) -> &'static str {
    match state {
        _ if language().is_singular(number) => self::state(state),
        State::Operational => operational_ones(),
        State::Unhealthy => unhealthy_ones(),
        State::Down => down(),
        State::Unknown => unknown_ones(),
    }
}

/// `Down`, where a line begins with it.
pub fn label(state: State) -> &'static str {
    match state {
        State::Operational => operational_label(),
        State::Unhealthy => unhealthy_label(),
        State::Down => down_label(),
        State::Unknown => unknown_label(),
    }
}

/// `2 down`.
pub fn counted(number: impl Amount + Display, state: State) -> String {
    format!("{number} {}", of(number, state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};

    #[test]
    fn english_words_are_those_of_the_api() {
        for word in State::BY_URGENCY {
            assert_eq!((state(word), of(2_u32, word)), (word.as_str(), word.as_str()));
            assert_eq!(label(word).to_lowercase(), word.as_str());
        }
        assert_eq!(counted(2_u32, State::Unknown), "2 unknown");
    }

    #[test]
    fn french_words_agree_with_their_number() {
        in_language(Language::French, || {
            assert_eq!(State::BY_URGENCY.map(state), ["en panne", "dégradé", "inconnu", "opérationnel"]);
            assert_eq!(
                State::BY_URGENCY.map(|word| counted(0_u32, word)),
                ["0 en panne", "0 dégradé", "0 inconnu", "0 opérationnel"]
            );
            assert_eq!(
                State::BY_URGENCY.map(|word| counted(3_u32, word)),
                ["3 en panne", "3 dégradés", "3 inconnus", "3 opérationnels"]
            );
        });
    }
}
