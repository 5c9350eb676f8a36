//! What pages say of alerts, and of what is held.

use super::*;

fn in_trouble() -> NodeStatus {
    NodeStatus { incident: Some(7), message: Some("connection `refused`".to_owned()), ..row("shop", "shop.lan", State::Down) }
}

fn acknowledged() -> Option<Box<Suppression>> {
    let (kind, author, comment) = (SuppressionKind::Acknowledgement, Some("ops".to_owned()), "on <it>".to_owned());
    Some(Box::new(Suppression { kind, author, comment, until: None }))
}

#[test]
fn a_row_says_that_nobody_is_told_of_it_and_why() {
    let held = NodeStatus { suppression: acknowledged(), ..in_trouble() };
    let (_, html) = get("/", viewer_of(vec![held]));
    assert_holds(&html, &["href=\"/alerts?service=shop\"", "acknowledged by ops: on &lt;it&gt;"]);
}

#[test]
fn a_row_in_an_incident_offers_an_operator_to_acknowledge_it() {
    let (_, html) = get("/", admin_of(vec![in_trouble()]));
    assert_holds(&html, &["href=\"/alerts?incident=7\""]);
    for others in [viewer_of(vec![in_trouble()]), admin_of(vec![row("shop", "shop.lan", State::Down)])] {
        let (_, html) = get("/", others);
        assert!(!html.contains("/alerts?incident"), "{html}");
    }
}

#[test]
fn the_page_of_alerts_lists_incidents_and_what_is_held() {
    let (status, html) = get("/alerts", viewer_of(vec![in_trouble(), row("mail", "mail.lan", State::Operational)]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "data-incident=\"7\"",
            "connection <code>refused</code>",
            "<strong>mail, shop</strong>",
            "web18, web19, 5 more, others that you do not see",
            "2026-07-30 16:00 to 2026-07-30 17:00, by ops: moving &lt;house&gt;",
            "every day, 02:00 to 04:00, UTC; now, to 2026-07-30 16:30. By config.yaml",
        ],
    );
    for what in ["data-incident=\"8\"", "Withdraw", "I am on it", "id=\"order\"", "href=\"#order\""] {
        assert!(!visible(&html).contains(what), "{what} in {html}");
    }
}

#[test]
fn the_page_of_alerts_offers_an_operator_what_to_do() {
    let (_, html) = get("/alerts?service=shop", admin_of(vec![in_trouble()]));
    assert_holds(&html, &["href=\"#order\"", "Withdraw the silence of mail, shop", "I am on it", "Leave out shop", "All services"]);
    assert!(!visible(&html).contains("Withdraw the silence of web"), "it also covers services that the viewer does not see");
    let held = NodeStatus { suppression: acknowledged(), ..in_trouble() };
    let (_, html) = get("/alerts", admin_of(vec![held]));
    assert!(!visible(&html).contains("I am on it"), "{html}");
}

#[test]
fn a_long_list_of_what_is_held_has_links_to_its_parts() {
    let (_, html) = get("/alerts", viewer_of(Vec::new()));
    assert_holds(&html, &["data-order=\"5\"", "href=\"/alerts?after=6#orders-heading\"", "Show more"]);
    assert!(!visible(&html).contains("Show the first"), "{html}");
    let (_, html) = get("/alerts?after=6", viewer_of(Vec::new()));
    assert_holds(&html, &["data-order=\"7\"", "href=\"/alerts#orders-heading\"", "Show the first"]);
    assert!(!visible(&html).contains("Show more") && !html.contains("data-order=\"5\""), "{html}");
}
