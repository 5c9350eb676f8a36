//! The page of a service: its figures, its chart, and the incidents of the range.

texts! {
    // Availability.
    availability: "Availability", "Disponibilité";
    known_for(part: &str): "known for {part}", "connue à {part}";
    no_data: "no data", "aucune donnée";
    without_maintenance: "without maintenance", "hors maintenance";

    // Incidents in numbers.
    incidents_in_numbers: "Incidents in numbers", "Incidents en chiffres";
    incidents_of(days: &str): "Incidents, {days}", "Incidents, {days}";
    count: "Count", "Nombre";
    open_ones(number: u32) by number: ["{number} open", "{number} open"], ["{number} ouvert", "{number} ouverts"];
    mttr: "MTTR", "MTTR";
    mean_time_to_recovery: "Mean time to recovery", "Durée moyenne de rétablissement";
    longest(age: &str): "longest {age}", "max. {age}";

    // Response times in numbers.
    response_now: "Response time now", "Temps de réponse actuel";
    response_of_last_minutes: "Response, last 5 min", "Réponse, 5 dernières min";
    usually(elapsed: &str): "usually {elapsed}", "usuel {elapsed}";

    // Chart.
    response_time: "Response time", "Temps de réponse";
    response_time_of(name: &str, range: &str): "Response time of {name}, {range}", "Temps de réponse de {name}, {range}";
    range: "Range", "Période";
    scale: "Scale", "Échelle";
    linear: "Linear", "Linéaire";
    logarithmic: "Log", "Log";
    arrow_keys:
        "Arrow keys read the points, with Shift they select a range.",
        "Les flèches lisent les points\u{a0}; avec Maj, elles sélectionnent une période.";
    selected(range: &str): "Selected {range}. Press Enter to zoom.", "Sélection\u{a0}: {range}. Appuyez sur Entrée pour zoomer.";
    zoom: "Zoom", "Zoomer";
    enter_key: "Enter", "Entrée";
    escape_key: "Esc", "Échap";
    touch_the_chart:
        "Touch the chart to read a point; press and drag to select a range.",
        "Touchez le graphique pour lire un point\u{a0}; appuyez et glissez pour sélectionner une période.";
    from: "From", "Début";
    to: "To", "Fin";
    times_in(zone: &str): "Times in {zone}.", "Heures\u{a0}: {zone}.";
    show: "Show", "Afficher";

    // Legend, and the numbers as a table.
    to_p95: "to p95", "jusqu’à p95";
    beyond_scale: "beyond the scale", "hors échelle";
    a_point_is(age: &str): "1 point = {age}", "1 point = {age}";
    numbers_as_table: "Numbers as a table", "Valeurs sous forme de table";
    csv_of_range: "CSV of this range", "CSV de cette période";
    numbers: "Numbers", "Valeurs";
    time: "Time", "Heure";
    state: "State", "État";
    longest_label: "Longest", "Maximum";

    // Incidents.
    incidents: "Incidents", "Incidents";
    in_range(number: usize) by number:
        ["{number} in this range", "{number} in this range"],
        ["{number} dans cette période", "{number} dans cette période"];
    all_incidents: "All incidents", "Tous les incidents";
    no_incidents: "No incidents in this range.", "Aucun incident dans cette période.";
    more(number: usize) by number: ["{number} more", "{number} more"], ["{number} de plus", "{number} de plus"];
    open: "open", "ouvert";
    acknowledged: "Acknowledged", "Acquitté";
    by_user(user: &str): "by {user}", "par {user}";
    not_yet: "not yet", "pas encore";
    recovered: "Recovered", "Rétabli";
    first_seen: "First seen", "Première détection";
    confirmed: "Confirmed", "Confirmé";

    // Transitions.
    transitions: "Transitions", "Changements d’état";
    latest_in_range(number: usize) by number:
        ["the latest {number} in this range", "the latest {number} in this range"],
        ["le dernier de cette période", "les {number} derniers de cette période"];
    no_transitions: "No change of the state in this range.", "Aucun changement d’état dans cette période.";
    after(age: &str): "after {age}", "après {age}";

    // What is wrong with the address, and what the page shows instead.
    no_such_node(node: &str):
        "The service has no node `{node}`, and had none. The page shows all nodes.",
        "Le service n’a pas de nœud `{node}` et n’en a jamais eu. La page montre tous les nœuds.";
    no_such_range(range: &str): "There is no range `{range}`.", "La période `{range}` n’existe pas.";
    from_is_no_time(from: &str): "`from` is not a time: `{from}`.", "`from` n’est pas une date\u{a0}: `{from}`.";
    to_is_no_time(to: &str): "`to` is not a time: `{to}`.", "`to` n’est pas une date\u{a0}: `{to}`.";
    wrong_order: "`from` is not before `to`.", "`from` n’est pas avant `to`.";
    lacks_from: "`to` needs a `from`.", "`to` demande un `from`.";
    shows_latest(range: &str): "The page shows the last {range}.", "La page montre la dernière période de {range}.";
    shows_since_from: "The page shows the time from `from` until now.", "La page montre le temps depuis `from`.";
    from_is_ahead:
        "`from` is not in the past. The page shows the last minute.",
        "`from` n’est pas dans le passé. La page montre la dernière minute.";
    wrong_word(name: &str, usual: &str, other: &str, given: &str):
        "`{name}` is `{usual}` or `{other}`, not `{given}`. The page shows `{usual}`.",
        "`{name}` vaut `{usual}` ou `{other}`, pas `{given}`. La page montre `{usual}`.";
}
