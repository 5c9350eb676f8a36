use super::past::{Past, at};
use super::{SERVICES, result};
use crate::test_app::TestApp;
use chrono::{DateTime, Datelike, Duration, NaiveDate, SecondsFormat, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Berlin;
use model::State::{Down, Operational, Unhealthy, Unknown};
use serde_json::{Value, json};

const JANUARY: &str = "/report?from=2026-01-01&to=2026-02-01";

/// The figures of a service of the report; `node` is the place of a node in it.
fn figures(report: &Value, service: &str, node: Option<usize>) -> Value {
    let services = report["services"].as_array().unwrap();
    let service = services.iter().find(|answer| answer["id"] == service).unwrap();
    let mut figures = node.map_or(service, |node| &service["nodes"][node]).as_object().unwrap().clone();
    figures.retain(|key, _| !["id", "type", "name", "node", "nodes"].contains(&key.as_str()));
    figures.into()
}

fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[tokio::test]
async fn availability_is_weighed_by_time_and_unknown_time_counts_neither_way() {
    let mut past = Past::default();
    let web = past.node("shop", "web");
    past.was(web, Operational, "2025-12-20T00:00:00Z", "2026-01-10T00:00:00Z");
    past.was(web, Down, "2026-01-10T00:00:00Z", "2026-01-10T00:00:01Z");
    past.was(web, Operational, "2026-01-10T00:00:01Z", "2026-01-15T00:00:00Z");
    past.was(web, Unknown, "2026-01-15T00:00:00Z", "2026-01-16T12:00:00Z");
    past.was(web, Unhealthy, "2026-01-16T12:00:00Z", "2026-01-17T00:00:00Z");
    past.was(web, Operational, "2026-01-30T00:00:00Z", "2026-02-10T00:00:00Z");
    let app = past.start(SERVICES).await;
    let report = result(&app, "admin", JANUARY).await;
    let day = 86_400;
    let (operational, unhealthy) = (16 * day - 1, day / 2);
    let (of_service, figures) = (figures(&report, "shop", None), figures(&report, "shop", Some(0)));
    // Reading a number back may lose its last bit.
    let availability = figures["availability"].as_f64().unwrap();
    assert!((availability - operational as f64 / (operational + unhealthy + 1) as f64).abs() < 1e-12, "{availability}");
    let expected = json!({
        "availability": availability,
        "operational": operational,
        "unhealthy": unhealthy,
        "down": 1,
        "unknown": 3 * day / 2,
        "maintenance": 0,
        "not_watched": 13 * day,
        "incidents": 0,
    });
    assert_eq!(figures, expected);
    assert_eq!(of_service, expected, "it has one node");
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-01-01T00:00:00Z"), &json!("2026-02-01T00:00:00Z")));
    assert_eq!((&report["timezone"], &report["maintenance"]), (&json!("UTC"), &json!("include")));
}

#[tokio::test]
async fn a_service_that_nobody_watched_has_no_availability() {
    let app = Past::default().start(SERVICES).await;
    let report = result(&app, "admin", JANUARY).await;
    assert_eq!(
        figures(&report, "mail", None),
        json!({"operational": 0, "unhealthy": 0, "down": 0, "unknown": 0, "maintenance": 0, "not_watched": 31 * 86_400, "incidents": 0})
    );
    assert_eq!(report["services"][1]["nodes"], json!([]));
}

#[tokio::test]
async fn every_node_of_a_service_counts_and_so_do_its_incidents() {
    let mut past = Past::default();
    let (one, two) = (past.node("shop", "one"), past.node("shop", "two"));
    past.was(two, Down, "2026-01-01T00:00:00Z", "2026-01-11T00:00:00Z");
    past.was(one, Operational, "2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z");
    past.incident(two, at("2025-12-30T00:00:00Z"), Some(at("2026-01-02T00:00:00Z")), Down);
    past.incident(two, at("2025-12-31T23:59:30Z"), Some(at("2026-01-11T00:00:00Z")), Down);
    past.incident(two, at("2026-01-31T23:59:30Z"), None, Down);
    let app = past.start(SERVICES).await;
    let report = result(&app, "admin", JANUARY).await;
    let service = figures(&report, "shop", None);
    assert_eq!((&service["availability"], &service["not_watched"]), (&json!(0.75), &json!(22 * 86_400)));
    assert_eq!(service["incidents"], 1, "one was opened within the month");
    let nodes: Vec<_> = report["services"][0]["nodes"].as_array().unwrap().iter().map(|node| node["node"].clone()).collect();
    assert_eq!(nodes, ["one", "two"]);
    assert_eq!(
        (figures(&report, "shop", Some(0))["incidents"].clone(), figures(&report, "shop", Some(1))["incidents"].clone()),
        (json!(0), json!(1))
    );
}

#[tokio::test]
async fn maintenance_can_be_left_out() {
    let mut past = Past::default();
    let web = past.node("shop", "web");
    past.was(web, Operational, "2026-01-01T00:00:00Z", "2026-01-10T00:00:00Z");
    past.was_in_maintenance(web, Down, "2026-01-10T00:00:00Z", "2026-01-11T00:00:00Z");
    let app = past.start(SERVICES).await;
    for (parameter, availability, down) in
        [("", 0.9, 86_400), ("&maintenance=include", 0.9, 86_400), ("&maintenance=exclude", 1.0, 0)]
    {
        let report = result(&app, "admin", &format!("{JANUARY}{parameter}")).await;
        let figures = figures(&report, "shop", None);
        assert_eq!((&figures["availability"], &figures["down"]), (&json!(availability), &json!(down)), "{parameter}");
        assert_eq!((&figures["maintenance"], &figures["not_watched"]), (&json!(86_400), &json!(21 * 86_400)));
    }
}

/// The last Sunday of a month, most recently, but not yesterday: the day on which clocks are changed.
fn last_change(month: u32) -> NaiveDate {
    let limit = Utc::now().date_naive() - Duration::days(2);
    let change = |year: i32| {
        let end = NaiveDate::from_ymd_opt(year, month, 31).unwrap();
        end - Duration::days(i64::from(end.weekday().days_since(Weekday::Sun)))
    };
    [0, 1].map(|years| change(limit.year() - years)).into_iter().find(|day| *day < limit).unwrap()
}

#[tokio::test]
async fn a_day_on_which_clocks_are_changed_is_as_long_as_it_is() {
    for (month, hours, offsets) in [(10, 25, ["+02:00", "+01:00"]), (3, 23, ["+01:00", "+02:00"])] {
        let day = last_change(month);
        let next = day + Duration::days(1);
        let midnight = |day: NaiveDate| Berlin.from_local_datetime(&day.and_hms_opt(0, 0, 0).unwrap()).unwrap().to_utc();
        // Clocks are changed at one o'clock in the morning, UTC.
        let change = day.and_hms_opt(1, 0, 0).unwrap().and_utc();
        let mut past = Past::default();
        let web = past.node("shop", "web");
        past.was(web, Down, &rfc3339(midnight(day) - Duration::days(1)), &rfc3339(midnight(day)));
        past.was(web, Operational, &rfc3339(midnight(day)), &rfc3339(change));
        past.was(web, Unhealthy, &rfc3339(change), &rfc3339(change + Duration::hours(1)));
        past.was(web, Operational, &rfc3339(change + Duration::hours(1)), &rfc3339(midnight(next)));
        past.was(web, Down, &rfc3339(midnight(next)), &rfc3339(midnight(next) + Duration::hours(20)));
        let app = past.start(SERVICES).await;

        let report = result(&app, "admin", &format!("/report?from={day}&to={next}&tz=Europe/Berlin")).await;
        assert_eq!(report["from"], format!("{day}T00:00:00{}", offsets[0]));
        assert_eq!(report["to"], format!("{next}T00:00:00{}", offsets[1]));
        assert_eq!(report["timezone"], "Europe/Berlin");
        let figures = figures(&report, "shop", None);
        assert_eq!((&figures["operational"], &figures["unhealthy"]), (&json!((hours - 1) * 3600), &json!(3600)));
        assert_eq!((&figures["down"], &figures["not_watched"]), (&json!(0), &json!(0)));
        let availability = figures["availability"].as_f64().unwrap();
        assert!((availability - f64::from(hours - 1) / f64::from(hours)).abs() < 1e-12, "{availability}");
    }
}

#[tokio::test]
async fn by_default_a_report_is_about_the_last_thirty_days_and_today() {
    let app = Past::default().start(SERVICES).await;
    let before = Utc::now();
    let report = result(&app, "admin", "/report?tz=Asia/Tokyo").await;
    let instant = |key: &str| DateTime::parse_from_rfc3339(report[key].as_str().unwrap()).unwrap();
    let today = before.with_timezone(&chrono_tz::Asia::Tokyo).date_naive();
    assert!([30, 29].map(|days| today - Duration::days(days)).contains(&instant("from").date_naive()), "{report}");
    assert!(report["from"].as_str().unwrap().ends_with("T00:00:00+09:00"), "{report}");
    let age = (Utc::now() - instant("to").to_utc()).num_seconds();
    assert!((0..60 + 20).contains(&age), "up to the last whole minute: {report}");
}

async fn table(app: &TestApp, user: &str, address: &str, accept: &str) -> (String, String, String) {
    let request = app.request(reqwest::Method::GET, &format!("/api/v1.0{address}")).basic_auth(user, Some(user));
    let response = request.header("accept", accept).send().await.unwrap();
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (content_type, disposition) = (header("content-type"), header("content-disposition"));
    assert_eq!(header("vary").split(", ").filter(|name| *name == "accept").count(), 1, "{}", header("vary"));
    (content_type, disposition, response.text().await.unwrap())
}

#[tokio::test]
async fn a_report_is_a_table_for_spreadsheets() {
    let services = r#"
shop: {role: dev, interval: 3600, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: App, name: "Shop, the \"new\" one"}}
formula: {role: dev, interval: 3600, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: App, name: "=1+1"}}
"-dash": {role: dev, interval: 3600, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: Zürich, name: "@mail"}}
"#;
    let mut past = Past::default();
    let (one, two, dash) = (past.node("shop", "one"), past.node("shop", "two"), past.node("-dash", "+49;=1\r\n@x"));
    past.was(one, Operational, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    past.was(two, Operational, "2026-01-01T00:00:00.250Z", "2026-01-02T00:00:00Z");
    past.was(two, Down, "2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z");
    past.was_in_maintenance(dash, Unknown, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    past.incident(two, at("2026-01-02T00:00:00Z"), Some(at("2026-01-05T00:00:00Z")), Down);
    let app = past.start(services).await;

    let (content_type, disposition, text) = table(&app, "admin", &format!("{JANUARY}&format=csv"), "*/*").await;
    assert_eq!(content_type, "text/csv; charset=utf-8; header=present");
    assert_eq!(disposition, "attachment; filename=\"platus-report_2026-01-01_2026-02-01.csv\"");
    assert!(text.ends_with("\r\n") && text.matches('\n').count() == text.matches("\r\n").count(), "{text:?}");
    insta::assert_snapshot!(text.replace("\r\n", "\n"), @r#"
    service,type,name,node,from,to,availability,operational,unhealthy,down,unknown,maintenance,not_watched,incidents
    formula,App,'=1+1,,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,,0,0,0,0,0,2678400,0
    shop,App,"Shop, the ""new"" one",one,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,1,2678400,0,0,0,0,0,0
    shop,App,"Shop, the ""new"" one",two,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,0.2499994574648853,86399.75,0,259200,0,0,2332800.25,1
    '-dash,Zürich,'@mail,'+49;'=1  @x,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,,0,0,0,86400,86400,2592000,0
    "#);

    let accepted = table(&app, "admin", JANUARY, "text/csv").await;
    assert_eq!(accepted, (content_type, disposition, text));
    assert_eq!(table(&app, "admin", JANUARY, "text/html, */*;q=0.8").await.0, "application/json");
    assert_eq!(table(&app, "admin", &format!("{JANUARY}&format=json"), "text/csv").await.0, "application/json");
}
