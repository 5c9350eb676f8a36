use super::past::Past;
use super::{SERVICES, refusal, result};
use chrono::{DateTime, Duration, SecondsFormat, SubsecRound, Utc};
use model::State::{Down, Unhealthy};
use serde_json::{Value, json};

fn written(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn ids(answer: &Value) -> Vec<u64> {
    answer["incidents"].as_array().unwrap().iter().map(|incident| incident["id"].as_u64().unwrap()).collect()
}

/// Incident 1 lasts since 50 days, 2 is over since 40 days, 3 and 4 were yesterday, 5 lasts since an hour.
fn past(now: DateTime<Utc>) -> Past {
    let mut past = Past::default();
    let (web, mail) = (past.node("shop", "web"), past.node("mail", "mx"));
    past.incident(mail, now - Duration::days(50), None, Down);
    past.incident(web, now - Duration::days(45), Some(now - Duration::days(40)), Down);
    past.incident(web, now - Duration::hours(30), Some(now - Duration::hours(24)), Unhealthy);
    past.incident(mail, now - Duration::hours(28), Some(now - Duration::hours(27)), Down);
    past.incident(web, now - Duration::hours(1), None, Unhealthy);
    past
}

#[tokio::test]
async fn incidents_are_those_that_lasted_within_the_period() {
    let now = Utc::now().trunc_subsecs(0);
    let app = past(now).start(SERVICES).await;
    let all = result(&app, "admin", "/incidents").await;
    assert_eq!((ids(&all), &all["truncated"]), (vec![5, 4, 3, 1], &json!(false)));
    assert_eq!(ids(&result(&app, "admin", "/incidents?from=-60d").await), [5, 4, 3, 2, 1]);
    assert_eq!(ids(&result(&app, "admin", "/incidents?from=-48h&to=-26h").await), [4, 3, 1]);
    assert_eq!(ids(&result(&app, "admin", "/incidents?from=-50d&to=-49d").await), [1]);
    let limited = result(&app, "admin", "/incidents?limit=2").await;
    assert_eq!((ids(&limited), &limited["truncated"]), (vec![5, 4], &json!(true)));
    let exact = result(&app, "admin", "/incidents?limit=4").await;
    assert_eq!((ids(&exact), &exact["truncated"]), (vec![5, 4, 3, 1], &json!(false)));
    assert_eq!(ids(&result(&app, "admin", "/services/mail/incidents").await), [4, 1]);
}

#[tokio::test]
async fn those_that_last_are_told_whenever_they_began() {
    let app = past(Utc::now()).start(SERVICES).await;
    let open = result(&app, "admin", "/incidents?open=true").await;
    assert_eq!((ids(&open), open.get("from"), open.get("to")), (vec![5, 1], None, None));
    assert_eq!(ids(&result(&app, "dev", "/incidents?open=true").await), [5]);
    let (status, error) = refusal(&app, "admin", "/incidents?open=true&from=-1h").await;
    assert_eq!((status.as_u16(), error.contains("`from`: not to be given with `open`")), (400, true), "{error}");
}

#[tokio::test]
async fn an_incident_says_all_about_itself() {
    let now = Utc::now().trunc_subsecs(0);
    let app = past(now).start(SERVICES).await;
    let answer = result(&app, "dev", "/services/shop/incidents?from=-48h").await;
    assert_eq!(
        answer["incidents"][1],
        json!({
            "id": 3,
            "service": "shop",
            "type": "App",
            "name": "Shop",
            "node": "web",
            "since": written(now - Duration::hours(30)),
            "opened": written(now - Duration::hours(30) + Duration::minutes(1)),
            "ended": written(now - Duration::hours(24)),
            "lasted": 6 * 3600,
            "worst": "unhealthy",
            "message": "incident 3",
        })
    );
    let open = &answer["incidents"][0];
    let lasted = open["lasted"].as_f64().unwrap();
    assert!(open.get("ended").is_none() && (3600.0..3660.0).contains(&lasted), "{open}");
    let in_zone = result(&app, "dev", "/services/shop/incidents?from=-48h&tz=Asia/Kolkata").await;
    assert!(in_zone["incidents"][1]["since"].as_str().unwrap().ends_with("+05:30"), "{in_zone}");
    assert_eq!(in_zone["timezone"], "Asia/Kolkata");
}
