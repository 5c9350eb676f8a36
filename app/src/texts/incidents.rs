//! The list of incidents: filters, chart, rows, storms and commands.

texts! {
    incidents: "Incidents", "Incidents";
    loading: "Loading the incidents", "Chargement des incidents";
    not_loaded: "The incidents could not be loaded", "Impossible de charger les incidents";

    // Parameters of the address that were not understood.
    no_status(text: &str):
        "`{text}` is not a status: use open, acknowledged or resolved; incidents of every status are shown.",
        "`{text}` n’est pas un statut\u{a0}: utilisez open, acknowledged ou resolved\u{a0}; les incidents de tous les statuts sont affichés.";
    no_state(text: &str):
        "`{text}` is not a state of an incident: use down, unhealthy or unknown; incidents of every state are shown.",
        "`{text}` n’est pas un état d’incident\u{a0}: utilisez down, unhealthy ou unknown\u{a0}; les incidents de tous les états sont affichés.";
    no_number(text: &str):
        "`{text}` is not the number of an incident; the first page is shown.",
        "`{text}` n’est pas le numéro d’un incident\u{a0}; la première page est affichée.";

    // The sentences below the title. Numbers and durations are elements between these.
    open_now(number: usize) by number: [" open", " open"], [" ouvert", " ouverts"];
    in_groups: " in ", " dans ";
    groups(number: usize) by number: [" group", " groups"], [" groupe", " groupes"];
    comma: ", ", ", ";
    acknowledged_now(number: usize) by number: [" acknowledged. ", " acknowledged. "], [" acquitté. ", " acquittés. "];
    resolved_within(number: u32, count: &str, period: &str) by number:
        ["{count} resolved {period}", "{count} resolved {period}"], ["{count} résolu {period}", "{count} résolus {period}"];
    more_resolved_within(count: &str, period: &str): "More than {count} resolved {period}", "Plus de {count} résolus {period}";
    mean_time: ", MTTR ", ", MTTR ";
    mean_time_to_recovery: "Mean time to recovery", "Durée moyenne de rétablissement";
    last_24_hours: "in the last 24 hours", "ces dernières 24 heures";
    last_7_days: "in the last 7 days", "ces 7 derniers jours";
    last_30_days: "in the last 30 days", "ces 30 derniers jours";
    last_90_days: "in the last 90 days", "ces 90 derniers jours";
    last_year: "in the last year", "cette dernière année";
    selected_time: "in the selected time", "dans la période choisie";

    // Incidents a day.
    incidents_a_day: "Incidents a day", "Incidents par jour";
    select_a_day(first: &str, last: &str):
        "{first} to {last}. Select a day to filter.", "Du {first} au {last}\u{a0}: choisissez un jour pour filtrer.";
    unhealthy_unknown: "unhealthy, unknown", "dégradé, inconnu";
    day_without(date: &str): "{date}: no incidents", "{date}\u{a0}: aucun incident";
    day_down(date: &str, down: &str): "{date}: {down} down", "{date}\u{a0}: {down} en panne";
    day_others(date: &str, number: u32, others: &str) by number:
        ["{date}: {others} unhealthy or unknown", "{date}: {others} unhealthy or unknown"],
        ["{date}\u{a0}: {others} dégradé ou inconnu", "{date}\u{a0}: {others} dégradés ou inconnus"];
    day_both(date: &str, down: &str, number: u32, others: &str) by number:
        ["{date}: {down} down, {others} unhealthy or unknown", "{date}: {down} down, {others} unhealthy or unknown"],
        ["{date}\u{a0}: {down} en panne, {others} dégradé ou inconnu", "{date}\u{a0}: {down} en panne, {others} dégradés ou inconnus"];

    // Filters.
    by_status: "Incidents by status", "Incidents par statut";
    all: "All", "Tous";
    open: "Open", "Ouverts";
    acknowledged: "Acknowledged", "Acquittés";
    resolved: "Resolved", "Résolus";
    search: "Service, node, reason, #id", "Service, nœud, raison, #id";
    search_label: "Service, node, reason or #id", "Service, nœud, raison ou #id";
    state: "State", "État";
    group: "Type", "Type";
    time: "Time", "Période";
    any: "any", "tous";
    hours_24: "24 hours", "24 heures";
    days_7: "7 days", "7 jours";
    days_30: "30 days", "30 jours";
    days_90: "90 days", "90 jours";
    one_year: "1 year", "1 an";
    from_to(from: &str, to: &str): "{from} to {to}", "du {from} au {to}";
    since_moment(from: &str): "since {from}", "depuis le {from}";
    service: "Service", "Service";
    of_service(name: &str): "Service {name}: show all services", "Service {name}\u{a0}: afficher tous les services";
    clear_filters: "Clear filters", "Effacer les filtres";
    export: "Export", "Exporter";

    // Lists.
    no_reminders: "No reminders until they recover", "Pas de rappel avant le rétablissement";
    none_matches: "No incident matches the filters.", "Aucun incident ne correspond aux filtres.";
    none_acknowledged: "No acknowledged incidents.", "Aucun incident acquitté.";
    none_open:
        "No open incidents. A failure becomes an incident when it is confirmed.",
        "Aucun incident ouvert. Un échec devient un incident une fois confirmé.";
    none_resolved: "No resolved incidents in this time.", "Aucun incident résolu dans cette période.";
    more(count: &str): "{count} more. Use the filters.", "{count} de plus. Utilisez les filtres.";
    recently_resolved: "Recently resolved", "Résolus récemment";
    all_of(count: &str): "All {count}", "Tous ({count})";
    latest: "Latest", "Les plus récents";
    older: "Older", "Plus anciens";
    today: "Today", "Aujourd’hui";
    yesterday: "Yesterday", "Hier";

    // Columns.
    service_and_reason: "Service and reason", "Service et raison";
    number: "Number", "Numéro";
    duration: "Duration", "Durée";
    since: "Since", "Depuis";
    acknowledgement: "Acknowledgement", "Acquittement";
    notifications: "Notifications", "Notifications";

    // A row. The first two stand before the duration and the begin.
    lasting: "for ", "pendant ";
    starting: "since ", "depuis ";
    since_time(time: &str): "Since {time}", "Depuis le {time}";
    until_time(time: &str): "Until {time}", "Jusqu’au {time}";
    not_acknowledged: "not acknowledged", "non acquitté";
    suppressed: "suppressed", "suspendues";
    channels(number: u32) by number: ["{number} channel", "{number} channels"], ["{number} canal", "{number} canaux"];

    // Storms. The state agrees with the number.
    failing: "failing", "en échec";
    nodes_of_service(number: usize, service: &str, state: &str, since: &str):
        "{number} nodes of {service} {state} since {since}", "{number} nœuds de {service} {state} depuis {since}";
    services_since(number: usize, state: &str, since: &str):
        "{number} services {state} since {since}", "{number} services {state} depuis {since}";
    since_another_day(day: &str): "{day}", "le {day}";
    one_cause(service: &str): "One cause: {service}.", "Une seule cause\u{a0}: {service}.";
    one_cause_with(service: &str, message: &str): "One cause: {service}: {message}.", "Une seule cause\u{a0}: {service}\u{a0}: {message}.";
    dependents(number: usize) by number:
        ["{number} depends on it.", "{number} depend on it."], ["{number} en dépend.", "{number} en dépendent."];
    common_dependency(service: &str): "All depend on {service}.", "Dépendance commune\u{a0}: {service}.";
    of_group(group: &str): "Type {group}.", "Type {group}.";

    // Commands. What a button is about follows it for screen readers.
    acknowledge: "Acknowledge", "Acquitter";
    acknowledge_all: "Acknowledge all", "Tout acquitter";
    comment: "Comment (visible to everyone who sees the service)", "Commentaire (visible par tous ceux qui voient le service)";
    was_acknowledged(name: &str): "Acknowledged: {name}.", "Acquitté\u{a0}: {name}.";
    withdraw: "Withdraw the acknowledgement", "Retirer l’acquittement";
    withdraw_of(name: &str): " of {name}", "\u{a0}: {name}";
    was_withdrawn(name: &str): "Acknowledgement withdrawn: {name}.", "Acquittement retiré\u{a0}: {name}.";
    silence: "Silence", "Mettre en silence";
}
