//! The results of notifications.

texts! {
    // Of one notification.
    delivered: "delivered", "livrée";
    dropped: "dropped", "abandonnée";
    suppressed: "suppressed", "suspendue";
    no_result: "no result recorded", "aucun résultat enregistré";

    // What the notification said.
    opened: "incident opened", "incident ouvert";
    worsened: "incident worsened", "incident aggravé";
    reminder: "reminder", "rappel";
    flapping_started: "flapping started", "oscillation commencée";
    flapping_ended: "flapping ended", "oscillation terminée";
    recovered: "recovered", "rétabli";
    removed: "node removed", "nœud retiré";
    test: "test", "test";

    // In the timeline.
    step(kind: &str, result: &str): "Notification “{kind}” {result}", "Notification «\u{a0}{kind}\u{a0}» {result}";
    channels(number: u32) by number: ["{number} channel", "{number} channels"], ["{number} canal", "{number} canaux"];

    // On the page of a service. What follows are channels and times.
    notified: "Notified", "Notifié";
    results(result: &str, channels: &str): "{result}: {channels}", "{result}\u{a0}: {channels}";
}
