//! Whether Platus itself works.

texts! {
    // The summary.
    everything_works: "Everything works.", "Tout fonctionne.";
    parts_fail(number: usize) by number:
        ["{number} part does not work.", "{number} parts do not work."],
        ["{number} composant ne fonctionne pas.", "{number} composants ne fonctionnent pas."];
    others_work: "All others do.", "Tous les autres fonctionnent.";
    everything_else_works: "Everything else works.", "Tout le reste fonctionne.";
    history_has_a_gap:
        "The write queue was full: history has a gap.",
        "La file d’écriture était pleine\u{a0}: l’historique a une lacune.";
    services_have_errors(number: usize) by number:
        [
            "{number} service has an error in its configuration and is not checked.",
            "{number} services have an error in their configuration and are not checked."
        ],
        [
            "{number} service a une erreur de configuration et n’est pas vérifié.",
            "{number} services ont une erreur de configuration et ne sont pas vérifiés."
        ];
    configuration_is_correct:
        "The configuration of all services that you see is correct.",
        "La configuration de tous les services que vous voyez est correcte.";
    seen_services_have_errors(number: usize) by number:
        [
            "{number} service that you see has an error in its configuration and is not checked.",
            "{number} services that you see have an error in their configuration and are not checked."
        ],
        [
            "{number} service que vous voyez a une erreur de configuration et n’est pas vérifié.",
            "{number} services que vous voyez ont une erreur de configuration et ne sont pas vérifiés."
        ];

    // Parts that do not work. The reason follows.
    configuration_not_used: "Configuration: The changed files are not used: ", "Configuration\u{a0}: les fichiers modifiés ne sont pas utilisés\u{a0}: ";
    open_configuration: "Open configuration", "Ouvrir la configuration";
    process: "Platus: ", "Platus\u{a0}: ";
    store_since(time: &str): "Store: Unavailable since {time}: ", "Stockage\u{a0}: indisponible depuis le {time}\u{a0}: ";
    vault_since(time: &str):
        "Vault: Unavailable since {time}; the secrets that were read last are used: ",
        "Vault\u{a0}: indisponible depuis le {time}\u{a0}; les derniers secrets lus sont utilisés\u{a0}: ";
    channel(name: &str): "Channel {name}: ", "Canal {name}\u{a0}: ";
    open_channel: "Open channel", "Ouvrir le canal";

    // Tiles.
    ok: "ok", "ok";
    unavailable: "unavailable", "indisponible";
    full: "full", "pleine";
    checks(number: u64, count: &str) by number:
        ["{count} check", "{count} checks"], ["{count} vérification", "{count} vérifications"];
    commits(number: u64, count: &str) by number:
        ["{count} commit", "{count} commits"], ["{count} transaction", "{count} transactions"];
    channels(number: usize) by number: ["{number} channel", "{number} channels"], ["{number} canal", "{number} canaux"];

    scheduler: "Scheduler", "Planificateur";
    late_on_average: "late on average", "de retard en moyenne";
    started(checks: &str, running: &str, lateness: &str):
        "{checks} since start, {running} running; late: {lateness}",
        "{checks} depuis le démarrage, {running} en cours\u{a0}; retard\u{a0}: {lateness}";
    most_at_most(bound: &str): "99 % of them at most {bound}", "{bound} au plus pour 99 %";
    none_yet: "none yet", "aucun pour l’instant";
    some_more_than_10_s: "some of them more than 10 s", "plus de 10 s pour certaines";

    store: "Store", "Stockage";
    stored(place: &str, checks: &str, commits: &str):
        "{place}, {checks} in {commits} stored since start",
        "{place}, écrit depuis le démarrage\u{a0}: {checks} en {commits}";
    stored_latest(place: &str, checks: &str, commits: &str, elapsed: &str):
        "{place}, {checks} in {commits} stored since start, the latest in {elapsed}",
        "{place}, écrit depuis le démarrage\u{a0}: {checks} en {commits}, la dernière en {elapsed}";

    write_queue: "Write queue", "File d’écriture";
    checks_pending(number: u64) by number:
        ["checks pending", "checks pending"], ["vérification en attente", "vérifications en attente"];
    queue(commits: &str, checks: &str, dropped: &str):
        "{commits} with {checks}, {dropped} dropped since start",
        "{commits} avec {checks}\u{a0}; perdu depuis le démarrage\u{a0}: {dropped}";

    notifications: "Notifications", "Notifications";
    channels_failing(number: usize) by number:
        ["{number} channel failing", "{number} channels failing"], ["{number} canal en échec", "{number} canaux en échec"];
    pending: "pending", "en attente";
    notified(channels: &str, delivered: &str, failed: &str, suppressed: &str, dropped: &str):
        "{channels}, {delivered} delivered and {failed} failed attempts since start, {suppressed} suppressed, {dropped} dropped",
        "{channels}. Depuis le démarrage, livrées\u{a0}: {delivered}, tentatives en échec\u{a0}: {failed}. \
         Suspendues\u{a0}: {suppressed}, abandonnées\u{a0}: {dropped}";

    vault: "Vault", "Vault";
    secrets: "Secrets", "Secrets";
    no_secrets: "No secrets", "Aucun secret";
    secrets_readable: "readable", "lisibles";
    none_readable: "readable", "lisible";
    oldest_secret(address: &str, age: &str): "{address}, oldest secret read {age} ago", "{address}, plus ancien secret lu il y a {age}";
    no_secret_read(address: &str): "{address}, no secret read yet", "{address}, aucun secret lu pour l’instant";

    configuration: "Configuration", "Configuration";
    errors(number: usize) by number: ["{number} error", "{number} errors"], ["{number} erreur", "{number} erreurs"];
    services(number: usize) by number: ["service", "services"], ["service", "services"];
    no_warnings: "No warnings", "Aucun avertissement";
    warnings(number: usize) by number:
        ["{number} warning", "{number} warnings"], ["{number} avertissement", "{number} avertissements"];
    that_you_see: "That you see", "Que vous voyez";
}
