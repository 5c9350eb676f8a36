//! What stands around every page, and the pages without content.

texts! {
    // Header.
    skip_to_content: "Skip to the content", "Aller au contenu";
    home: "Platus, to the board", "Platus, vers le tableau";
    main_navigation: "Main", "Principale";
    board: "Board", "Tableau";
    incidents: "Incidents", "Incidents";
    silences: "Silences", "Silences";
    settings: "Settings", "Réglages";
    not_acknowledged(number: u32) by number: ["not acknowledged", "not acknowledged"], ["non acquitté", "non acquittés"];
    wall_screen: "Wall screen", "Écran mural";
    log_out: "Log out", "Se déconnecter";

    // Whether the page is up to date.
    connecting: "Connecting", "Connexion";
    live: "Live", "En direct";
    stale: "Stale", "Périmé";
    server_out_of_reach:
        "The server cannot be reached. The page shows the last known state and reconnects automatically.",
        "Le serveur est injoignable. La page montre le dernier état connu et se reconnecte automatiquement.";

    // The store.
    history_not_saved_since: "History cannot be saved since ", "L’historique n’est plus enregistré depuis ";
    checks_continue: ". Checks and alerts continue. ", ". Les vérifications et les alertes continuent. ";
    results_wait:
        "New results wait in memory and are saved when the store is back.",
        "Les nouveaux résultats attendent en mémoire et seront enregistrés au retour du stockage.";
    checks_missing(dropped: u64, number: &str) by dropped:
        [
            "Buffer full: {number} check will be missing in history. All state changes are kept.",
            "Buffer full: {number} checks will be missing in history. All state changes are kept."
        ],
        [
            "Tampon plein\u{a0}: {number} vérification manquera dans l’historique. Tous les changements d’état sont conservés.",
            "Tampon plein\u{a0}: {number} vérifications manqueront dans l’historique. Tous les changements d’état sont conservés."
        ];

    // Time zone and language.
    times_in(zone: &str): "Times in {zone}", "Heures\u{a0}: {zone}";
    time_zone: "Time zone", "Fuseau horaire";
    own_zone: "yours", "le vôtre";
    zone_of_server: "of the server", "celui du serveur";
    language: "Language", "Langue";

    // The demo.
    demo: "Demo", "Démo";
    demo_is_invented:
        " All services and data are invented, and are deleted when the demo ends. ",
        " Tous les services et les données sont inventés, et seront effacés à la fin de la démo. ";
    demo_users:
        "Log in as admin, operator or viewer; the password is the name.",
        "Connectez-vous comme admin, operator ou viewer\u{a0}; le mot de passe est le nom.";

    // Login.
    log_in: "Log in", "Se connecter";
    user_name: "User name", "Nom d’utilisateur";
    password: "Password", "Mot de passe";
    too_many_attempts:
        "Too many attempts. Wait a minute, then try again.",
        "Trop de tentatives. Attendez une minute, puis réessayez.";
    wrong_login: "Wrong user name or password.", "Nom d’utilisateur ou mot de passe incorrect.";

    // Errors.
    not_found: "Not found", "Introuvable";
    no_such_page: "There is no such page", "Cette page n’existe pas";
    address_mistyped:
        "The address may be mistyped, or the page may have moved.",
        "L’adresse est peut-être mal saisie, ou la page a été déplacée.";
    go_to_board: "Go to the board", "Aller au tableau";
    try_again: "Try again", "Réessayer";
}
