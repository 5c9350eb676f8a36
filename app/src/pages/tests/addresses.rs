//! What the addresses of pages say: each value is decoded once, and what is not understood is named.

use super::french::{assert_french, get_in_french};
use super::*;

/// Two services, of which one has the id that the other one would have if it were decoded twice.
fn rows() -> Vec<NodeStatus> {
    ["p-%41", "p-A"].map(|id| row(id, &format!("{id} 1"), State::Operational)).into()
}

#[test]
fn an_id_in_an_address_is_decoded_once() {
    for (path, expected, absent) in [
        ("/services/p-%2541", "<span>p-%41</span></h1>", "<span>p-A</span></h1>"),
        ("/services/p-A", "<span>p-A</span></h1>", "<span>p-%41</span></h1>"),
        ("/services/p-%2541?node=p-%2541%201", "<span>p-%41</span></h1>", "has no node"),
        ("/services/p-%2541?node=p-%252541", "The service has no node <code>p-%2541</code>", "<code>p-%41</code>"),
        ("/incidents?search=p-%2541", "value=\"p-%41\"", "value=\"p-A\""),
        ("/silences?search=p-%2541", "value=\"p-%41\"", "value=\"p-A\""),
        ("/silences?new&service=p-%2541", "name=\"services\" value=\"p-%41\"", "name=\"services\" value=\"p-A\""),
        ("/?q=p-%2541", "data-service=\"p-%41\"", "data-service=\"p-A\""),
        ("/login?next=%2Fservices%2Fp-%252541", "value=\"/services/p-%2541\"", "value=\"/services/p-%41\""),
    ] {
        let (status, html) = get(path, admin_of(rows()));
        assert_eq!(status, 200, "{path}");
        let html = visible(&html).replace("<!>", "").replace("<!---->", "");
        assert!(html.contains(expected) && !html.contains(absent), "{path}: {html}");
    }
}

#[test]
fn the_login_leads_back_to_the_same_service() {
    let (status, html) = get("/services/p-%2541?range=7d", None);
    assert_eq!(status, 401);
    let (_, next) = html.split_once("href=\"/login?next=").unwrap();
    let (_, html) = get(&format!("/login?next={}", next.split('"').next().unwrap()), None);
    assert_holds(&html, &["name=\"next\" value=\"/services/p-%2541?range=7d\""]);
}

#[test]
fn the_number_of_an_incident_is_decoded_once() {
    let failing = || viewer_of(vec![NodeStatus { incident: Some(7), ..row("shop", "n", State::Down) }]);
    assert_eq!(get("/incidents/%37", failing()).0, 200);
    assert_eq!(get("/incidents/%2537", failing()).0, 404);
}

/// The notice about the address of the page.
fn notice_of(html: &str) -> Option<String> {
    let html = visible(html).replace("<!>", "").replace("<!---->", "");
    let (_, rest) = html.split_once("data-notice=\"address\"")?;
    let (_, rest) = rest.split_once('>')?;
    Some(rest.split_once("</p>")?.0.trim().to_owned())
}

#[test]
fn what_an_address_says_wrongly_is_named_beside_the_default() {
    let notice = |path: &str| {
        let (status, html) = get(path, admin_of(rows()));
        assert_eq!(status, 200, "{path}");
        notice_of(&html).unwrap_or_else(|| panic!("{path}: {html}"))
    };
    for (path, expected) in [
        ("/?state=dwon", "<code>dwon</code> is not a state: use down, unhealthy, unknown, operational or paused;"),
        ("/?sort=age", "<code>age</code> is not an order:"),
        ("/incidents?from=soon", "<code>from</code> is not a time: <code>soon</code>. The page shows the last 30 days."),
        ("/silences?show=all", "<code>all</code> is no part of the list:"),
    ] {
        let notice = notice(path);
        assert!(notice.starts_with(expected), "{path}: {notice}");
    }
    for path in ["/", "/?state=down&sort=name&density=comfortable&tag=x&open=p-A", "/incidents?from=-7d", "/silences?show=active"] {
        let (_, html) = get(path, admin_of(rows()));
        assert!(!html.contains("data-notice=\"address\""), "{path}");
    }
    let html = get_in_french("/?state=dwon", admin_of(rows()));
    assert_french(
        &html,
        &["<code>dwon</code> n’est pas un état\u{a0}: utilisez "],
        &["down, unhealthy, unknown, operational ou paused"],
    );
}

#[test]
fn a_form_says_which_service_of_its_address_does_not_exist() {
    let (_, html) = get("/silences?new&service=p-A&service=p-B", admin_of(rows()));
    assert_holds(&html, &["There is no service `p-B`.", "value=\"p-A\""]);
    let (_, html) = get("/silences?new&kind=holiday", admin_of(rows()));
    assert_holds(&html, &["`holiday` is not a type of silence."]);
}

#[test]
fn in_place_of_a_time_that_cannot_be_read_the_default_is_shown() {
    let (status, html) = get("/incidents?from=soon&state=down", viewer_of(Vec::new()));
    assert_eq!(status, 200);
    let notice = "<code>from</code> is not a time: <code>soon</code>. The page shows the last 30 days.";
    assert_eq!(notice_of(&html).as_deref(), Some(notice));
    assert_holds(&html, &["in the last 30 days"]);
    assert!(!visible(&html).contains("from=soon"), "{html}");
}

#[test]
fn an_unreadable_history_is_named_in_the_language_of_the_page() {
    let (status, html) = get("/incidents?search=unreadable", viewer_of(Vec::new()));
    assert_eq!(status, 503);
    assert_holds(
        &html,
        &["The incidents could not be loaded", "History cannot be read now, since the store is away; try again later."],
    );
    let html = get_in_french("/incidents?search=unreadable", viewer_of(Vec::new()));
    assert_french(&html, &["L’historique ne peut pas être lu, car le stockage est indisponible"], &[]);
}
