//! The page of a service: what its latest check expected, saw and measured.

texts! {
    // Expectations.
    why: "Why", "Pourquoi";
    result: "Result", "Résultat";
    expected: "Expected", "Attendu";
    seen: "Seen", "Constaté";
    met: "met", "respecté";
    not_met: "not met", "non respecté";

    // Phases.
    last_check: "Last check", "Dernière vérification";
    phases: "phases", "phases";
    phase: "Phase", "Phase";
    now: "Now", "Actuel";
    usual: "Usual", "Habituel";
    total: "Total", "Total";
    not_finished: "not finished", "inachevée";
    ended_in_phase(phase: &str):
        "The check ended in the phase “{phase}”.", "La vérification s’est arrêtée à la phase «\u{a0}{phase}\u{a0}».";
    slow_phase(phase: &str, times: u64):
        "{phase} takes {times} times its usual time.", "{phase}\u{a0}: {times} fois la durée habituelle.";
    very_slow_phase(phase: &str):
        "{phase} takes more than 99 times its usual time.", "{phase}\u{a0}: plus de 99 fois la durée habituelle.";
    usual_is_median: "Usual: the median of the latest checks.", "Habituel\u{a0}: la médiane des dernières vérifications.";

    // Names of phases.
    tls: "TLS handshake", "Négociation TLS";
    resolve: "Resolve", "Résolution";
    connect: "Connect", "Connexion";
    first_byte: "First byte", "Premier octet";
    body: "Body", "Corps";
    proxy: "Proxy", "Proxy";
    answer: "Answer", "Réponse";
    answers: "Answers", "Réponses";
    login: "Login", "Authentification";
    queue: "Queue", "File d’attente";
    start: "Start", "Démarrage";
    run: "Run", "Exécution";
    status: "Status", "État";
    configuration: "Configuration", "Configuration";
    credentials: "Credentials", "Identifiants";
    instances: "Instances", "Instances";
    status_checks: "Status checks", "Contrôles d’état";

    // Metrics.
    metrics: "Metrics", "Métriques";
    latest_check: "latest check", "dernière vérification";
    latest_check_of(node: &str): "{node}, latest check", "{node}, dernière vérification";
}
