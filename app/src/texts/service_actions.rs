//! What an operator does to a service.

texts! {
    check_now: "Check now", "Vérifier maintenant";
    checking: "Checking", "Vérification en cours";
    checked: "Checked.", "Vérifié.";
    checked_as(state: &str): "Checked: {state}.", "Vérifié\u{a0}: {state}.";
    checked_in(state: &str, elapsed: &str): "Checked: {state}, {elapsed}.", "Vérifié\u{a0}: {state}, {elapsed}.";
    checked_nodes(state: &str, operational: usize, nodes: usize) by operational:
        [
            "Checked: {state}, {operational} of {nodes} nodes operational.",
            "Checked: {state}, {operational} of {nodes} nodes operational."
        ],
        [
            "Vérifié\u{a0}: {state}, {operational} nœud opérationnel sur {nodes}.",
            "Vérifié\u{a0}: {state}, {operational} nœuds opérationnels sur {nodes}."
        ];

    silence: "Silence", "Mettre en silence";

    acknowledge: "Acknowledge", "Acquitter";
    acknowledge_incidents(number: usize) by number:
        ["Acknowledge {number} incident", "Acknowledge {number} incidents"],
        ["Acquitter {number} incident", "Acquitter {number} incidents"];
    acknowledged:
        "Acknowledged: no more notifications except the recovery.",
        "Acquitté\u{a0}: plus de notifications, sauf celle du rétablissement.";

    pause: "Pause", "Mettre en pause";
    pause_hint:
        "No checks and no notifications; the time does not count as availability.",
        "Ni vérifications ni notifications\u{a0}; ce temps ne compte pas dans la disponibilité.";
    duration: "Duration", "Durée";
    until_resumed: "until resumed", "jusqu’à la reprise";
    half_an_hour: "30 minutes", "30 minutes";
    an_hour: "1 hour", "1 heure";
    four_hours: "4 hours", "4 heures";
    a_day: "1 day", "1 jour";
    a_week: "1 week", "1 semaine";
    comment:
        "Comment (visible to everyone who sees the service)", "Commentaire (visible par tous ceux qui voient le service)";
    pause_checks: "Pause checks", "Suspendre les vérifications";
    paused: "Paused: no checks and no notifications.", "En pause\u{a0}: ni vérifications ni notifications.";
    paused_by(author: &str): "Paused by {author}", "Mis en pause par {author}";
    paused_until(author: &str, until: &str): "Paused by {author} until {until}", "Mis en pause par {author} jusqu’à {until}";
    // Until a time on another day.
    paused_until_day(author: &str, until: &str):
        "Paused by {author} until {until}", "Mis en pause par {author} jusqu’au {until}";
    with_comment(text: &str, comment: &str): "{text}: {comment}", "{text}\u{a0}: {comment}";

    resume: "Resume", "Reprendre";
    resumed: "Resumed.", "Repris.";
}
