//! The form that silences alerts, and what it answers.

texts! {
    silence_alerts: "Silence alerts", "Mettre les alertes en silence";
    cancel: "Cancel", "Annuler";
    kind: "Kind", "Type";
    silence: "Silence", "Silence";
    silence_hint:
        "No notifications. Checks and history continue.",
        "Pas de notifications. Les vérifications et l’historique continuent.";
    maintenance: "Maintenance", "Maintenance";
    maintenance_hint:
        "Planned work: no notifications, and reports can exclude the time.",
        "Travaux prévus\u{a0}: pas de notifications, et les rapports peuvent exclure cette période.";

    // Services.
    services: "Services ", "Services ";
    how_to_name_services:
        "by name, id with *, type:, tag: or role:", "par nom, id avec *, type:, tag: ou role:";
    selected_services: "Selected services", "Services choisis";
    remove(service: &str): "Remove {service}", "Retirer {service}";
    service_or_type: "Service or type", "Service ou type";
    service_placeholder:
        "Service, id with *, type:, tag: or role:", "Service, id avec *, type:, tag: ou role:";
    add: "Add", "Ajouter";
    all_services: "All services", "Tous les services";
    all_of_type(number: usize) by number:
        ["all {number} of this type", "all {number} of this type"], ["le seul de ce type", "les {number} de ce type"];
    all_with_tag(number: usize) by number:
        ["all {number} with this tag", "all {number} with this tag"],
        ["le seul avec cette étiquette", "les {number} avec cette étiquette"];
    // What is selected: a number of services, a number of nodes.
    matches(services: &str, nodes: &str): "Matches {services}, {nodes}", "Sélection\u{a0}: {services}, {nodes}";
    open(number: usize) by number: ["{number} open", "{number} open"], ["{number} ouvert", "{number} ouverts"];
    and_more(number: usize): "and {number} more", "et {number} de plus";

    // The time.
    begins: "Begins ", "Début ";
    now_by_default(zone: &str): "(in {zone}; default: now)", "({zone}\u{a0}; par défaut\u{a0}: maintenant)";
    a_quarter: "15 minutes", "15 minutes";
    two_hours: "2 hours", "2 heures";
    eight_hours: "8 hours", "8 heures";
    when_it_ends:
        "If a service is still failing when the time ends, the notification is sent then.",
        "Si un service est encore en échec à la fin, la notification est envoyée à ce moment-là.";
    comment: "Comment ", "Commentaire ";
    who_sees_it:
        "(visible to everyone who sees the services)", "(visible par tous ceux qui voient les services)";

    // The repetition.
    repeats: "Repeats", "Répétition";
    does_not_repeat: "Does not repeat", "Ne se répète pas";
    every_week: "Every week", "Chaque semaine";
    every_month_on_weekday: "Every month, on a day of the week", "Chaque mois, un jour de la semaine";
    every_month_on_date: "Every month, on a date", "Chaque mois, à une date";
    days: "Days on which it begins", "Jours de début";
    which_in_month: "Which of these days in a month", "Lesquels de ces jours dans le mois";
    first: "First", "Premier";
    second: "Second", "Deuxième";
    third: "Third", "Troisième";
    fourth: "Fourth", "Quatrième";
    last: "Last", "Dernier";
    month_days: "Days of the month ", "Jours du mois ";
    such_as_days: "(such as 1, 15)", "(par exemple 1, 15)";
    from: "From", "De";
    to: "To ", "À ";
    if_earlier: "(if earlier: on the next day)", "(si plus tôt\u{a0}: le lendemain)";
    first_day: "First day ", "Premier jour ";
    today_by_default: "(default: today)", "(par défaut\u{a0}: aujourd’hui)";
    last_day: "Last day ", "Dernier jour ";
    none_by_default: "(default: none)", "(par défaut\u{a0}: aucun)";

    // Why the form is refused.
    no_kind(text: &str): "`{text}` is not a type of silence.", "`{text}` n’est pas un type de silence.";
    no_service(text: &str): "There is no service `{text}`.", "Il n’y a pas de service `{text}`.";
    some_or_all:
        "Select either some services or all services.", "Choisissez soit certains services, soit tous les services.";
    select_service: "Select a service.", "Choisissez un service.";
    select_duration: "Select a duration.", "Choisissez une durée.";
    select_end: "Select the new end.", "Choisissez la nouvelle fin.";
    no_date_with_time(text: &str): "`{text}` is not a date with a time.", "`{text}` n’est pas une date avec une heure.";
    no_minutes(text: &str): "`{text}` is not a number of minutes.", "`{text}` n’est pas un nombre de minutes.";
    no_repetition(text: &str): "`{text}` is not a kind of repetition.", "`{text}` n’est pas un type de répétition.";
    enter_zone:
        "Enter the time zone of the repeated time.", "Indiquez le fuseau horaire de la période répétée.";
    enter_begin: "Enter the begin of the repeated time.", "Indiquez le début de la période répétée.";
    enter_end: "Enter the end of the repeated time.", "Indiquez la fin de la période répétée.";
    select_weekday: "Select a day of the week.", "Choisissez un jour de la semaine.";
    no_weekday(text: &str): "`{text}` is not a day of the week.", "`{text}` n’est pas un jour de la semaine.";
    no_week(text: &str): "`{text}` is not a week of the month.", "`{text}` n’est pas une semaine du mois.";
    enter_month_day: "Enter a day of the month.", "Indiquez un jour du mois.";
    no_month_day(text: &str): "`{text}` is not a day of the month.", "`{text}` n’est pas un jour du mois.";
    no_time(text: &str): "`{text}` is not a time.", "`{text}` n’est pas une heure.";
    no_date(text: &str): "`{text}` is not a date.", "`{text}` n’est pas une date.";
}
