//! What the forms answer that the page itself reads.

texts! {
    delivered_after(elapsed: &str): "Delivered after {elapsed}", "Envoi réussi après {elapsed}";
    not_delivered_after(elapsed: &str): "Not delivered after {elapsed}", "Échec de l’envoi après {elapsed}";
    /// The outcome of a failed test of a channel, with the reason.
    #[cfg(feature = "ssr")]
    test_failed(channel: &str, outcome: &str, reason: &str):
        "Test of {channel}: {outcome}: {reason}.", "Test du canal {channel}\u{a0}: {outcome}\u{a0}: {reason}.";
    no_number_of_minutes: "The duration is not a number of minutes.", "La durée n’est pas un nombre de minutes.";
    #[cfg(feature = "ssr")]
    not_confirmed: "Confirm that all states are to be reset.", "Confirmez que tous les états doivent être réinitialisés.";
    #[cfg(feature = "ssr")]
    unknown_form: "This form is unknown. Load the page again.", "Ce formulaire est inconnu. Rechargez la page.";
    #[cfg(feature = "ssr")]
    no_zone(name: &str): "There is no time zone `{name}`. Load the page again.", "Il n’y a pas de fuseau horaire `{name}`. Rechargez la page.";
    #[cfg(feature = "ssr")]
    field_is_no_number(field: &str): "The field `{field}` is not a number.", "Le champ `{field}` n’est pas un nombre.";
}
