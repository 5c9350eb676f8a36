//! The page of one incident.

texts! {
    loading: "Loading the incident", "Chargement de l’incident";
    not_loaded: "The incident could not be loaded", "Impossible de charger l’incident";
    no_such_incident: "There is no such incident", "Cet incident n’existe pas";
    gone_or_hidden:
        "It does not exist any more, or you do not have one of the roles of its service.",
        "Il n’existe plus, ou vous n’avez aucun des rôles de son service.";
    all_incidents: "All incidents", "Tous les incidents";

    // The head. State, times and durations are elements between these.
    breadcrumb: "Breadcrumb", "Fil d’Ariane";
    since: " since ", " depuis ";
    on_day: " on ", " le ";
    lasting: ", for ", ", soit ";
    end_of_sentence: ".", ".";
    resolved: "Resolved ", "Résolu le ";
    after: " after ", " après ";
    was_in_state: ". It was ", ". État\u{a0}: ";

    // Around the incident.
    around: "Around the incident", "Autour de l’incident";
    chart(range: &str):
        "Response time and states around the incident, {range}",
        "Temps de réponse et états autour de l’incident, {range}";
    open_in_service: "Open in the service", "Ouvrir dans le service";

    // Notifications.
    notifications: "Notifications", "Notifications";
    channels(number: u32) by number: ["{number} channel", "{number} channels"], ["{number} canal", "{number} canaux"];
    no_channel: "No channel is notified.", "Aucun canal n’est notifié.";
    ends_when_operational:
        "The incident ends when a check finds the node operational.",
        "L’incident se termine quand une vérification trouve le nœud opérationnel.";
    only_the_recovery:
        "Acknowledged: only the recovery will be sent. The incident ends when a check finds the node operational.",
        "Acquitté\u{a0}: seul le rétablissement sera notifié. L’incident se termine quand une vérification trouve le nœud opérationnel.";
    has_ended: "The incident has ended.", "L’incident est terminé.";

    // Details.
    details: "Details", "Détails";
    service: "Service", "Service";
    node: "Node", "Nœud";
    worst_state: "Worst state", "Pire état";
    first_seen: "First seen", "Première détection";
    opened: "Opened", "Ouvert";
    ended: "Ended", "Terminé";
    duration: "Duration", "Durée";
    roles: "Roles", "Rôles";
    admin_only: "admin only", "admin seulement";
    related: "Related", "Liés";
    link: "Link", "Lien";
    checks_around: "Checks around the incident", "Vérifications autour de l’incident";
    at_the_same_time: "at the same time", "au même moment";
    before(distance: &str): "{distance} before", "{distance} avant";
    later(distance: &str): "{distance} later", "{distance} après";

    // Notes.
    notes: "Notes", "Notes";
    no_notes: "No notes.", "Aucune note.";
    note: "Note ", "Note ";
    who_sees_notes: "(visible to everyone who sees the service)", "(visible par tous ceux qui voient le service)";
    add_note: "Add note", "Ajouter la note";
    note_added: "Note added.", "Note ajoutée.";

    // The timeline.
    timeline: "Timeline", "Chronologie";
    first_failed_check: "First failed check", "Première vérification en échec";
    first_seen_in(state: &str): "First seen {state}", "Première détection\u{a0}: {state}";
    state_before(state: &str, duration: &str): "Before: {state} for {duration}", "Avant\u{a0}: {state} pendant {duration}";
    confirmed(number: u64): "Confirmed: incident #{number} opened", "Confirmé\u{a0}: incident #{number} ouvert";
    channels_notified(number: u32) by number:
        ["{number} channel notified", "{number} channels notified"], ["{number} canal notifié", "{number} canaux notifiés"];
    changed_to(state: &str): "Changed to {state}", "Nouvel état\u{a0}: {state}";
    acknowledged_by(author: &str): "Acknowledged by {author}", "Acquitté par {author}";
    no_more_notifications: "No more notifications except the recovery", "Plus de notifications, sauf celle du rétablissement";
    recovered: "Recovered", "Rétabli";
    after_duration(duration: &str): "After {duration}", "Après {duration}";
}
