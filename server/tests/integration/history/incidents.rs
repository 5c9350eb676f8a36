use super::past::Past;
use super::{SERVICES, refusal, result};
use crate::test_app::TestApp;
use chrono::{DateTime, Duration, SecondsFormat, SubsecRound, Utc};
use model::State::{Down, Unhealthy};
use reqwest::Method;
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
async fn open_incidents_are_listed_whenever_they_began() {
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

#[tokio::test]
async fn incidents_are_filtered_and_paged() {
    let app = past(Utc::now()).start(SERVICES).await;
    for (parameters, expected) in [
        ("status=open", &[5, 1][..]),
        ("status=resolved", &[4, 3]),
        ("status=acknowledged", &[]),
        ("state=unhealthy", &[5, 3]),
        ("type=Infra", &[4, 1]),
        ("type=infra", &[]),
        ("search=SHOP", &[5, 3]),
        ("search=mx", &[4, 1]),
        ("search=incident+3", &[3]),
        ("search=%233", &[3]),
        ("state=down&type=Infra&from=-48h&to=-26h", &[4, 1]),
        ("before=4", &[3, 1]),
        ("before=4&limit=1", &[3]),
    ] {
        assert_eq!(ids(&result(&app, "admin", &format!("/incidents?{parameters}")).await), expected, "{parameters}");
    }
    let (mut listed, mut address) = (Vec::new(), "/incidents?limit=1&from=-60d".to_owned());
    loop {
        let page = result(&app, "admin", &address).await;
        listed.extend(ids(&page));
        match page.get("next") {
            Some(next) => address = format!("/incidents?limit=1&from=-60d&before={next}"),
            None => break,
        }
    }
    assert_eq!(listed, [5, 4, 3, 2, 1]);
    for (wrong, expected) in [
        ("status=done", "`status`: expected `open` or `acknowledged` or `resolved`"),
        ("state=operational", "`state`: expected `down` or `unhealthy` or `unknown`"),
        ("before=x", "`before`: expected a whole number"),
        ("format=xml", "`format`: expected `json` or `csv`"),
    ] {
        let (status, error) = refusal(&app, "admin", &format!("/incidents?{wrong}")).await;
        assert_eq!((status.as_u16(), error.contains(expected)), (400, true), "{error}");
    }
}

#[tokio::test]
async fn incidents_are_a_table_on_demand() {
    let now = Utc::now().trunc_subsecs(0);
    let app = past(now).start(SERVICES).await;
    let response = app.get_as("dev", "/api/v1.0/incidents?status=resolved&format=csv").await;
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert!(response.headers()["content-disposition"].to_str().unwrap().contains("platus-incidents_"));
    let since = written(now - Duration::hours(30));
    let opened = written(now - Duration::hours(30) + Duration::minutes(1));
    let ended = written(now - Duration::hours(24));
    assert_eq!(
        response.text().await.unwrap(),
        format!(
            "id,service,type,name,node,since,opened,ended,lasted,worst,acknowledged_by,message\r\n\
             3,shop,App,Shop,web,{since},{opened},{ended},21600,unhealthy,,incident 3\r\n"
        )
    );
}

#[tokio::test]
async fn one_incident_has_its_transitions_and_is_hidden_from_others() {
    let app = past(Utc::now()).start(SERVICES).await;
    let incident = result(&app, "dev", "/incidents/3").await;
    assert_eq!((&incident["id"], &incident["service"], &incident["timezone"]), (&json!(3), &json!("shop"), &json!("UTC")));
    assert!(incident["transitions"].is_array(), "{incident}");
    for (user, address) in [("dev", "/incidents/4"), ("admin", "/incidents/99"), ("admin", "/incidents/x")] {
        let (status, _) = refusal(&app, user, address).await;
        assert_eq!(status.as_u16(), 404, "{address} as {user}");
    }
    let page = app.get_as("dev", "/incidents/3").await;
    assert_eq!(page.status().as_u16(), 200);
    let text = page.text().await.unwrap();
    assert!(text.contains("incident 3") && text.contains("Ended"), "{text}");
    for (user, address) in [("dev", "/incidents/4"), ("admin", "/incidents/99")] {
        let page = app.get_as(user, address).await;
        assert_eq!(page.status().as_u16(), 404, "{address} as {user}");
        let text = page.text().await.unwrap();
        assert!(text.contains("There is no such incident"), "{text}");
        assert!(user == "admin" || !text.contains("mail"), "{text}");
    }
}

#[tokio::test]
async fn the_page_lists_past_and_open_incidents_of_the_user() {
    let app = past(Utc::now()).start(SERVICES).await;
    let page = async |user: &str, address: &str| {
        let response = app.get_as(user, address).await;
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, text) = page("dev", "/incidents").await;
    assert_eq!(status, 200);
    assert!(text.contains("data-incident=\"3\"") && !text.contains("data-incident=\"4\"") && !text.contains("Mail"), "{text}");
    assert!(text.contains("1 resolved in the last 30 days"), "{text}");
    let (_, text) = page("admin", "/incidents?from=-60d&type=App").await;
    assert!(text.contains("data-incident=\"2\"") && !text.contains("data-incident=\"4\""), "{text}");
    let (_, text) = page("admin", "/incidents?status=resolved&before=4").await;
    assert!(text.contains("data-incident=\"3\"") && !text.contains("data-incident=\"4\""), "{text}");
    let (status, text) = page("admin", "/incidents?from=soon").await;
    assert_eq!(status, 200);
    assert!(text.contains("data-notice=\"address\""), "{text}");
}

#[tokio::test]
async fn the_incidents_of_one_service_are_found_by_its_id() {
    let app = past(Utc::now()).start(SERVICES).await;
    let of = async |user, service| ids(&result(&app, user, &format!("/incidents?from=-60d&service={service}")).await);
    assert_eq!(of("admin", "mail").await, [4, 1]);
    for (user, service) in [("admin", "mai"), ("admin", "Mail"), ("dev", "mail")] {
        assert!(of(user, service).await.is_empty(), "{service} for {user}");
    }
}

#[tokio::test]
async fn only_administrators_see_the_roles_of_an_incident() {
    let app = past(Utc::now()).start(SERVICES).await;
    let page = async |user| {
        let (_, cookie) = app.log_in(user, user, "/").await;
        let response = app.request(Method::GET, "/incidents/5").header("cookie", cookie).send().await.unwrap();
        response.text().await.unwrap()
    };
    assert!(page("admin").await.contains("<dt>Roles</dt>"));
    let theirs = page("dev").await;
    assert!(theirs.contains("<dt>Worst state</dt>") && !theirs.contains("<dt>Roles</dt>"), "{theirs}");
}

/// Adds a note, and returns the status and the answer.
async fn add_note(app: &TestApp, user: &str, incident: u64, text: &str) -> (u16, Value) {
    let request = app.request(Method::POST, &format!("/api/v1.0/incidents/{incident}/notes")).basic_auth(user, Some(user));
    let response = request.body(json!({ "text": text }).to_string()).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn notes_are_kept_with_their_author_and_bounded() {
    let app = past(Utc::now()).start(SERVICES).await;
    let (status, first) = add_note(&app, "admin", 5, " restarted\r\nand fine ").await;
    assert_eq!((status, &first["result"]["text"]), (201, &json!("restarted\nand fine")));
    let read = result(&app, "dev", "/incidents/5").await;
    assert_eq!((&read["notes"][0]["author"], &read["notes"][0]["id"]), (&json!("admin"), &first["result"]["id"]));
    assert!(result(&app, "admin", "/incidents/4").await.get("notes").is_none());

    // What a user does not see does not exist; what a viewer sees they cannot change.
    for (user, incident, expected) in [("dev", 4, 404), ("admin", 77, 404), ("dev", 5, 403)] {
        assert_eq!(add_note(&app, user, incident, "a note").await.0, expected, "{user} {incident}");
    }
    for (text, expected) in [(" ", "the note is empty"), (&*"x".repeat(2_001), "the note is longer than 2000 bytes")] {
        let (status, answer) = add_note(&app, "admin", 5, text).await;
        assert!(status == 400 && answer["error"].as_str().unwrap().contains(expected), "{answer}");
    }
    for number in 2..=100 {
        assert_eq!(add_note(&app, "admin", 5, &number.to_string()).await.0, 201);
    }
    let (status, answer) = add_note(&app, "admin", 5, "one more").await;
    assert!(status == 400 && answer["error"].as_str().unwrap().contains("at most 100 notes"), "{answer}");
    let read = result(&app, "dev", "/incidents/5").await;
    let texts: Vec<_> = read["notes"].as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap()).collect();
    assert_eq!((texts.len(), texts[1], texts[99]), (100, "2", "100"));
}
