//! The board: its summary, filters, groups and rows.

use crate::language::Amount;
use std::fmt::Display;

texts! {
    // The summary.
    summary: "Summary", "Résumé";
    no_services_yet: "No services yet", "Aucun service pour l’instant";
    all_paused: "All services are paused", "Tous les services sont en pause";
    only_service_is(state: &str): "The only service is {state}", "Le seul service est {state}";
    all_services_are(total: u32, state: &str): "All {total} services are {state}", "Les {total} services sont {state}";
    some_services_are(number: u32, total: u32, state: &str) by number:
        ["{number} of {total} services is {state}", "{number} of {total} services are {state}"],
        ["{number} service sur {total} est {state}", "{number} services sur {total} sont {state}"];
    only_service_unknown: "The state of the only service is unknown", "L’état du seul service est inconnu";
    all_services_unknown(total: u32):
        "The state of all {total} services is unknown",
        "L’état des {total} services est inconnu";
    some_services_unknown(number: u32, total: u32) by number:
        ["The state of {number} of {total} services is unknown", "The state of {number} of {total} services is unknown"],
        ["L’état de {number} service sur {total} est inconnu", "L’état de {number} services sur {total} est inconnu"];
    paused(number: u32): "{number} paused", "{number} en pause";
    services_on_nodes(services: &str, nodes: &str): "{services} on {nodes}.", "{services} sur {nodes}.";
    services(number: impl Amount + Display) by number: ["{number} service", "{number} services"], ["{number} service", "{number} services"];
    nodes(number: impl Amount + Display) by number: ["{number} node", "{number} nodes"], ["{number} nœud", "{number} nœuds"];
    oldest_for(age: &str): "Oldest for {age}: ", "Le plus ancien problème, depuis {age} : ";
    oldest_since(time: &str): "Oldest since {time}: ", "Le plus ancien problème, depuis {time} : ";
    on_node(node: &str): " on {node}. ", " sur {node}. ";
    /// The title of the window.
    all_operational: "All operational · Platus", "Tout est opérationnel · Platus";

    // Parameters of the address that were not understood.
    no_state(text: &str):
        "`{text}` is not a state: use down, unhealthy, unknown, operational or paused; services in every state are shown.",
        "`{text}` n’est pas un état\u{a0}: utilisez down, unhealthy, unknown, operational ou paused\u{a0}; les services dans tous les états sont affichés.";
    no_sort(text: &str):
        "`{text}` is not an order: use state, name or response; the worst come first.",
        "`{text}` n’est pas un tri\u{a0}: utilisez state, name ou response\u{a0}; les pires sont en premier.";
    no_density(text: &str):
        "`{text}` is not a height of rows: use compact or comfortable; the rows are compact.",
        "`{text}` n’est pas une hauteur de lignes\u{a0}: utilisez compact ou comfortable\u{a0}; les lignes sont compactes.";

    // The filters.
    services_shown(number: u32) by number:
        ["{number} service shown", "{number} services shown"],
        ["{number} service affiché", "{number} services affichés"];
    show_by_state: "Show services by state", "Afficher les services par état";
    filter: "Filter", "Filtre";
    name_or_node: "Name, node", "Nom, nœud";
    all: "All", "Tous";
    tag: "Tag", "Étiquette";
    any_tag: "any", "toutes";
    sort: "Sort", "Tri";
    worst_first: "worst first", "les pires d’abord";
    by_name: "name", "nom";
    slowest_first: "slowest first", "les plus lents d’abord";
    height_of_rows: "Height of rows", "Hauteur des lignes";
    comfortable_rows: "Comfortable rows", "Lignes aérées";
    compact_rows: "Compact rows", "Lignes compactes";
    no_match: "No service matches the filter", "Aucun service ne correspond au filtre";
    when_a_node_matches:
        "A node is shown when each of the words occurs in its type, name, node, state or message.",
        "Un nœud est affiché quand chacun des mots figure dans son type, son nom, son nœud, son état ou son message.";
    clear_filter: "Clear the filter", "Effacer le filtre";

    // Groups.
    state: "State", "État";
    service: "Service", "Service";
    response: "Response", "Réponse";
    elapsed: "Elapsed", "Durée";
    checked: "Checked", "Vérifié";
    retries: "Retries", "Essais";
    operational_alone: "operational", "opérationnel";
    group_operational(total: u32): "all {total} operational", "les {total} sont opérationnels";
    alone_needs_attention: "needs attention", "à traiter";
    some_need_attention(failing: u32, total: u32) by failing:
        ["{failing} of {total} needs attention", "{failing} of {total} need attention"],
        ["{failing} sur {total} à traiter", "{failing} sur {total} à traiter"];
    group_needs_attention(total: u32): "all {total} services need attention", "les {total} services sont à traiter";
    group_paused(total: u32): "all {total} paused", "les {total} sont en pause";

    // Rows.
    hide_nodes(service: &str): "Hide the nodes of {service}", "Masquer les nœuds de {service}";
    show_nodes(service: &str): "Show the nodes of {service}", "Afficher les nœuds de {service}";
    acknowledge: "Acknowledge", "Acquitter";
    since(time: &str): "Since {time}", "Depuis {time}";
    since_and_before(time: &str, state: &str): "Since {time}, before that {state}", "Depuis {time}, auparavant {state}";
    nodes_operational(operational: usize, nodes: usize) by operational:
        ["{operational} of {nodes} nodes operational", "{operational} of {nodes} nodes operational"],
        ["{operational} nœud sur {nodes} opérationnel", "{operational} nœuds sur {nodes} opérationnels"];
    node_says(node: &str, message: &str): "{node}: {message}", "{node} : {message}";
}
