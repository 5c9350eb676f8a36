//! The history of a service as its page shows it, and the same over the API.

use super::past::Past;
use super::{SERVICES, refusal, result};
use crate::test_app::TestApp;
use crate::waiting;
use chrono::{DateTime, Duration, DurationRound, SecondsFormat, Utc};
use model::State::{Down, Operational, Unhealthy};
use model::{HistoryRange, ServiceFiguresView, ServiceHistoryView};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn call(app: &TestApp, user: &str, function: &str, body: &Value) -> (StatusCode, Value) {
    let request = app.request(Method::POST, &format!("/rpc/{function}")).basic_auth(user, Some(user));
    let response = request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

async fn chart(app: &TestApp, from: DateTime<Utc>, to: DateTime<Utc>, node: Option<&str>, points: u32) -> ServiceHistoryView {
    let range = HistoryRange {
        from: from.timestamp_millis(),
        to: to.timestamp_millis(),
        node: node.map(str::to_owned),
        or_all: false,
        points,
    };
    let body = json!({"id": "shop", "range": range});
    // A query has its deadline, which a year may reach on a busy machine.
    let answer = waiting::eventually(async || match call(app, "dev", "service_history", &body).await {
        (StatusCode::SERVICE_UNAVAILABLE, answer) => Err(answer),
        (status, answer) => {
            assert_eq!(status, StatusCode::OK, "{answer}");
            Ok(answer)
        }
    })
    .await;
    serde_json::from_value(answer).unwrap()
}

fn written(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[tokio::test]
async fn the_points_of_all_nodes_are_one_series_with_what_happened_beside_it() {
    let hour = Utc::now().duration_trunc(Duration::hours(1)).unwrap() - Duration::hours(5);
    let minute = |number: i64| hour + Duration::minutes(number);
    let mut past = Past::default();
    let (web, api) = (past.node("shop", "web"), past.node("shop", "api"));
    for number in 0..10 {
        past.checked(web, Operational, minute(number), minute(number + 1), 1_000);
    }
    // Nine fast checks, and one that takes a hundred times as long: an average of the percentiles of the nodes would be fifty.
    past.checked(api, Unhealthy, minute(4), minute(5), 100_000);
    past.was_in_maintenance(api, Down, &written(minute(30)), &written(minute(31)));
    past.transition(web, minute(5), Operational, Down);
    past.incident(web, minute(5), Some(minute(7)), Down);
    past.incident(api, minute(-90), Some(minute(-80)), Down);
    let app = past.start(SERVICES).await;

    let view = chart(&app, hour, minute(40), None, 4).await;
    assert_eq!((view.from, view.to, view.step), (hour.timestamp_millis(), minute(40).timestamp_millis(), 600_000));
    assert_eq!(view.points.iter().map(|point| point.at).collect::<Vec<_>>(), [0, 10, 30].map(|at| minute(at).timestamp_millis()));
    let first = &view.points[0];
    assert_eq!((first.checks, first.time), ([9, 1, 0, 0], [600_000, 60_000, 0, 0]));
    let elapsed = first.elapsed.unwrap();
    assert!(elapsed.p50 <= 1_020 && elapsed.p95 <= 1_020 && elapsed.maximum == 100_000, "{elapsed:?}");
    assert_eq!((view.transitions.len(), view.truncated, view.transitions[0].to), (1, false, Down));
    assert_eq!(view.incidents.iter().map(|incident| incident.id).collect::<Vec<_>>(), [1]);
    assert_eq!((view.incidents[0].node.as_str(), view.incidents[0].service.as_str()), ("web", "shop"));
    assert_eq!(view.maintenance, [(minute(30).timestamp_millis(), minute(40).timestamp_millis())]);

    let of_node = chart(&app, hour, minute(40), Some("web"), 4).await;
    assert_eq!((of_node.points[0].checks, of_node.points.len()), ([9, 0, 0, 0], 2));
    assert!(of_node.maintenance.is_empty());

    // The same over the API.
    let (from, to) = (written(hour), written(minute(40)));
    let merged = result(&app, "dev", &format!("/services/shop/history?from={from}&to={to}&points=4&merge=true")).await;
    assert_eq!(merged["nodes"], json!([]));
    assert_eq!(merged["points"].as_array().unwrap().len(), 3);
    assert_eq!(merged["points"][0]["checks"], json!({"operational": 9, "unhealthy": 1, "down": 0, "unknown": 0}));
    let elapsed = &merged["points"][0]["elapsed"];
    assert!(elapsed["p95"].as_f64().unwrap() <= 0.00102 && elapsed["maximum"] == 0.1, "{elapsed}");
    assert_eq!(merged["maintenance"], json!([{"from": written(minute(30)), "to": to}]));
    let of_node = result(&app, "dev", &format!("/services/shop/history?from={from}&to={to}&points=4&node=api")).await;
    assert_eq!((of_node["nodes"].as_array().unwrap().len(), &of_node["nodes"][0]["node"]), (1, &json!("api")));
    assert!(of_node.get("points").is_none() && of_node["transitions"] == json!([]), "{of_node}");
    let (status, text) = refusal(&app, "dev", "/services/shop/history?node=nothing").await;
    assert!(status == StatusCode::BAD_REQUEST && text.contains("no node of this name"), "{text}");
}

#[tokio::test]
async fn a_year_has_one_point_a_day() {
    let day = Duration::days(1);
    let begin = Utc::now().duration_trunc(day).unwrap() - day * 364;
    let mut past = Past::default();
    let web = past.node("shop", "web");
    for hour in (0..364 * 24).step_by(6) {
        past.checked(web, Operational, begin + Duration::hours(hour), begin + Duration::hours(hour + 6), 1_000);
    }
    let app = past.start(SERVICES).await;
    let view = chart(&app, Utc::now() - day * 365, Utc::now() + day, None, 400).await;
    assert_eq!(view.step, day.num_milliseconds());
    assert!((364..=366).contains(&view.points.len()), "{}", view.points.len());
}

#[tokio::test]
async fn wrong_ranges_are_refused() {
    let app = Past::default().start(SERVICES).await;
    let now = Utc::now().timestamp_millis();
    for (from, to, points, node) in [
        (now - 1000, now, 0, None),
        (now - 1000, now, 401, None),
        (now, now - 1000, 10, None),
        (0, now, 10, None),
        (i64::MIN, i64::MAX, 10, None),
        (now - 1000, now, 10, Some("nothing")),
    ] {
        let body = json!({"id": "shop", "range": {"from": from, "to": to, "points": points, "node": node}});
        let (status, answer) = call(&app, "dev", "service_history", &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {answer}");
    }
    let body = json!({"id": "mail", "range": {"from": now - 1000, "to": now, "points": 10, "node": null}});
    for (function, body) in [("service_history", body), ("service_figures", json!({"id": "mail"}))] {
        assert_eq!(call(&app, "dev", function, &body).await.0, StatusCode::NOT_FOUND, "{function}");
    }
}

#[tokio::test]
async fn figures_are_those_of_all_periods() {
    let now = Utc::now().duration_trunc(Duration::minutes(1)).unwrap();
    let hours = |hours: i64| now - Duration::hours(hours);
    let mut past = Past::default();
    let web = past.node("shop", "web");
    past.checked(web, Operational, hours(20), hours(8), 2_000);
    past.checked(web, Down, hours(8), hours(6), 9_000);
    past.was_in_maintenance(web, Down, &written(hours(6)), &written(hours(4)));
    past.checked(web, Operational, now - Duration::minutes(3), now - Duration::minutes(2), 5_000);
    past.incident(web, hours(8), Some(hours(6)), Down);
    past.incident(web, hours(3), None, Down);
    past.incident(web, hours(40 * 24), Some(hours(39 * 24)), Down);
    let app = past.start(SERVICES).await;
    let (status, answer) = call(&app, "dev", "service_figures", &json!({"id": "shop"})).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let figures: ServiceFiguresView = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(figures.availability.iter().map(|period| period.days).collect::<Vec<_>>(), [1, 7, 30, 90, 365]);
    let near = |one: f64, other: f64| (one - other).abs() < 0.002;
    let day = figures.availability[0];
    assert!(near(day.with_maintenance.operational.unwrap(), 12.0 / 16.0), "{day:?}");
    assert!(near(day.with_maintenance.known, 16.0 / 24.0), "{day:?}");
    assert!(near(day.without_maintenance.operational.unwrap(), 12.0 / 14.0), "{day:?}");
    assert!(near(day.without_maintenance.known, 14.0 / 22.0), "{day:?}");
    assert!(near(figures.availability[1].with_maintenance.known, 16.0 / 168.0), "{figures:?}");
    let incidents = figures.incidents;
    assert_eq!((incidents.days, incidents.count, incidents.open, incidents.mean), (30, 2, 1, Some(2 * 3_600_000)));
    let longest = incidents.longest.unwrap();
    assert!((3 * 3_600_000..3 * 3_600_000 + 120_000).contains(&longest), "{longest}");
    let recent = figures.recent.unwrap();
    assert!((4_900..=5_100).contains(&recent.p50) && recent.maximum == 5_000, "{recent:?}");
    assert_eq!(figures.usual.unwrap().maximum, 9_000);
    let same = result(&app, "dev", "/services/shop/figures").await;
    assert_eq!(same["availability"].as_array().unwrap().len(), 5);
    let day = &same["availability"][0]["with_maintenance"];
    assert!(near(day["availability"].as_f64().unwrap(), 12.0 / 16.0) && near(day["known"].as_f64().unwrap(), 16.0 / 24.0), "{day}");
    assert_eq!((&same["incidents"]["mean"], &same["recent"]["maximum"]), (&json!(7200), &json!(0.005)));
    // Soon after, they are not read again.
    assert_eq!(call(&app, "admin", "service_figures", &json!({"id": "shop"})).await.1, answer);
}

#[tokio::test]
async fn figures_can_be_those_of_one_node() {
    let now = Utc::now().duration_trunc(Duration::minutes(1)).unwrap();
    let hours = |hours: i64| now - Duration::hours(hours);
    let mut past = Past::default();
    let (web, api) = (past.node("shop", "web"), past.node("shop", "api"));
    past.checked(web, Operational, hours(20), hours(10), 2_000);
    past.checked(api, Down, hours(20), hours(10), 9_000);
    past.incident(api, hours(20), Some(hours(19)), Down);
    past.incident(api, hours(18), Some(hours(15)), Down);
    past.incident(web, hours(3), Some(hours(1)), Down);
    let app = past.start(SERVICES).await;
    let day = |answer: &Value| answer["availability"][0]["with_maintenance"]["availability"].clone();
    for (address, available, count, mean, longest) in [
        ("/services/shop/figures", json!(0.5), 3, 7200, 3 * 3600),
        ("/services/shop/figures?node=web", json!(1.0), 1, 7200, 7200),
        ("/services/shop/figures?node=api", json!(0.0), 2, 7200, 3 * 3600),
        // They are kept for a moment, each for itself.
        ("/services/shop/figures", json!(0.5), 3, 7200, 3 * 3600),
        ("/services/shop/figures?node=web", json!(1.0), 1, 7200, 7200),
    ] {
        let figures = result(&app, "dev", address).await;
        assert_eq!(day(&figures), available, "{address}: {figures}");
        let incidents = &figures["incidents"];
        assert_eq!((&incidents["count"], &incidents["mean"]), (&json!(count), &json!(mean)), "{address}");
        assert_eq!(incidents["longest"], json!(longest), "{address}");
    }
    let (status, text) = refusal(&app, "dev", "/services/shop/figures?node=nothing").await;
    assert!(status == StatusCode::BAD_REQUEST && text.contains("no node of this name"), "{text}");

    // The page shows all nodes instead of an unknown one, and learns that it is unknown.
    let of_page = |node: &'static str| {
        let app = &app;
        async move {
            let body = json!({"id": "shop", "node": node});
            let (status, figures) = call(app, "dev", "service_figures", &body).await;
            assert_eq!(status, StatusCode::OK, "{figures}");
            (figures["incidents"]["count"].clone(), call(app, "dev", "service", &body).await.1["lacks_node"].clone())
        }
    };
    assert_eq!(of_page("web").await, (json!(1), json!(false)));
    assert_eq!(of_page("nothing").await, (json!(3), json!(true)));
    let end = now.timestamp_millis();
    let range = json!({"from": end - 86_400_000, "to": end, "points": 1, "node": "nothing", "or_all": true});
    let (status, history) = call(&app, "dev", "service_history", &json!({"id": "shop", "range": range})).await;
    assert_eq!((status, history["incidents"].as_array().unwrap().len()), (StatusCode::OK, 3), "{history}");
}

#[tokio::test]
async fn the_points_are_a_table_as_well() {
    let hour = Utc::now().duration_trunc(Duration::hours(1)).unwrap() - Duration::hours(3);
    let mut past = Past::default();
    let (web, api) = (past.node("shop", "web"), past.node("shop", "api"));
    past.checked(web, Operational, hour, hour + Duration::minutes(30), 2_000);
    past.checked(api, Down, hour, hour + Duration::minutes(30), 4_000);
    let app = past.start(SERVICES).await;
    let address = format!(
        "/api/v1.0/services/shop/history?from={}&to={}&points=1&format=csv",
        written(hour),
        written(hour + Duration::hours(1))
    );
    let csv = |address: String| {
        let app = &app;
        async move {
            let response = app.request(reqwest::Method::GET, &address).basic_auth("dev", Some("dev")).send().await.unwrap();
            assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/csv"), "{response:?}");
            let name = response.headers()["content-disposition"].to_str().unwrap().to_owned();
            assert!(name.contains("platus-shop_") && name.ends_with(".csv\""), "{name}");
            response.text().await.unwrap()
        }
    };
    let table = csv(address.clone()).await;
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[0].starts_with("at,node,checks_operational,") && lines[0].ends_with(",p99,maximum"), "{table}");
    assert_eq!(lines.len(), 3, "{table}");
    assert!(lines[1].contains(",api,0,0,") && lines[2].contains(",web,"), "{table}");
    assert_eq!(csv(format!("{address}&node=web")).await.lines().count(), 2);
    let merged = csv(format!("{address}&merge=true")).await;
    assert!(merged.lines().count() == 2 && merged.lines().nth(1).unwrap().contains(",,"), "{merged}");
}
