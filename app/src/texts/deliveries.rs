//! The results of notifications.

use super::suppression;
use model::DropReason;

texts! {
    // Of one notification.
    delivered: "delivered", "livrée";
    dropped: "dropped", "abandonnée";
    suppressed: "suppressed", "suspendue";
    no_result: "no result recorded", "aucun résultat enregistré";

    // What the notification said.
    opened: "incident opened", "incident ouvert";
    worsened: "incident worsened", "incident aggravé";
    reminder: "reminder", "rappel";
    flapping_started: "flapping started", "oscillation commencée";
    flapping_ended: "flapping ended", "oscillation terminée";
    recovered: "recovered", "rétabli";
    removed: "node removed", "nœud retiré";
    test: "test", "test";

    // In the timeline.
    step(kind: &str, result: &str): "Notification “{kind}” {result}", "Notification «\u{a0}{kind}\u{a0}» {result}";
    channels(number: u32) by number: ["{number} channel", "{number} channels"], ["{number} canal", "{number} canaux"];

    // On the page of a service. What follows are channels and times.
    notified: "Notified", "Notifié";
    results(result: &str, channels: &str): "{result}: {channels}", "{result}\u{a0}: {channels}";

    // Why one was dropped. Errors of receivers are in their words.
    channel_removed: "the channel is no longer configured", "le canal n’est plus configuré";
    not_in_time(error: &str):
        "not delivered in time; the last attempt failed: {error}", "pas livrée à temps\u{a0}; échec de la dernière tentative\u{a0}: {error}";
    refused(times: u32, error: &str): "refused {times} times: {error}", "refusée {times} fois\u{a0}: {error}";
    too_many(most: usize): "more than {most} messages waited", "plus de {most} messages en attente";
    store_was_away:
        "Platus started without its store, and the end of the incident is unknown",
        "Platus a démarré sans sa base, et la fin de l’incident est inconnue";
}

/// Why a notification was not delivered, as the server has written it. A reason that is not known stays as it is.
pub fn written_reason(text: String) -> String {
    match DropReason::read(&text) {
        None => suppression::written_reason(text),
        Some(DropReason::ChannelRemoved) => channel_removed().to_owned(),
        Some(DropReason::NotInTime { error }) => not_in_time(&error),
        Some(DropReason::Refused { times, error }) => refused(times, &error),
        Some(DropReason::TooMany { most }) => too_many(most),
        Some(DropReason::StoreWasAway) => store_was_away().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};

    #[test]
    fn the_reasons_in_english_are_those_of_the_api() {
        let error = || "HTTP 500".to_owned();
        for (given, french) in [
            (DropReason::ChannelRemoved, "le canal n’est plus configuré"),
            (DropReason::NotInTime { error: error() }, "pas livrée à temps\u{a0}; échec de la dernière tentative\u{a0}: HTTP 500"),
            (DropReason::Refused { times: 3, error: error() }, "refusée 3 fois\u{a0}: HTTP 500"),
            (DropReason::TooMany { most: 20_000 }, "plus de 20000 messages en attente"),
            (DropReason::StoreWasAway, "Platus a démarré sans sa base, et la fin de l’incident est inconnue"),
        ] {
            let written = given.to_string();
            assert_eq!(in_language(Language::English, || written_reason(written.clone())), written);
            assert_eq!(in_language(Language::French, || written_reason(written)), french);
        }
        let of_suppression = || written_reason("Platus itself is offline".to_owned());
        assert_eq!(in_language(Language::French, of_suppression), "Platus lui-même est hors ligne");
        assert_eq!(in_language(Language::French, || written_reason("refused".to_owned())), "refused");
    }
}
