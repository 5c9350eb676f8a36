//! The page of silences.

use super::french::{assert_french, get_in_french};
use super::*;

#[test]
fn silences_and_windows_are_listed_for_a_viewer() {
    let (status, html) = get("/silences", viewer_of(vec![row("mail", "mail.lan", State::Operational)]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "<h2 id=\"active-heading\">Active</h2>",
            "<strong>mail, shop</strong>",
            "web18, web19, 5 more, others that you do not see",
            "2026-07-30 16:00 to 2026-07-30 17:00",
            "55 min left",
            "by ops: moving &lt;house&gt;",
            "every day, 02:00 to 04:00, UTC; now, to 2026-07-30 16:30. From config.yaml",
            "Next: Fri 31 Jul 16:00, Sat 1 Aug 16:00, Sun 2 Aug 16:00",
        ],
    );
    for what in [">End<", "New silence", "silence-heading", "name=\"services\""] {
        assert!(!visible(&html).contains(what), "{what} in {html}");
    }
    let (_, html) = get("/silences?new", viewer_of(Vec::new()));
    assert!(!visible(&html).contains("<form class=\"silence-form\""), "{html}");
}

#[test]
fn an_operator_gets_the_form_on_demand() {
    let rows = || admin_of(vec![row("shop", "shop.lan", State::Down), row("web", "web.lan", State::Operational)]);
    let (_, html) = get("/silences", rows());
    assert_holds(&html, &["href=\"/silences?new\"", "New silence", "End the silence of mail, shop"]);
    assert!(!visible(&html).contains("silence-heading"), "{html}");
    assert!(!visible(&html).contains("End the silence of web"), "it also covers services that the viewer does not see");
    let (_, html) = get("/silences?new&service=shop", rows());
    assert_holds(&html, &["Remove shop", "All services", "Matches 1 service, 1 node", "href=\"/silences\""]);
    let (_, html) = get("/silences?new&service=shop&service=App&kind=maintenance", rows());
    assert_holds(&html, &["Remove shop", "Remove web", "Matches 2 services, 2 nodes", "value=\"maintenance\" checked"]);
}

#[test]
fn the_forms_work_without_scripts() {
    let (_, html) = get("/silences?new&service=shop", admin_of(vec![row("shop", "shop.lan", State::Down)]));
    for fields in [
        &["value=\"silence\"", "name=\"kind\"", "name=\"services\" value=\"shop\"", "name=\"service\"", "name=\"begins\""][..],
        &["name=\"all\"", "name=\"minutes\"", "name=\"comment\"", "<option value=\"App\">all 1 of this type</option>"],
        &["value=\"end\"", "name=\"id\" value=\"5\""],
    ] {
        assert_holds(&html, fields);
    }
    assert_eq!(html.matches("method=\"post\" action=\"/silences\"").count(), 5, "{html}");
}

#[test]
fn a_refused_form_shows_the_reason_at_the_top_and_in_the_form() {
    let refused = |fields: &[(&str, &str)], reason| {
        let (_, html) = render("/silences", admin_of(Vec::new()), refusal(fields, reason));
        visible(&html).replace("<!>", "").split_once("class=\"notice\">").map(|(_, html)| html.to_owned()).unwrap()
    };
    let html = refused(&[("action", "silence")], "There is no service `<b>`.");
    assert!(html.starts_with("There is no service `&lt;b&gt;`.</p>"), "{html}");
    assert_holds(&html, &["<dialog open", "<span class=\"refusal\">There is no service `&lt;b&gt;`.</span>"]);
    let html = refused(&[("action", "end"), ("id", "5")], "Rejected.");
    assert_holds(&html, &["<p role=\"alert\" class=\"refusal\">Rejected.</p>"]);
    // The silence is gone: only the top of the page shows the reason.
    let html = refused(&[("action", "end"), ("id", "77")], "Gone.");
    assert_eq!(html.matches("Gone.").count(), 1, "{html}");
    let (_, html) = get("/silences", admin_of(Vec::new()));
    assert!(!html.contains("There is no service"), "{html}");
}

#[test]
fn services_are_named_and_parts_are_links() {
    let named = NodeStatus { name: "Mail <relay>".to_owned(), ..row("mail", "mail.lan", State::Operational) };
    let (_, html) = get("/silences?search=relay", viewer_of(vec![named]));
    assert_holds(
        &html,
        &[
            "<strong>Mail &lt;relay&gt;, shop</strong>",
            "<a href=\"/silences?search=relay\" aria-current=\"true\">All <b>3</b></a>",
            "href=\"/silences?show=active&amp;search=relay\"",
            "Scheduled <b>0</b>",
            "href=\"/silences?search=relay&amp;after=6\"",
            "value=\"relay\"",
            "Clear filters",
        ],
    );
    let (_, html) = get("/silences?search=nothing&show=recurring", viewer_of(Vec::new()));
    assert_holds(&html, &["No silence matches the filters.", "name=\"show\" value=\"recurring\"", "href=\"/silences\""]);
}

#[test]
fn a_silence_is_extended_with_forms() {
    let (_, html) = get("/silences", admin_of(Vec::new()));
    assert_holds(&html, &["Extend<span class=\"visually-hidden\"> the silence of mail, shop</span>", "+1 h", "+4 h", "New end"]);
    assert_eq!(visible(&html).matches("name=\"action\" value=\"extend\"").count(), 3, "only one silence may be changed: {html}");
    let fields = [("action", "extend"), ("id", "5")];
    let (_, html) = render("/silences", admin_of(Vec::new()), refusal(&fields, "Rejected."));
    assert_holds(
        &html,
        &["<details open data-commands=\"extend-5\" class=\"extend\"", "<p role=\"alert\" class=\"refusal\">Rejected.</p>"],
    );
    let (_, html) = get("/silences", viewer_of(Vec::new()));
    assert!(!visible(&html).contains("value=\"extend\""), "{html}");
}

#[test]
fn a_recurring_silence_has_its_rule_and_its_next_times() {
    let (_, html) = get("/silences?show=recurring", admin_of(Vec::new()));
    let html = html.replace("<!>", "");
    let (_, recurring) = html.split_once("<h2 id=\"recurring-heading\">Recurring</h2>").unwrap();
    let next = "Next: Fri 31 Jul 16:00, Sat 1 Aug 16:00, Sun 2 Aug 16:00";
    assert_eq!(recurring.matches(next).count(), 2, "that of a user and that of the configuration: {recurring}");
    assert_holds(
        recurring,
        &[
            "data-silence=\"8\"",
            "Sun, 00:00 to 00:00, Europe/Berlin",
            "; now, to 2026-07-30 16:30",
            "End the silence of mail, shop",
        ],
    );
    assert_eq!(recurring.matches("name=\"action\" value=\"end\"").count(), 1, "{recurring}");
    assert!(!visible(recurring).contains("value=\"extend\""), "what recurs is not extended: {recurring}");
}

#[test]
fn the_form_has_the_fields_of_a_repetition() {
    let (_, html) = get("/silences?new", admin_of(vec![row("shop", "shop.lan", State::Operational)]));
    for name in ["repeats", "week", "days", "month_days", "starts", "stops", "repeats_in", "first", "last"] {
        assert!(html.contains(&format!("name=\"{name}\"")), "{name} in {html}");
    }
    assert_holds(
        &html,
        &["<legend>Days on which it begins</legend>", "value=\"sun\"", "Does not repeat", "<option value=\"last\">Last"],
    );
}

#[test]
fn a_long_list_has_links_to_its_parts() {
    let (_, html) = get("/silences", viewer_of(Vec::new()));
    assert_holds(&html, &["data-silence=\"5\"", "href=\"/silences?after=6\"", "Show more"]);
    assert!(!visible(&html).contains("Show the first"), "{html}");
    let (_, html) = get("/silences?after=6", viewer_of(Vec::new()));
    assert_holds(&html, &["data-silence=\"7\"", "href=\"/silences\"", "Show the first"]);
    assert!(!visible(&html).contains("Show more") && !html.contains("data-silence=\"5\""), "{html}");
}

#[test]
fn the_lists_are_in_french_for_those_who_read_it() {
    let html = get_in_french("/silences", admin_of(vec![row("mail", "mail.lan", State::Operational)]));
    assert_french(
        &html,
        &[
            "<title>Silences · Platus</title>",
            "Silences et maintenance",
            "Planifier une maintenance",
            "7 prochains jours",
            "<span>ven. 31</span>",
            "aria-label=\"Parties de la liste\"",
            "Planifiés <b>0</b>",
            "placeholder=\"Service, commentaire, utilisateur\"",
            "web19, 5 de plus, d’autres que vous ne voyez pas",
            "title=\"du 2026-07-30 16:00:00 +02:00 au 2026-07-30 17:00:00 +02:00\"",
            "encore 55 min",
            "par ops\u{a0}: moving &lt;house&gt;",
            "\u{a0}; en cours, jusqu’au 2026-07-30 16:30",
            "Prochaines dates\u{a0}: ven. 31 juil. 16:00, sam. 1 août 16:00, dim. 2 août 16:00",
            "aria-label=\"Terminer\u{a0}: silence de mail, shop\"",
            "Prolonger<span class=\"visually-hidden\">\u{a0}: silence de mail, shop</span>",
            "Nouvelle fin",
            "chaque jour, de 02:00 à 04:00, UTC",
            ". Selon config.yaml",
            "Afficher la suite",
        ],
        &[],
    );
    let html = get_in_french("/silences?show=recurring", viewer_of(Vec::new()));
    assert_french(&html, &["dim., de 00:00 à 00:00, Europe/Berlin", "Récurrents</h2>"], &[]);
    let html = get_in_french("/silences?search=nothing", viewer_of(Vec::new()));
    assert_french(&html, &["Aucun silence ne correspond aux filtres.", "Effacer les filtres"], &[]);
}

#[test]
fn the_form_is_in_french_for_those_who_read_it() {
    let rows = vec![row("shop", "shop.lan", State::Down), row("web", "web.lan", State::Operational)];
    let html = get_in_french("/silences?new&service=App", admin_of(rows));
    assert_french(
        &html,
        &[
            "Mettre les alertes en silence",
            "aria-label=\"Fermer\"",
            "Travaux prévus\u{a0}: pas de notifications",
            "aria-label=\"Retirer shop\"",
            "<option value=\"App\">les 2 de ce type</option>",
            "Sélection\u{a0}: 2 services, 2 nœuds",
            "<span class=\"visually-hidden\">en panne ",
            "Chaque mois, un jour de la semaine",
            "<span>lun.</span>",
            "<option value=\"last\">Dernier",
            "8 heures",
            "(visible par tous ceux qui voient les services)",
        ],
        &[],
    );
}
