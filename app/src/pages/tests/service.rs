//! The page of a service.

use super::french::{assert_french, get_in_french};
use super::*;
use crate::model::{
    Availability, AvailabilityView, CheckDetail, DeliveryResult, DeliveryView, ElapsedView, ExpectationView, HistoryPoint,
    IncidentFiguresView, IncidentView, MetricHistoryView, MetricPoint, MetricView, NodeView, NotificationKind, PauseView,
    PhaseView, Threshold, TransitionView,
};

/// A node that the service had once.
const FORMER: &str = "w0";

/// The service with these rows. One with the id `paused` is paused, and `broken` cannot be checked.
pub(super) fn view(rows: &[NodeStatus], id: &ServiceId, node: Option<&str>) -> Option<ServiceView> {
    let nodes: Vec<_> = rows.iter().filter(|row| row.service == *id).map(node_view).collect();
    let is_broken = id.as_str() == "broken";
    if nodes.is_empty() && !is_broken {
        return None;
    }
    let entry = |key: &str, value: &str, redacted| SettingEntry { key: key.to_owned(), value: value.to_owned(), redacted };
    let properties = vec![entry("host", "shop.lan", false), entry("headers", "withheld", true)];
    let problem = is_broken.then_some("services.yaml:3:5: unknown key `hots`");
    let settings = ServiceSettings { data: vec![entry("url", "/health", false)], ..settings_of(id.as_str(), properties, problem) };
    let pause = (id.as_str() == "paused").then(|| PauseView {
        author: "ops".to_owned(),
        comment: "an <update>".to_owned(),
        since: at(0),
        until: Some(at(90)),
    });
    Some(ServiceView {
        settings,
        source: Some("services.yaml:41".to_owned()),
        nodes,
        next_check: pause.is_none().then(|| at(58)),
        is_checking: false,
        pause,
        lacks_node: node.is_some_and(|node| node != FORMER && rows.iter().all(|row| row.node != node)),
    })
}

fn node_view(row: &NodeStatus) -> NodeView {
    let expectation =
        |expected: &str, seen: &str, met| ExpectationView { expected: expected.to_owned(), seen: seen.to_owned(), met };
    let phase = |name: &str, elapsed, usual| PhaseView { name: name.to_owned(), elapsed, usual };
    let detail = CheckDetail {
        phases: vec![
            phase("resolve", 8_000, Some(7_000)),
            phase("connect", 21_000, Some(19_000)),
            phase("tls", 44_000, Some(41_000)),
            phase("first byte", 131_000, Some(16_000)),
        ],
        unfinished: (row.elapsed.is_none()).then(|| phase("body", 9_700_000, Some(3_000))),
        expectations: vec![
            expectation("status code 200", "200 OK", true),
            expectation("body: `status` is `healthy`", "`degraded` <b>", row.state.is_operational()),
        ],
        metrics: vec![
            MetricView { name: "queue length".to_owned(), value: 1_841.0, unit: String::new(), warning: None, critical: None },
            MetricView {
                name: "load <1>".to_owned(),
                value: 2e7,
                unit: String::new(),
                warning: Some(Threshold { min: Some(0.0), max: Some(1e7), inside: false }),
                critical: Some(Threshold { min: None, max: Some(1e308), inside: false }),
            },
        ],
        notes: vec!["2 redirects".to_owned()],
    };
    NodeView { status: row.clone(), detail: Some(detail) }
}

/// A point for each step of the range, most of the time. The id `lost` has no readable history.
pub(super) fn history(rows: &[NodeStatus], id: &ServiceId, range: &HistoryRange) -> Result<ServiceHistoryView, RpcError> {
    if id.as_str() == "lost" {
        return Err(RpcError::Unavailable("The store is unavailable.".to_owned()));
    }
    let row = rows.iter().find(|row| row.service == *id).ok_or(RpcError::NotFound)?;
    let step = (range.to - range.from) / i64::from(range.points.max(1));
    let point = |number: i64| {
        let is_slow = number > 270;
        let p50 = 60_000 + (number * 7_919 % 13) as u32 * 900 + if is_slow { 150_000 } else { 0 };
        let elapsed =
            ElapsedView { p50, p95: p50 * 3 / 2, p99: p50 * 2, maximum: if number % 90 == 77 { 4_200_000 } else { p50 * 2 } };
        let time = if is_slow { [0, 240_000, 0, 0] } else { [240_000, 0, 0, 0] };
        HistoryPoint { at: range.from + number * step, checks: [9, 0, 0, u32::from(is_slow)], time, elapsed: Some(elapsed) }
    };
    let points = (0..i64::from(range.points)).filter(|number| !(40..60).contains(number)).map(point).collect();
    let time = |at: i64| chrono::DateTime::from_timestamp_millis(at).unwrap().with_timezone(row.since.offset());
    let incident = |number, ended: Option<i64>| IncidentView {
        id: number,
        service: id.clone(),
        group: "App".to_owned(),
        name: id.to_string(),
        node: row.node.clone(),
        since: time(range.to - number as i64 * step),
        opened: time(range.to - number as i64 * step + 60_000),
        ended: ended.map(time),
        worst: State::Down,
        message: Some("503 `Service` <Unavailable>".to_owned()),
        acknowledged_by: ended.map(|_| "user2".to_owned()),
    };
    let transition = TransitionView {
        at: time(range.to - step),
        node: row.node.clone(),
        from: State::Operational,
        to: State::Unhealthy,
        lasted: 7_200_000,
        message: Some("degraded <b>".to_owned()),
    };
    Ok(ServiceHistoryView {
        from: range.from,
        to: range.to,
        step,
        interval: 60_000,
        points,
        transitions: vec![transition; 12],
        truncated: false,
        metrics: vec![metric_history("load <1>", "", range.from, step), metric_history("used", "B", range.from, step)],
        metric_step: step,
        deliveries: vec![(7, deliveries(time(range.to - 6 * step)))],
        incidents: vec![incident(7, None), incident(120, Some(range.to - 117 * step))],
        maintenance: vec![(range.from + 180 * step, range.from + 200 * step)],
    })
}

/// A metric that rises by a million each step, with one gap.
fn metric_history(name: &str, unit: &str, from: i64, step: i64) -> MetricHistoryView {
    let point = |number: i64| {
        let mean = number as f32 * 1e6;
        MetricPoint { at: from + number * step, minimum: mean - 1e6, mean, maximum: mean + 1e6 }
    };
    let points = (1..20).filter(|number| *number != 10).map(point).collect();
    MetricHistoryView { name: name.to_owned(), unit: unit.to_owned(), points }
}

/// Delivered to one channel, and dropped for another.
pub(super) fn deliveries(at: chrono::DateTime<chrono::FixedOffset>) -> Vec<DeliveryView> {
    let delivery = |result, channel: &str, reason: Option<&str>| DeliveryView {
        at,
        kind: NotificationKind::Opened,
        result,
        channel: Some(channel.to_owned()),
        reason: reason.map(str::to_owned),
    };
    let reason = Some("refused 3 times: 400 <no>");
    vec![delivery(DeliveryResult::Delivered, "ops-slack", None), delivery(DeliveryResult::Dropped, "pager", reason)]
}

/// Of one node there are other numbers than of all.
pub(super) fn figures(node: Option<&str>) -> ServiceFiguresView {
    let period = |days, operational| AvailabilityView {
        days,
        with_maintenance: Availability { operational: Some(operational - 0.01), known: 0.959 },
        without_maintenance: Availability { operational: Some(operational), known: 1.0 },
    };
    let elapsed = |p50| Some(ElapsedView { p50, p95: p50 * 3 / 2, p99: p50 * 2, maximum: p50 * 3 });
    ServiceFiguresView {
        availability: vec![period(1, 0.98), period(7, 0.9976), period(30, 0.9989), period(90, 0.9996), period(365, 0.9997)],
        incidents: IncidentFiguresView {
            days: 30,
            count: if node.is_some() { 3 } else { 4 },
            open: 1,
            mean: Some(600_000),
            longest: Some(1_260_000),
        },
        recent: elapsed(204_000),
        usual: elapsed(86_000),
    }
}

fn unhealthy(service: &str, node: &str) -> NodeStatus {
    NodeStatus {
        incident: Some(7), message: Some("`status` is “degraded” <b>".to_owned()), ..row(service, node, State::Unhealthy)
    }
}

#[test]
fn the_page_is_complete_without_scripts() {
    let (status, html) = get("/services/shop", viewer_of(vec![unhealthy("shop", "shop.lan")]));
    assert_eq!(status, 200);
    assert_holds(
        &html,
        &[
            "<title>shop unhealthy · Platus</title>",
            "href=\"/?q=App\"",
            "<h1><i aria-hidden=\"true\" class=\"shape unhealthy\"></i><span>shop</span></h1>",
            "Confirmed after 3 of 3 checks: <a href=\"/incidents/7\" class=\"link\">incident #7</a>",
            "shop.lan/health",
            "<a href=\"/?tag=tier-1\" class=\"tag\">tier-1</a>",
            "/api/v1.0/services/shop/history?from=",
            "&amp;merge=true&amp;points=400&amp;format=csv",
            "every 1 min, next check at",
            "<code>status</code> is “degraded” &lt;b&gt;",
            "known for 95.9 %",
            "href=\"/services/shop?range=1y#response\"",
            "usually 86 ms",
            "<small title=\"Mean time to recovery\">MTTR</small>",
            "<path class=\"band\" d=\"M",
            "4.2 s</text>",
            "1 point = 3 min",
            "Numbers as a table",
            "<code>degraded</code> &lt;b&gt;",
            "First byte takes 8 times its usual time.",
            "queue length",
            "2 redirects",
            "data-incident=\"120\"",
            "by user2",
            "2 more",
            "services.yaml:41",
            "<dd class=\"redacted\">withheld</dd>",
        ],
    );
    for what in ["Check now", "value=\"acknowledge\"", "Pause", "<h2 id=\"nodes-heading\""] {
        assert!(!visible(&html).contains(what), "{what} in {html}");
    }
}

#[test]
fn an_operator_gets_the_actions_as_forms() {
    let (_, html) = get("/services/shop", admin_of(vec![unhealthy("shop", "shop.lan")]));
    assert_holds(
        &html,
        &[
            "<form method=\"post\" action=\"/services/shop\">",
            "name=\"action\" value=\"check\"",
            "name=\"action\" value=\"acknowledge\"",
            "name=\"incident\" value=\"7\"",
            "name=\"action\" value=\"pause\"",
            "service=shop",
        ],
    );
}

#[test]
fn a_paused_service_can_be_resumed_and_not_checked() {
    let (_, html) = get("/services/paused", admin_of(vec![row("paused", "a", State::Operational)]));
    assert_holds(&html, &["shape paused", "Paused by ops until 17:30: an &lt;update&gt;", "value=\"resume\""]);
    for what in ["Check now", "value=\"pause\""] {
        assert!(!visible(&html).contains(what), "{what} in {html}");
    }
}

#[test]
fn nodes_are_listed_and_one_filters_the_page() {
    let rows = vec![row("shop", "w1", State::Operational), unhealthy("shop", "w 2")];
    let (_, html) = get("/services/shop", viewer_of(rows.clone()));
    assert_holds(&html, &["<b>1 of 2 nodes</b> are operational", "w 2: <code>status</code>", "href=\"/services/shop?node=w%202\""]);
    let (_, html) = get("/services/shop?node=w1&range=7d", viewer_of(rows));
    assert_holds(
        &html,
        &["<title>shop · Platus</title>", "<span aria-current=\"page\">w1</span>", "href=\"/services/shop?range=7d\""],
    );
}

#[test]
fn the_figures_and_metrics_are_those_of_the_node() {
    let rows = vec![row("shop", "w1", State::Operational), unhealthy("shop", "w 2")];
    let (_, html) = get("/services/shop", viewer_of(rows.clone()));
    assert_holds(&html, &["<small>Count</small><b>4", "<h2>Availability</h2><a", "w 2, latest check"]);
    let (_, html) = get("/services/shop?node=w1", viewer_of(rows.clone()));
    assert_holds(
        &html,
        &[
            "<small>Count</small><b>3",
            "<h2>Availability</h2><span class=\"note\">w1</span>",
            "<h2>Incidents, 30 d</h2><span class=\"note\">w1</span>",
            "<h2>Response, last 5 min</h2><span class=\"note\">w1</span>",
            "w1, latest check",
        ],
    );
    let (_, html) = get("/services/shop?node=w0", viewer_of(rows));
    assert_holds(&html, &["do not report this node any more", "<h2>Availability</h2><span class=\"note\">w0</span>"]);
}

#[test]
fn a_check_that_was_not_finished_shows_where_it_ended() {
    let (_, html) = get("/services/shop", viewer_of(vec![NodeStatus { elapsed: None, ..unhealthy("shop", "shop.lan") }]));
    assert_holds(&html, &["Body <small>not finished</small>", "9.7 s", "phase unfinished", "The check ended in the phase “Body”."]);
    let (_, html) = get("/services/shop", viewer_of(vec![unhealthy("shop", "shop.lan")]));
    assert!(!html.contains("not finished"), "{html}");
}

#[test]
fn the_page_says_what_is_wrong_with_its_address() {
    let rows = vec![row("shop", "w1", State::Operational), unhealthy("shop", "w 2")];
    for (query, expected) in [
        ("range=9d", "There is no range <code>9d</code>. The page shows the last 24 h."),
        ("from=bogus&range=7d", "<code>from</code> is not a time: <code>bogus</code>. The page shows the last 7 d."),
        (
            "from=2026-07-30T12:00&to=2026-07-30T11:00",
            "<code>from</code> is not before <code>to</code>. The page shows the last 24 h.",
        ),
        ("node=nope", "The service has no node <code>nope</code>, and had none. The page shows all nodes."),
    ] {
        let (status, html) = get(&format!("/services/shop?{query}"), viewer_of(rows.clone()));
        assert_eq!(status, 200, "{query}");
        assert_holds(&html, &["role=\"status\" class=\"callout wrong-address\"", expected, "1 of 2 nodes", "1 point ="]);
    }
    let (_, html) = get("/services/shop?node=w1&range=7d", viewer_of(rows));
    assert!(!html.contains("wrong-address"), "{html}");
}

#[test]
fn trying_again_keeps_the_query() {
    let (_, html) = get("/services/shop?node=w1&range=7d", None);
    assert_holds(&html, &["href=\"/login?next=/services/shop%3Fnode%3Dw1%26range%3D7d\""]);
}

#[test]
fn the_address_chooses_range_scale_and_maintenance() {
    let (_, html) =
        get("/services/shop?range=7d&scale=log&maintenance=exclude", viewer_of(vec![row("shop", "a", State::Operational)]));
    assert_holds(
        &html,
        &[
            "href=\"/services/shop?range=7d&amp;scale=log&amp;maintenance=exclude\" data-noscroll=\"\" aria-current=\"true\"",
            "known for 100 %",
            "href=\"/services/shop?range=7d&amp;scale=log\"",
        ],
    );
}

#[test]
fn an_unknown_service_is_not_found() {
    let (status, html) = get("/services/nothing", viewer_of(vec![row("shop", "a", State::Operational)]));
    assert_eq!(status, 404);
    assert_holds(&html, &["There is no such service", "aria-label=\"Main\""]);
}

#[test]
fn a_service_that_cannot_be_checked_shows_why() {
    let (status, html) = get("/services/broken", admin_of(vec![row("shop", "a", State::Operational)]));
    assert_eq!(status, 404, "the fake has no history of it");
    assert_holds(&html, &["unknown key <code>hots</code>", "no nodes yet"]);
    assert!(!visible(&html).contains("Check now"), "{html}");
}

#[test]
fn a_page_without_readable_history_has_everything_else() {
    let (_, html) = get("/services/lost", viewer_of(vec![unhealthy("lost", "a")]));
    assert_holds(&html, &["The store is unavailable.", "First byte takes", "known for"]);
}

#[test]
fn without_a_session_there_is_no_service() {
    let (status, html) = get("/services/shop", None);
    assert_eq!(status, 401);
    assert_holds(&html, &["Please log in."]);
}

#[test]
fn the_page_is_in_french_for_those_who_read_it() {
    // What checks report stays as it is, and so does the name of the path in the sample.
    let samples = ["status code", "first byte"];
    let rows = vec![row("shop", "w1", State::Operational), NodeStatus { elapsed: None, ..unhealthy("shop", "w 2") }];
    let html = get_in_french("/services/shop?range=9d", admin_of(rows));
    assert_french(
        &html,
        &[
            "<title>shop dégradé · Platus</title>",
            "dégradé</span> depuis <b",
            "<b>1 nœud sur 2</b> est opérationnel.",
            "Confirmé après 3 vérifications sur 3\u{a0}: <a href=\"/incidents/7\" class=\"link\">incident #7</a>",
            "intervalle\u{a0}: 1 min, prochaine vérification à ",
            "La période <code>9d</code> n’existe pas. La page montre la dernière période de 24 h.",
            "Vérifier maintenant",
            "<option value=\"\">jusqu’à la reprise</option>",
            "connue à 95,9 %",
            "<h2>Incidents, 30 j</h2>",
            ">7 j<",
            ">1 an<",
            "aria-label=\"Temps de réponse de shop, ",
            " – maintenant",
            "non surveillé</text>",
            "4,2 s</text>",
            "La vérification s’est arrêtée à la phase «\u{a0}Corps\u{a0}».",
            "par user2",
            "2 de plus",
            "<dt>planification</dt>",
        ],
        &samples,
    );
    let html = get_in_french("/services/nothing", viewer_of(vec![row("shop", "a", State::Operational)]));
    assert_french(&html, &["Ce service n’existe pas"], &[]);
}

#[test]
fn the_states_of_a_service_are_in_french() {
    let html = get_in_french("/services/paused", admin_of(vec![row("paused", "a", State::Operational)]));
    assert_french(
        &html,
        &["Mis en pause par ops jusqu’à 17:30\u{a0}: an &lt;update&gt;", ". Non vérifié depuis <b", "Reprendre"],
        // The name of the service.
        &["paused"],
    );
    let html = get_in_french("/services/broken", admin_of(vec![row("shop", "a", State::Operational)]));
    assert_french(&html, &["Ce service n’a pas encore de nœud."], &["unknown key"]);
    let html = get_in_french("/services/lost", viewer_of(vec![unhealthy("lost", "a")]));
    assert_french(&html, &["Négociation TLS", "Premier octet\u{a0}: 8 fois la durée habituelle."], &["The store is unavailable."]);
}

#[test]
fn metrics_are_small_charts_with_their_numbers_as_a_table() {
    let (_, html) = get("/services/shop", viewer_of(vec![row("shop", "shop.lan", State::Operational)]));
    assert_holds(
        &html,
        &[
            "<h2 id=\"metric-charts-heading\">Metrics in this range</h2>",
            "<span class=\"name\">load &lt;1&gt;</span>",
            "d=\"M0 30.0H300\" class=\"limit warning\"",
            "0 to 20,000,000; warning above 10,000,000; critical above 1\u{a0}×\u{a0}10³⁰⁸</p>",
            "aria-label=\"used: from 0 B to 20 MB, latest 19 MB\"",
            "<b>19 MB</b>",
            "<p class=\"note\">0 B to 20 MB</p>",
            "<th scope=\"col\">used (B)</th>",
            "<td>19,000,000</td>",
        ],
    );
    let html = get_in_french("/services/shop", viewer_of(vec![row("shop", "shop.lan", State::Operational)]));
    assert_holds(
        visible(&html),
        &["Métriques de cette période", "aria-label=\"used\u{a0}: de 0 B à 20 MB, dernière valeur 19 MB\""],
    );
}
