//! The alerts page, and suppressions on the board.

use super::*;

fn failing() -> NodeStatus {
    NodeStatus { incident: Some(7), message: Some("connection `refused`".to_owned()), ..row("shop", "shop.lan", State::Down) }
}

fn acknowledged() -> Option<Box<Suppression>> {
    let (kind, author, comment) = (SuppressionKind::Acknowledgement, Some("ops".to_owned()), "on <it>".to_owned());
    Some(Box::new(Suppression { kind, author, comment, until: None }))
}

#[test]
fn a_row_shows_why_its_notifications_are_suppressed() {
    let suppressed = NodeStatus { suppression: acknowledged(), ..failing() };
    let (_, html) = get("/", viewer_of(vec![suppressed]));
    assert_holds(&html, &["href=\"/alerts?service=shop\"", "acknowledged by ops: on &lt;it&gt;"]);
}

#[test]
fn a_row_in_an_incident_offers_an_operator_to_acknowledge_it() {
    let (_, html) = get("/", admin_of(vec![failing()]));
    assert_holds(&html, &["href=\"/alerts?incident=7\""]);
    for others in [viewer_of(vec![failing()]), admin_of(vec![row("shop", "shop.lan", State::Down)])] {
        let (_, html) = get("/", others);
        assert!(!html.contains("/alerts?incident"), "{html}");
    }
}

#[test]
fn the_alerts_page_lists_incidents_and_silences() {
    let (status, html) = get("/alerts", viewer_of(vec![failing(), row("mail", "mail.lan", State::Operational)]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "data-incident=\"7\"",
            "<span class=\"since\">since <time",
            "connection <code>refused</code>",
            "<strong>mail, shop</strong>",
            "web18, web19, 5 more, others that you do not see",
            "2026-07-30 16:00 to 2026-07-30 17:00, by ops: moving &lt;house&gt;",
            "every day, 02:00 to 04:00, UTC; now, to 2026-07-30 16:30. From config.yaml",
        ],
    );
    for what in ["data-incident=\"8\"", ">End<", "Acknowledge", "id=\"silence\"", "href=\"#silence\""] {
        assert!(!visible(&html).contains(what), "{what} in {html}");
    }
}

#[test]
fn the_alerts_page_offers_actions_to_an_operator() {
    let (_, html) = get("/alerts?service=shop", admin_of(vec![failing()]));
    assert_holds(
        &html,
        &[
            "href=\"#silence\"",
            "End the silence of mail, shop",
            ">Acknowledge</button>",
            "Remove shop",
            "All services",
            "href=\"/alerts?service=shop#silence\"",
        ],
    );
    assert!(!visible(&html).contains("End the silence of web"), "it also covers services that the viewer does not see");
    let suppressed = NodeStatus { suppression: acknowledged(), ..failing() };
    let (_, html) = get("/alerts", admin_of(vec![suppressed]));
    assert!(!visible(&html).contains("Acknowledge"), "{html}");
}

#[test]
fn the_forms_of_the_alerts_page_work_without_scripts() {
    let (_, html) = get("/alerts?service=shop", admin_of(vec![failing()]));
    for fields in [
        &["value=\"silence\"", "name=\"kind\"", "name=\"services\" value=\"shop\"", "name=\"service\"", "name=\"begins\""][..],
        &["name=\"all\"", "name=\"minutes\"", "name=\"comment\"", "<option value=\"App\">all 1 of this type</option>"],
        &["value=\"acknowledge\"", "name=\"incident\" value=\"7\""],
        &["value=\"end\"", "name=\"id\" value=\"5\""],
    ] {
        assert_holds(&html, fields);
    }
    assert_eq!(html.matches("method=\"post\" action=\"/alerts\"").count(), 3, "{html}");
}

#[test]
fn a_refused_form_shows_the_reason_at_the_top_and_in_the_form() {
    let refused = |fields: &[(&str, &str)], reason| {
        let (_, html) = render("/alerts", admin_of(vec![failing()]), refusal(fields, reason));
        visible(&html).replace("<!>", "").split_once("class=\"notice\">").map(|(_, html)| html.to_owned()).unwrap()
    };
    let html = refused(&[("action", "silence")], "There is no service `<b>`.");
    assert!(html.starts_with("There is no service `&lt;b&gt;`.</p>"), "{html}");
    assert_holds(&html, &["<span class=\"refusal\">There is no service `&lt;b&gt;`.</span>"]);
    let html = refused(&[("action", "acknowledge"), ("incident", "7")], "Too long.");
    assert_holds(&html, &["<details open class=\"acknowledge\">", "<p role=\"alert\" class=\"refusal\">Too long.</p></form>"]);
    let html = refused(&[("action", "end"), ("id", "5")], "Rejected.");
    assert_holds(&html, &["<p role=\"alert\" class=\"refusal\">Rejected.</p></div><form"]);
    // The silence is gone: only the top of the page shows the reason.
    let html = refused(&[("action", "end"), ("id", "77")], "Gone.");
    assert_eq!(html.matches("Gone.").count(), 1, "{html}");
    let (_, html) = get("/alerts", admin_of(Vec::new()));
    assert!(!html.contains("There is no service"), "{html}");
}

#[test]
fn a_long_list_of_silences_has_links_to_its_parts() {
    let (_, html) = get("/alerts", viewer_of(Vec::new()));
    assert_holds(&html, &["data-silence=\"5\"", "href=\"/alerts?after=6#silences-heading\"", "Show more"]);
    assert!(!visible(&html).contains("Show the first"), "{html}");
    let (_, html) = get("/alerts?after=6", viewer_of(Vec::new()));
    assert_holds(&html, &["data-silence=\"7\"", "href=\"/alerts#silences-heading\"", "Show the first"]);
    assert!(!visible(&html).contains("Show more") && !html.contains("data-silence=\"5\""), "{html}");
}
