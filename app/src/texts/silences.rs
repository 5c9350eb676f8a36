//! The list of silences and maintenance: calendar, filters, rows and commands.

use model::{SuppressionKind, WindowScope};

texts! {
    silences_and_maintenance: "Silences and maintenance", "Silences et maintenance";
    lead:
        "Checks and history continue. If a node is still failing when the silence ends, the notification is sent then.",
        "Les vérifications et l’historique continuent. Si un nœud est encore en échec à la fin du silence, la notification est envoyée à ce moment-là.";
    schedule_maintenance: "Schedule maintenance", "Planifier une maintenance";
    new_silence: "New silence", "Nouveau silence";
    loading: "Loading the silences", "Chargement des silences";
    not_loaded: "The silences could not be loaded", "Impossible de charger les silences";

    // Parameters of the address that were not understood.
    no_part(text: &str):
        "`{text}` is no part of the list: use active, scheduled or recurring; all parts are shown.",
        "`{text}` n’est pas une partie de la liste\u{a0}: utilisez active, scheduled ou recurring\u{a0}; toutes les parties sont affichées.";
    no_number(text: &str):
        "`{text}` is not the number of a silence; the first page is shown.",
        "`{text}` n’est pas le numéro d’un silence\u{a0}; la première page est affichée.";

    // Kinds of suppression. What one is about, such as `silence of shop`, stands in the sentences below.
    silence: "silence", "silence";
    maintenance: "maintenance", "maintenance";
    acknowledgement: "acknowledgement", "acquittement";
    dependency: "dependency", "dépendance";
    pause: "pause", "pause";
    of_scope(kind: &str, scope: &str): "{kind} of {scope}", "{kind} de {scope}";
    all_services: "all services", "tous les services";
    more(number: usize): "{number} more", "{number} de plus";
    of_types(types: &str): "type {types}", "type {types}";
    services_of_types(services: &str, types: &str): "{services} of type {types}", "{services} de type {types}";
    others: "others that you do not see", "d’autres que vous ne voyez pas";

    // The calendar.
    next_days: "Next 7 days", "7 prochains jours";
    more_below(number: usize):
        "{number} more in the lists below.", "{number} de plus dans les listes ci-dessous.";

    // Filters and lists.
    parts: "Parts of the list", "Parties de la liste";
    all: "All", "Tous";
    active: "Active", "Actifs";
    scheduled: "Scheduled", "Planifiés";
    recurring: "Recurring", "Récurrents";
    search: "Service, comment, user", "Service, commentaire, utilisateur";
    search_label: "Service, comment or user", "Service, commentaire ou utilisateur";
    none: "No active or scheduled silences.", "Aucun silence actif ou planifié.";
    none_matches: "No silence matches the filters.", "Aucun silence ne correspond aux filtres.";
    show_first: "Show the first", "Afficher les premiers";
    show_more: "Show more", "Afficher la suite";

    // Rows.
    by_author(author: &str): "by {author}", "par {author}";
    comment(comment: &str): ": {comment}", "\u{a0}: {comment}";
    now_to(until: &str): "; now, to {until}", "\u{a0}; en cours, jusqu’au {until}";
    from_to(from: &str, until: &str): "{from} to {until}", "du {from} au {until}";
    until_resumed(from: &str): "{from} until resumed", "du {from} à la reprise";
    to_end_of_incident(from: &str): "{from} to the end of the incident", "du {from} à la fin de l’incident";
    in_time(distance: &str): "in {distance}", "dans {distance}";
    left(distance: &str): "{distance} left", "encore {distance}";
    next(times: &str): "Next: {times}", "Prochaines dates\u{a0}: {times}";
    not_again: "Not again", "Ne se répète plus";
    between_times: "; ", "\u{a0}; ";
    from_configuration: ". From config.yaml", ". Selon config.yaml";

    // Commands, about something such as `silence of shop`.
    end: "End", "Terminer";
    end_what(what: &str): "End the {what}", "Terminer\u{a0}: {what}";
    extend: "Extend", "Prolonger";
    extend_what(what: &str): " the {what}", "\u{a0}: {what}";
    new_end: "New end", "Nouvelle fin";
    set_end: "Set the end", "Fixer la fin";
    entered: "Alerts are silenced.", "Les alertes sont mises en silence.";
    has_ended(what: &str): "The {what} has ended.", "Terminé\u{a0}: {what}.";
    ends_later(what: &str): "The {what} ends later.", "Prolongé\u{a0}: {what}.";
    undo: "Undo", "Annuler";
}

/// `db-* of type Infra`.
pub fn window_scope(scope: &WindowScope) -> String {
    let WindowScope { services, types } = scope;
    match (services, types) {
        (None, None) => all_services().to_owned(),
        (Some(services), None) => services.join(", "),
        (None, Some(types)) => of_types(&types.join(", ")),
        (Some(services), Some(types)) => services_of_types(&services.join(", "), &types.join(", ")),
    }
}

/// `silence`.
pub fn kind(kind: SuppressionKind) -> &'static str {
    match kind {
        SuppressionKind::Silence => silence(),
        SuppressionKind::Maintenance => maintenance(),
        SuppressionKind::Acknowledgement => acknowledgement(),
        SuppressionKind::Dependency => dependency(),
        SuppressionKind::Pause => pause(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};

    #[test]
    fn the_services_of_a_window_are_named_as_in_the_api() {
        let some = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        for (services, types, french) in [
            (None, None, "tous les services"),
            (some(&["db-*", "web"]), None, "db-*, web"),
            (None, some(&["Infra"]), "type Infra"),
            (some(&["*"]), some(&["Infra", "App"]), "* de type Infra, App"),
        ] {
            let scope = WindowScope { services, types };
            assert_eq!(window_scope(&scope), scope.to_string());
            in_language(Language::French, || assert_eq!(window_scope(&scope), french));
        }
    }

    #[test]
    fn english_kinds_are_those_of_the_api() {
        use SuppressionKind::{Acknowledgement, Dependency, Maintenance, Pause, Silence};
        for word in [Silence, Maintenance, Acknowledgement, Dependency, Pause] {
            assert_eq!(kind(word), word.as_str());
        }
    }
}
