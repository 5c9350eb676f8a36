//! The command that deletes all states.

texts! {
    heading: "Reset all states", "Réinitialiser tous les états";
    consequence:
        "Deletes all stored states, for all users: retries begin at zero, and an incident that continues is notified again. Checks continue and fill the board again.",
        "Efface tous les états enregistrés, pour tous les utilisateurs : les essais repartent de zéro, et un incident qui dure est notifié de nouveau. Les vérifications continuent et remplissent de nouveau le tableau.";
    confirmation:
        " Reset all states. This cannot be undone.",
        " Réinitialiser tous les états. Cette action est irréversible.";
    resetting: "Resetting", "Réinitialisation";
    question: "Reset all states?", "Réinitialiser tous les états ?";
    irreversible: "This cannot be undone.", "Cette action est irréversible.";
    cancel: "Cancel", "Annuler";
    reset: "Reset", "Réinitialiser";
    done: "All states are reset.", "Tous les états sont réinitialisés.";
    not_done(reason: &str): "Nothing was reset. {reason}", "Rien n’a été réinitialisé. {reason}";
}
