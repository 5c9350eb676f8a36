use super::past::Past;
use super::{SERVICES, result};
use chrono::{DateTime, Duration, DurationRound, SecondsFormat, TimeDelta, Utc};
use model::State;
use model::State::{Down, Operational};
use serde_json::{Value, json};

fn written(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn whole(instant: DateTime<Utc>, unit: TimeDelta) -> DateTime<Utc> {
    instant.duration_trunc(unit).unwrap()
}

fn sum(points: &Value, key: &str, state: &str) -> u64 {
    points.as_array().unwrap().iter().map(|point| point[key][state].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn points_tell_of_checks_times_and_how_long_they_took() {
    let hour = whole(Utc::now(), Duration::hours(1)) - Duration::hours(5);
    let mut past = Past::default();
    let (web, other) = (past.node("shop", "web"), past.node("shop", "api"));
    let minute = |number: i64| hour + Duration::minutes(number);
    for number in 0..10 {
        past.checked(web, Operational, minute(number), minute(number + 1), 1000 * (number as u32 + 1));
    }
    past.checked(web, Down, minute(10), minute(10) + Duration::milliseconds(30_500), 2_000_000);
    past.checked(other, Operational, minute(3), minute(4), 7);
    past.transition(web, minute(10), Operational, Down);
    past.transition(web, minute(-30), Down, Operational);
    let app = past.start(SERVICES).await;

    let (from, to) = (written(hour), written(minute(20)));
    let history = result(&app, "dev", &format!("/services/shop/history?from={from}&to={to}&points=4")).await;
    assert_eq!((&history["service"], &history["type"], &history["name"]), (&json!("shop"), &json!("App"), &json!("Shop")));
    assert_eq!((&history["from"], &history["to"], &history["timezone"]), (&json!(from), &json!(to), &json!("UTC")));
    assert_eq!((&history["tier"], &history["step"]), (&json!("minute"), &json!(300)));
    let nodes: Vec<_> = history["nodes"].as_array().unwrap().iter().map(|node| node["node"].as_str().unwrap()).collect();
    assert_eq!(nodes, ["api", "web"]);
    let points = history["nodes"][1]["points"].as_array().unwrap();
    let starts: Vec<_> = points.iter().map(|point| point["at"].as_str().unwrap().to_owned()).collect();
    assert_eq!(starts, [written(hour), written(minute(5)), written(minute(10))]);
    // A check belongs to the minute in which it ended, the time before it to the minutes in which it passed.
    assert_eq!(
        points[0],
        json!({
            "at": from,
            "checks": {"operational": 4, "unhealthy": 0, "down": 0, "unknown": 0},
            "seconds": {"operational": 300, "unhealthy": 0, "down": 0, "unknown": 0},
            "elapsed": points[0]["elapsed"],
        })
    );
    assert_eq!(points[2]["seconds"], json!({"operational": 0, "unhealthy": 0, "down": 30.5, "unknown": 0}));
    assert_eq!(points[2]["checks"], json!({"operational": 1, "unhealthy": 0, "down": 1, "unknown": 0}));
    let elapsed = &points[2]["elapsed"];
    assert_eq!((&elapsed["minimum"], &elapsed["average"], &elapsed["maximum"]), (&json!(0.01), &json!(1.005), &json!(2.0)));
    let percentiles = ["p50", "p95", "p99"].map(|key| points[0]["elapsed"][key].as_f64().unwrap());
    assert!((percentiles[0] - 0.002).abs() <= 0.002 * 0.02, "{percentiles:?}");
    assert!(percentiles.is_sorted() && percentiles[2] <= 0.004, "{percentiles:?}");
    let transition = json!({
        "at": written(minute(10)), "node": "web", "from": "operational", "to": "down", "lasted": 1.5, "message": "transition 1"
    });
    assert_eq!((&history["transitions"], &history["truncated"]), (&json!([transition]), &json!(false)));
}

#[tokio::test]
async fn a_year_comes_in_days() {
    let day = Duration::days(1);
    let begin = whole(Utc::now(), day) - day * 365;
    let mut past = Past::default();
    let web = past.node("shop", "web");
    for hour in 0..365 * 24 {
        let from = begin + Duration::hours(hour);
        // Once a week there is an hour of trouble.
        let state = if hour % (7 * 24) == 5 { Down } else { Operational };
        past.checked(web, state, from, from + Duration::hours(1), 1000 + hour as u32);
    }
    let app = past.start(SERVICES).await;
    let (from, to) = (written(begin), written(begin + day * 365));
    let year = result(&app, "dev", &format!("/services/shop/history?from={from}&to={to}&points=365")).await;
    assert_eq!((&year["tier"], &year["step"]), (&json!("day"), &json!(86_400)));
    let points = &year["nodes"][0]["points"];
    assert_eq!(points.as_array().unwrap().len(), 365);
    assert_eq!((sum(points, "seconds", "down"), sum(points, "checks", "down")), (53 * 3600, 53));
    assert_eq!(sum(points, "seconds", "operational"), (365 * 24 - 53) * 3600);
    assert_eq!(points[0]["seconds"], json!({"operational": 23 * 3600, "unhealthy": 0, "down": 3600, "unknown": 0}));

    let quarter = result(&app, "dev", &format!("/services/shop/history?from={from}&to={to}&points=4")).await;
    assert_eq!((quarter["nodes"][0]["points"].as_array().unwrap().len(), &quarter["step"]), (4, &json!(92 * 86_400)));
    assert_eq!(sum(&quarter["nodes"][0]["points"], "seconds", "down"), 53 * 3600);

    let report = result(&app, "dev", &format!("/report?from={from}&to={to}")).await;
    let availability = report["services"][0]["availability"].as_f64().unwrap();
    assert!((availability - (365.0 * 24.0 - 53.0) / (365.0 * 24.0)).abs() < 1e-12, "{availability}");
}

#[tokio::test]
async fn transitions_are_bounded_and_the_latest_come_first() {
    let begin = whole(Utc::now(), Duration::hours(1)) - Duration::hours(2);
    let mut past = Past::default();
    let (web, mail) = (past.node("shop", "web"), past.node("mail", "mx"));
    for second in 0..501 {
        past.transition(web, begin + Duration::seconds(second), Operational, Down);
        past.transition(mail, begin + Duration::seconds(second), Operational, Down);
    }
    let app = past.start(SERVICES).await;
    let history = result(&app, "dev", "/services/shop/history").await;
    let transitions = history["transitions"].as_array().unwrap();
    assert_eq!((transitions.len(), &history["truncated"]), (500, &json!(true)));
    assert_eq!(transitions[0]["at"], written(begin + Duration::seconds(500)));
    assert_eq!(transitions[499]["at"], written(begin + Duration::seconds(1)));
    assert!(transitions.iter().all(|transition| transition["node"] == "web"));
    assert_eq!(history["nodes"].as_array().map(Vec::len), Some(0), "nothing is known of the time in between");
}

#[tokio::test]
async fn a_service_with_many_nodes_gets_fewer_points_for_each() {
    let begin = whole(Utc::now(), Duration::hours(1)) - Duration::hours(2);
    let mut past = Past::default();
    for number in 0..1000 {
        let node = past.node("shop", &format!("node {number:03}"));
        past.checked(node, State::Unhealthy, begin, begin + Duration::hours(1), 1);
    }
    let app = past.start(SERVICES).await;
    let history = result(&app, "dev", "/services/shop/history?from=-1d&points=2000").await;
    let nodes = history["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 1000);
    assert!(history["step"].as_u64().unwrap() >= 86_400 / 20, "{}", history["step"]);
}
