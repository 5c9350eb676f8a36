//! The page of a service: its present state, what an operator does to it, its configuration.

texts! {
    loading: "Loading the service", "Chargement du service";
    not_loaded: "The service could not be loaded", "Impossible de charger le service";
    no_such_service: "There is no such service", "Ce service n’existe pas";
    why_not_found:
        "The address may be mistyped, the service may have been removed, or you do not have one of its roles.",
        "L’adresse est peut-être mal saisie, le service a été supprimé, ou vous n’avez aucun de ses rôles.";

    // Head.
    breadcrumb: "Breadcrumb", "Fil d’Ariane";
    // The state comes before these, and a time after them; `_day` where it begins with the day.
    since: " since ", " depuis ";
    since_day: " since ", " depuis le ";
    // The age comes after it.
    for_age: ", for ", ", soit ";
    nodes_of(operational: usize, nodes: usize) by operational:
        ["{operational} of {nodes} nodes", "{operational} of {nodes} nodes"],
        ["{operational} nœud sur {nodes}", "{operational} nœuds sur {nodes}"];
    are_operational(operational: usize) by operational:
        [" are operational.", " are operational."], [" est opérationnel.", " sont opérationnels."];
    // Between the sentence of the pause and its time, and after that.
    not_checked_since: ". Not checked since ", ". Non vérifié depuis ";
    not_checked_since_day: ". Not checked since ", ". Non vérifié depuis le ";
    state_is_of_latest_check: "; the state is that of the latest check.", "\u{a0}; l’état est celui de la dernière vérification.";
    no_nodes: "This service has no nodes yet.", "Ce service n’a pas encore de nœud.";
    former_node:
        "The checks do not report this node any more. The page shows its history.",
        "Les vérifications ne rapportent plus ce nœud. La page montre son historique.";
    not_checked_yet: "Not checked yet.", "Pas encore vérifié.";
    changes_often:
        "The state changes often; the incident is still open",
        "L’état change souvent\u{a0}; l’incident est encore ouvert";
    confirmed_after(checks: u32) by checks:
        ["Confirmed after {checks} of {checks} checks", "Confirmed after {checks} of {checks} checks"],
        ["Confirmé après {checks} vérification sur {checks}", "Confirmé après {checks} vérifications sur {checks}"];
    not_confirmed(failed: u32, checks: u32) by failed:
        [
            "{failed} of {checks} checks failed, not confirmed yet",
            "{failed} of {checks} checks failed, not confirmed yet"
        ],
        [
            "{failed} vérification sur {checks} a échoué, pas encore confirmé",
            "{failed} vérifications sur {checks} ont échoué, pas encore confirmé"
        ];
    // What follows is about what is before it.
    colon: ": ", "\u{a0}: ";
    incident(number: u64): "incident #{number}", "incident #{number}";
    incidents(number: usize) by number:
        ["{number} incident", "{number} incidents"], ["{number} incident", "{number} incidents"];
    every(period: &str): "every {period}", "intervalle\u{a0}: {period}";
    // A duration comes after it, or a time.
    next_check_in: ", next check in ", ", prochaine vérification dans ";
    next_check_at: ", next check at ", ", prochaine vérification à ";
    checking_now: ", checking now", ", vérification en cours";
    message_of(node: &str, message: &str): "{node}: {message}", "{node}\u{a0}: {message}";
    more_nodes(number: usize) by number:
        ["{number} node more", "{number} nodes more"], ["{number} autre nœud", "{number} autres nœuds"];

    // Configuration.
    configuration: "Configuration", "Configuration";
    properties: "Properties", "Propriétés";
    data: "Data", "Données";
    id: "id", "id";
    check_type: "type", "type";
    schedule: "schedule", "planification";
    roles: "roles", "rôles";
    admin_only: "admin only", "admin seulement";
    every_with_timeout(period: &str, timeout: &str):
        "every {period}, timeout {timeout}", "intervalle\u{a0}: {period}, délai maximal\u{a0}: {timeout}";

    // Nodes.
    nodes: "Nodes", "Nœuds";
    show_all_nodes: "Show all nodes", "Afficher tous les nœuds";
    worst_first: "Worst first. Select one to filter the page.", "Les pires d’abord. Sélectionnez-en un pour filtrer la page.";
    state: "State", "État";
    node: "Node", "Nœud";
    seen: "Seen", "Constaté";
    since_label: "Since", "Depuis";
    elapsed: "Elapsed", "Durée";
    checked_label: "Checked", "Vérifié";
}
