//! The command palette and the list of keys.

texts! {
    search: "Search, commands", "Recherche, commandes";
    search_and_commands: "Search and commands", "Recherche et commandes";
    what_to_type: "Service, incident, action or page", "Service, incident, action ou page";
    found: "Found", "Résultats";
    nothing_found: "Nothing is found.", "Aucun résultat.";

    // Kinds of entries.
    services: "Services", "Services";
    actions: "Actions", "Actions";
    open_incidents: "Open incidents", "Incidents ouverts";
    pages: "Pages", "Pages";

    // Entries.
    settings_health: "Settings: health", "Réglages : santé";
    settings_channels: "Settings: channels", "Réglages : canaux";
    settings_users: "Settings: users and keys", "Réglages : utilisateurs et clés";
    settings_configuration: "Settings: configuration", "Réglages : configuration";
    settings_about: "Settings: about", "Réglages : à propos";
    acknowledge(service: &str): "Acknowledge {service}", "Acquitter {service}";
    silence(service: &str): "Silence {service}", "Mettre {service} en silence";
    silence_services: "Silence services", "Mettre des services en silence";

    // The line of keys, each before its meaning.
    selects: " select ", " choisir ";
    opens: " open ", " ouvrir ";
    only_actions: " actions only ", " actions seulement ";
    only_incidents: " incidents", " incidents";

    // Keys, as they are on a keyboard.
    escape: "Esc", "Échap";
    enter: "Enter", "Entrée";
    shift_and_arrows: "Shift ← →", "Maj ← →";

    // The list of keys.
    keys: "Keys", "Raccourcis clavier";
    key_search: "Search services, incidents, actions and pages", "Rechercher des services, incidents, actions et pages";
    key_filter: "Filter the board", "Filtrer le tableau";
    key_leave:
        "Clear the filter, leave a field, close a dialog",
        "Effacer le filtre, quitter un champ, fermer une boîte de dialogue";
    key_cell: "Move in an uptime bar", "Se déplacer dans une barre de disponibilité";
    key_row: "Move to the bar of another row", "Passer à la barre d’une autre ligne";
    key_chart: "Move in a chart", "Se déplacer dans un graphique";
    key_range:
        "Select a range of a chart, which Enter opens",
        "Sélectionner une plage d’un graphique, qu’Entrée ouvre";
    key_keys: "Show the keys", "Afficher les raccourcis clavier";
    close: "Close", "Fermer";
}
