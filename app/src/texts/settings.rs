//! The settings: navigation, configuration and about.

texts! {
    loading: "Loading the settings", "Chargement des réglages";
    not_loaded: "The settings could not be loaded", "Impossible de charger les réglages";

    // Sections.
    health: "Health", "Santé";
    channels: "Channels", "Canaux";
    users_and_keys: "Users and keys", "Utilisateurs et clés";
    configuration: "Configuration", "Configuration";
    about: "About", "À propos";
    navigation(section: &str): "Settings, {section}", "Réglages, {section}";
    only_administrators: "Only administrators see this section.", "Seuls les administrateurs voient cette section.";
    need_attention(number: usize) by number:
        [" needs attention", " need attention"], [" demande votre attention", " demandent votre attention"];

    // Configuration.
    to_change_settings:
        "To change settings, edit the files. Health says whether Platus uses them.",
        "Pour changer les réglages, modifiez les fichiers. La page Santé dit si Platus les utilise.";
    general: "General", "Général";
    secrets_are_masked: "Secrets are masked.", "Les secrets sont masqués.";
    services: "Services", "Services";
    count_of_services(number: usize) by number: ["{number} service", "{number} services"], ["{number} service", "{number} services"];
    changed_files_not_used: "The changed files are not used", "Les fichiers modifiés ne sont pas utilisés";
    warnings: "Warnings", "Avertissements";
    admin_only: "admin only", "admin seulement";
    schedule_and_roles(interval: &str, timeout: &str, roles: &str):
        "every {interval}, timeout {timeout}. Roles: {roles}.", "intervalle\u{a0}: {interval}, délai maximal\u{a0}: {timeout}. Rôles\u{a0}: {roles}.";
    properties_and_data: "Properties and data", "Propriétés et données";

    // About.
    service_monitor:
        "Service monitor: scheduled checks, a live status page and a JSON API.",
        "Supervision de services\u{a0}: vérifications planifiées, page d’état en direct et API JSON.";
    version: "Version", "Version";
    with_commit(version: &str, commit: &str): "{version}, commit {commit}", "{version}, commit {commit}";
    services_that_you_see: "Services that you see", "Services que vous voyez";
    license: "License", "Licence";
    license_and_font: "Apache License 2.0. The font Inter: ", "Licence Apache 2.0. La police Inter\u{a0}: ";
    components: "Components and their licenses", "Composants et leurs licences";
    documentation: "Documentation", "Documentation (en anglais)";
    for_programs: "For programs", "Pour les programmes";
    about_health: "Whether Platus itself works. No login.", "Si Platus lui-même fonctionne. Sans connexion.";
    about_status: "The states of all nodes that you see, as JSON.", "Les états de tous les nœuds que vous voyez, en JSON.";
    about_metrics: "Figures for Prometheus.", "Mesures pour Prometheus.";

    // The pages of the documentation, each with what it is about.
    checks: "Checks", "Vérifications";
    notifications: "Notifications", "Notifications";
    access: "Access", "Accès";
    api: "API", "API";
    history: "History", "Historique";
    storage: "Storage", "Stockage";
    limits: "Limits", "Limites";
    configuration_page: "Files, keys and reloading.", "Fichiers, clés et rechargement.";
    checks_page: "Check types and their properties.", "Types de vérification et leurs propriétés.";
    notifications_page: "Channels, silences and maintenance.", "Canaux, silences et maintenance.";
    access_page: "Users, roles, API keys, HTTPS and secrets.", "Utilisateurs, rôles, clés API, HTTPS et secrets.";
    api_page: "Endpoints, events and heartbeats.", "Points d’accès, événements et heartbeats.";
    history_page: "Charts, incidents and reports.", "Graphiques, incidents et rapports.";
    storage_page: "SQLite, Redis and MongoDB.", "SQLite, Redis et MongoDB.";
    health_page: "Health endpoint, metrics and log.", "Point d’accès de santé, mesures et journal.";
    limits_page: "What a client, a user or a target can use.", "Ce qu’un client, un utilisateur ou une cible peut utiliser.";
}
