//! The channels of the settings, and their test.

texts! {
    // The introduction. Names of keys and files are elements between these.
    where_notifications_go:
        "Where notifications go. Delivered notifications and failed attempts are since the start of Platus. Configured under ",
        "Où vont les notifications. Livraisons et échecs sont comptés depuis le démarrage de Platus. Configurés sous ";
    in_file: " in ", " dans ";
    end_of_sentence: ".", ".";
    no_channels: "No channels.", "Aucun canal.";

    // Columns.
    channel: "Channel", "Canal";
    state: "State", "État";
    delivered: "Delivered", "Livrées";
    failed: "Failed", "Échecs";
    pending: "Pending", "En attente";
    dropped: "Dropped", "Abandonnées";
    last_delivered: "Last delivered", "Dernière livraison";
    test: "Test", "Test";

    // A channel.
    disabled: "disabled", "désactivé";
    failing: "failing", "en échec";
    ok: "ok", "ok";
    none_since_start: "none since start", "aucune depuis le démarrage";
    pending_suppressed(pending: &str, reasons: &str): "Pending: {pending}, suppressed: {reasons}", "En attente\u{a0}: {pending}, suspendues\u{a0}: {reasons}";
    other_reasons(count: &str): "{count} for other reasons", "{count} pour d’autres raisons";
    dropped_notifications: "Dropped notifications", "Notifications abandonnées";
    // Before the reason.
    dropped_at(time: &str, name: &str, state: &str, before: &str):
        "{time}: {name} state changed to {state} before it was {before} — ", "{time}\u{a0}: {name} {state}, auparavant {before} — ";

    // Why it fails. The message follows.
    disabled_reason: "Disabled; notifications wait: ", "Désactivé\u{a0}; les notifications attendent\u{a0}: ";
    connection_test_failing(since: &str):
        "Connection test failing since {since}: ", "Test de connexion en échec depuis le {since}\u{a0}: ";
    not_delivering(since: &str, attempts: u32) by attempts:
        ["Not delivering since {since}, after {attempts} attempt: ", "Not delivering since {since}, after {attempts} attempts: "],
        [
            "Aucune livraison depuis le {since}, après {attempts} tentative\u{a0}: ",
            "Aucune livraison depuis le {since}, après {attempts} tentatives\u{a0}: "
        ];

    // The test of a channel.
    send_test: "Send test", "Envoyer un test";
    sending: "Sending", "Envoi en cours";
    to_channel: " to ", " à ";
    sending_a_test: "Sending a test notification", "Envoi d’une notification de test";
    was_delivered: "Delivered", "Envoi réussi";
    outcome_with_reason(outcome: &str): "{outcome}:", "{outcome}\u{a0}:";
}
