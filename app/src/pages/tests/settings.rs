//! The settings page.

use super::french::{assert_french, get_in_french};
use super::*;
use crate::forms::submit;

#[test]
fn settings_show_the_store_and_its_failure() {
    let store = Some(StoreNotice { since: at(3), dropped_samples: 9 });
    let (_, html) = get("/settings", Some(Fake { store, ..admin_of(Vec::new()).unwrap() }));
    assert_holds(
        &html,
        &[
            "redis.lan:6379",
            "Unavailable since 2026-07-30 16:03:00 +02:00: ",
            "connection <code>refused</code>",
            "12 commits with 3,456 checks",
            "1,234,567 checks",
            "9 checks",
        ],
    );
}

#[test]
fn settings_show_since_when_vault_is_unavailable() {
    let store = Some(StoreNotice { since: at(3), dropped_samples: 0 });
    let (_, html) = get("/settings", Some(Fake { store, ..admin_of(Vec::new()).unwrap() }));
    let expected = "Unavailable since 2026-07-30 16:03:00 +02:00; the secrets that were read last are used: ";
    assert_holds(&html, &["https://vault.lan:8200", expected, "Vault is <code>sealed</code>"]);
    let (_, html) = get("/settings", admin_of(Vec::new()));
    assert!(!html.contains("vault.lan"), "{html}");
}

#[test]
fn settings_show_channels_and_dropped_notifications() {
    let (_, html) = get("/settings/channels", admin_of(Vec::new()));
    assert_holds(
        &html,
        &[
            "data-channel=\"ops\"",
            "<small>slack</small>",
            "Not delivering since 2026-07-30 16:00:00 +02:00, after 7 attempts: ",
            "503 from <code>hooks.lan</code>",
            "Connection test failing since 2026-07-30 16:01:00 +02:00: ",
            "none since start",
            "3, suppressed: 1 (maintenance), 1,000 (silence by ops)",
            "1,007",
            "db state changed to down before it was operational — ",
        ],
    );
}

#[test]
fn a_channel_is_tested_by_a_form_of_its_own() {
    let (_, html) = get("/settings/channels", admin_of(Vec::new()));
    assert_holds(
        &html,
        &[
            "<form method=\"post\" action=\"/settings/channels\">",
            "name=\"action\" value=\"test\"",
            "name=\"channel\" value=\"ops\"",
            "Send test<span class=\"visually-hidden\"> to ops</span>",
        ],
    );
    assert!(!html.contains("value=\"mail\""), "a channel that cannot be used has no button: {html}");
}

#[test]
fn settings_show_the_result_of_a_test_without_scripts() {
    let shown = |html: &str| visible(html).contains("<h2>Test</h2>");
    let (_, html) = get("/settings/channels?tested=ops", admin_of(Vec::new()));
    assert_holds(&html, &["<div role=\"status\" class=\"channel-test\"><section", "<span class=\"note\">ops", "<b>Delivered</b>"]);
    // An address cannot put a text of its own on the page.
    let (_, html) = get("/settings/channels?tested=other", admin_of(Vec::new()));
    assert!(!shown(&html), "{html}");
    let refused = refusal(&[("action", "test"), ("channel", "ops")], "Test of ops: Not delivered after 1.2 s: <503>.");
    let (_, html) = render("/settings/channels", admin_of(Vec::new()), refused);
    let reason = "Test of ops: Not delivered after 1.2 s: &lt;503&gt;.";
    assert_holds(&html, &[&format!("class=\"notice\">{reason}"), &format!("<p class=\"problem\">{reason}</p>")]);
}

#[test]
fn settings_show_problems_first_and_secrets_never() {
    let (_, html) = get("/settings", admin_of(Vec::new()));
    assert_holds(&html, &["Platus 1.2.3", "Reset all states"]);
    let (status, html) = get("/settings/configuration", admin_of(Vec::new()));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "check_interval",
            "users.yaml holds plain passwords.",
            "did you mean <code>host</code>?",
            "<dd class=\"redacted\">withheld</dd>",
            "<span class=\"tag\">tier-1</span>",
        ],
    );
    let place = |id: &str| html.find(&format!("data-service=\"{id}\"")).unwrap();
    assert!(place("broken") < place("fine"));
}

#[test]
fn only_an_administrator_can_reset_states() {
    let (_, html) = get("/settings", viewer_of(Vec::new()));
    assert!(!html.contains("Reset all states"), "{html}");
}

#[test]
fn the_health_of_a_viewer_does_not_contradict_an_error_beside_it() {
    let (_, html) = get("/settings", viewer_of(Vec::new()));
    let text = visible(&html);
    assert_holds(&text, &["1 service that you see has an error in its configuration and is not checked.", "1 error"]);
    assert!(!text.contains("Everything works"), "{text}");
}

#[test]
fn settings_show_the_result_of_a_reset_without_scripts() {
    let (_, html) = get("/settings", admin_of(Vec::new()));
    assert_holds(&html, &["method=\"post\" action=\"/settings\"", "name=\"action\" value=\"reset\"", "name=\"confirmed\""]);
    assert!(!visible(&html).contains("All states are reset."), "{html}");
    let (_, html) = get("/settings?reset=1", admin_of(Vec::new()));
    assert_holds(&html, &["All states are reset."]);
    let (_, html) = render("/settings", admin_of(Vec::new()), refusal(&[("action", "reset")], "Confirm <it>."));
    assert_holds(&html, &["class=\"notice\">Confirm &lt;it&gt;.", "Nothing was reset. Confirm &lt;it&gt;."]);
}

#[test]
fn health_names_what_does_not_work_before_the_figures() {
    let (_, html) = get("/settings", admin_of(Vec::new()));
    assert_holds(
        &html,
        &[
            "2 parts do not work. ",
            "1 service has an error in its configuration",
            "Channel ops: ",
            "41 ms",
            "12,345 checks since start, 3 running",
        ],
    );
    let store = Some(StoreNotice { since: at(3), dropped_samples: 9 });
    let (_, html) = get("/settings", Some(Fake { store, ..admin_of(Vec::new()).unwrap() }));
    assert_holds(
        &html,
        &[
            "5 parts do not work.",
            "The task scheduler has ended.",
            "late: 99 % of them at most 250 ms",
            "in 4,321 commits stored since start, the latest in 3 ms",
            "42 delivered and 1,007 failed attempts since start, 1,001 suppressed, 1 dropped",
            "oldest secret read 1 min 30 s ago",
        ],
    );
    let text = visible(&html);
    assert!(text.find("data-part=\"vault\"").unwrap() < text.find("12,345").unwrap(), "{text}");
}

#[test]
fn only_administrators_see_users_keys_and_channels() {
    let (_, html) = get("/settings/users", admin_of(Vec::new()));
    assert_holds(
        &html,
        &["ada</th>", "expired 2026-07-30 16:00:00 +02:00", "those of ada", "<code>platus keys revoke NAME --config c.yaml</code>"],
    );
    for path in ["/settings/users", "/settings/channels"] {
        let (status, html) = get(path, viewer_of(Vec::new()));
        assert_eq!(status, 200, "{path}");
        assert_holds(&html, &["Only administrators see this section."]);
        assert!(!visible(&html).contains("href=\"/settings/users\""), "{path}: {html}");
    }
}

#[test]
fn keys_are_created_and_revoked_by_forms_of_their_own() {
    let (_, html) = get("/settings/users", admin_of(Vec::new()));
    assert_holds(
        &html,
        &[
            "<form method=\"post\" action=\"/settings/users\">",
            "name=\"action\" value=\"create_key\"",
            "<option value=\"ada\">ada</option>",
            "name=\"action\" value=\"revoke_key\"",
            "name=\"id\" value=\"7\"",
        ],
    );
    assert!(!visible(&html).contains("is revoked"), "{html}");
    let (_, html) = get("/settings/users?revoked", admin_of(Vec::new()));
    assert_holds(&html, &["The key is revoked."]);
    let refused = refusal(&[("action", "create_key")], "No key was created: there is a key `<ci>` already.");
    let (_, html) = render("/settings/users", admin_of(Vec::new()), refused);
    assert_holds(&html, &["<details open class=\"create-key\">", "there is a key `&lt;ci&gt;` already."]);
}

#[test]
fn about_names_the_commit_the_licenses_and_the_documentation() {
    let (_, html) = get("/settings/about", viewer_of(Vec::new()));
    let links = ["href=\"/licences.txt\"", "href=\"/fonts/inter-license.txt\"", "href=\"/docs/api.md\"", "href=\"/metrics\""];
    assert_holds(&html, &links);
    assert_holds(&html, &["1.2.3, commit 1853723"]);
}

#[test]
fn each_section_is_a_page_of_its_own() {
    for (path, title) in [
        ("/settings", "<h1>Health</h1>"),
        ("/settings/channels", "<h1>Channels</h1>"),
        ("/settings/users", "<h1>Users and keys</h1>"),
        ("/settings/configuration", "<h1>Configuration</h1>"),
        ("/settings/about", "<h1>About</h1>"),
    ] {
        let (status, html) = get(path, admin_of(Vec::new()));
        assert_eq!(status, 200, "{path}");
        assert_holds(&html, &[title, "aria-current=\"page\""]);
    }
}

#[test]
fn the_health_is_in_french_for_those_who_read_it() {
    let store = Some(StoreNotice { since: at(3), dropped_samples: 9 });
    let html = get_in_french("/settings", Some(Fake { store, ..admin_of(Vec::new()).unwrap() }));
    assert_holds(
        &html,
        &[
            "<title>Santé · Platus</title>",
            "5 composants ne fonctionnent pas. La file d’écriture était pleine",
            "1 service a une erreur de configuration et n’est pas vérifié. Tout le reste fonctionne.",
            "Stockage\u{a0}: indisponible depuis le 2026-07-30 16:03:00 +02:00\u{a0}: ",
            "12\u{202f}345 vérifications depuis le démarrage, 3 en cours\u{a0}; retard\u{a0}: 250 ms au plus pour 99 %",
            "1\u{202f}234\u{202f}567 vérifications en 4\u{202f}321 transactions, la dernière en 3 ms",
            "plus ancien secret lu il y a 1 min 30 s",
            "1 avertissement",
        ],
    );
    let html = get_in_french("/settings", viewer_of(Vec::new()));
    assert_french(&html, &["1 service que vous voyez a une erreur de configuration et n’est pas vérifié."], &[]);
}

#[test]
fn channels_are_in_french_for_those_who_read_it() {
    assert_french(
        &get_in_french("/settings/channels", admin_of(Vec::new())),
        &[
            "<th scope=\"col\">Dernière livraison</th>",
            "data-label=\"Abandonnées\"",
            "Aucune livraison depuis le 2026-07-30 16:00:00 +02:00, après 7 tentatives\u{a0}: ",
            "db en panne, auparavant opérationnel — ",
            "refusée 3 fois\u{a0}: 503 from hooks",
            "En attente\u{a0}: 3, suspendues\u{a0}: 1 (maintenance), 1\u{202f}000 (silence par ops)",
            "Envoyer un test<span class=\"visually-hidden\"> à ops</span>",
        ],
        &["503 from hooks"],
    );
}

#[test]
fn users_and_keys_are_in_french_for_those_who_read_it() {
    assert_french(
        &get_in_french("/settings/users?revoked", admin_of(Vec::new())),
        &[
            "Les utilisateurs sont dans <code>users.yaml</code>",
            "<td data-label=\"Permission\">lecture</td>",
            "ceux de ada",
            "expirée le 2026-07-30 16:00:00 +02:00",
            "La clé est révoquée.",
            "<option value=\"operate\">Exploitation\u{a0}: aussi mettre en silence et acquitter</option>",
            "Révoquer maintenant",
        ],
        &[],
    );
    let html = get_in_french("/settings/users", viewer_of(Vec::new()));
    assert_french(&html, &["Seuls les administrateurs voient cette section."], &[]);
}

#[test]
fn the_configuration_is_in_french_for_those_who_read_it() {
    assert_french(
        &get_in_french("/settings/configuration", admin_of(Vec::new())),
        &["2 services", "intervalle\u{a0}: 1 min, délai maximal\u{a0}: 30 s. Rôles\u{a0}: admin seulement.", "Avertissements"],
        // Keys and problems of files are as the server writes them.
        &["unknown key", "check_interval"],
    );
    let html = get_in_french("/settings/configuration", admin_of(Vec::new()));
    assert_holds(
        &html,
        &["<ul lang=\"en\"><li>users.yaml holds plain passwords.", "lang=\"en\" class=\"problem\">services.yaml:3:5"],
    );
    let (_, html) = get("/settings/configuration", admin_of(Vec::new()));
    assert!(!visible(&html).contains(" lang=\"en\" class"), "{html}");
    assert_french(
        &get_in_french("/settings/about", viewer_of(Vec::new())),
        &["<h1>À propos</h1>", "Licence Apache 2.0. La police Inter\u{a0}: ", "Documentation (en anglais)", "Vérifications</a>"],
        &[],
    );
}

#[test]
fn files_that_are_not_used_are_no_working_configuration() {
    let rejected =
        || Some(Fake { reload_errors: vec!["services.yaml:3:5: unknown key `hots`".to_owned()], ..admin_of(Vec::new()).unwrap() });
    let (_, html) = get("/settings", rejected());
    assert_holds(
        &html,
        &[
            "data-part=\"configuration\"",
            "Configuration: The changed files are not used: ",
            "services.yaml:3:5: unknown key <code>hots</code>",
            "href=\"/settings/configuration\"",
        ],
    );
    assert!(!visible(&html).contains("Everything works."), "{html}");
    let (_, html) = get("/settings/configuration", rejected());
    assert_holds(&html, &["<h2>The changed files are not used</h2>", "services.yaml:3:5: unknown key <code>hots</code>"]);
    let html = get_in_french("/settings/configuration", rejected());
    assert_holds(&html, &["<h2>Les fichiers modifiés ne sont pas utilisés</h2>", "<ul lang=\"en\">"]);
}

#[test]
fn forms_without_scripts_are_answered_in_french() {
    let backend = viewer_of(Vec::new()).unwrap();
    let zone = |name: &str| name.is_empty().then(|| Zones::default().shown);
    for (path, fields, expected) in [
        ("/incidents", &[("action", "acknowledge"), ("incident", "x")][..], "Le champ `incident` n’est pas un nombre."),
        ("/services/shop", &[("action", "pause"), ("minutes", "x")], "La durée n’est pas un nombre de minutes."),
        ("/silences", &[("action", "silence"), ("minutes", "60")], "Choisissez un service."),
        ("/silences", &[("action", "extend"), ("id", "5")], "Choisissez la nouvelle fin."),
        (
            "/silences",
            &[("action", "silence"), ("services", "shop"), ("minutes", "60"), ("zone", "Mars/Base")],
            "Il n’y a pas de fuseau horaire `Mars/Base`. Rechargez la page.",
        ),
        ("/settings", &[], "Ce formulaire est inconnu. Rechargez la page."),
    ] {
        let fields = Fields::new(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let answer = block_on(submit(path, &fields, Language::French, &backend, &zone));
        assert_eq!(answer, Err(RpcError::Wrong(expected.to_owned())));
    }
}
