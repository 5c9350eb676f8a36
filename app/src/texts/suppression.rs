//! Why notifications are suppressed.

use super::{silences, states};
use model::SuppressionReason;

texts! {
    silenced: "silenced", "mis en silence";
    maintenance: "maintenance", "maintenance";
    acknowledged: "acknowledged", "acquitté";
    dependency_down: "suppressed: dependency is down", "notifications suspendues : dépendance en panne";
    paused: "paused", "mis en pause";
    by(what: &str, author: &str): "{what} by {author}", "{what} par {author}";
    until_time(what: &str, time: &str): "{what} until {time}", "{what} jusqu’à {time}";
    until_day(what: &str, day: &str): "{what} until {day}", "{what} jusqu’au {day}";
    with_comment(what: &str, comment: &str): "{what}: {comment}", "{what} : {comment}";

    // Of the notifications of a channel.
    monitor_offline: "Platus itself is offline", "Platus lui-même est hors ligne";
    dependency_is(name: &str, state: &str): "its dependency {name} is {state}", "dépendance {name}\u{a0}: {state}";
    dependency_unchecked(name: &str):
        "its dependency {name} was not checked since the failure began", "dépendance {name} pas vérifiée depuis le début de l’échec";
    dependency_recovered(name: &str): "its dependency {name} has just recovered", "dépendance {name} tout juste rétablie";
    followed: "a later notification of the incident follows", "une notification plus récente de l’incident suit";
}

/// Why notifications of a channel are suppressed.
pub fn reason(reason: &SuppressionReason) -> String {
    match reason {
        SuppressionReason::Entered { kind, author } => by(silences::kind(*kind), author),
        SuppressionReason::MaintenanceWindow => maintenance().to_owned(),
        SuppressionReason::MonitorOffline => monitor_offline().to_owned(),
        SuppressionReason::DependencyFails { name, state } => dependency_is(name, states::state(*state)),
        SuppressionReason::DependencyUnchecked { name } => dependency_unchecked(name),
        SuppressionReason::DependencyRecovered { name } => dependency_recovered(name),
        SuppressionReason::Followed => followed().to_owned(),
    }
}

/// A reason that the server has written. One that is not known stays as it is.
pub fn written_reason(text: String) -> String {
    SuppressionReason::read(&text).map_or(text, |known| reason(&known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};
    use crate::model::{State, SuppressionKind};

    #[test]
    fn the_reasons_in_english_are_those_of_the_api() {
        let name = || "db".to_owned();
        for (given, french) in [
            (SuppressionReason::Entered { kind: SuppressionKind::Silence, author: "ops".to_owned() }, "silence par ops"),
            (SuppressionReason::MaintenanceWindow, "maintenance"),
            (SuppressionReason::MonitorOffline, "Platus lui-même est hors ligne"),
            (SuppressionReason::DependencyFails { name: name(), state: State::Down }, "dépendance db\u{a0}: en panne"),
            (SuppressionReason::DependencyUnchecked { name: name() }, "dépendance db pas vérifiée depuis le début de l’échec"),
            (SuppressionReason::DependencyRecovered { name: name() }, "dépendance db tout juste rétablie"),
            (SuppressionReason::Followed, "une notification plus récente de l’incident suit"),
        ] {
            assert_eq!(reason(&given), given.to_string());
            in_language(Language::French, || assert_eq!(reason(&given), french));
            in_language(Language::French, || assert_eq!(written_reason(given.to_string()), french));
        }
        assert_eq!(in_language(Language::French, || written_reason("of another version".to_owned())), "of another version");
    }
}
