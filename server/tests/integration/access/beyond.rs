//! Every route, called for services that the caller may not see: by a user with some roles, and by API keys with these roles.

use super::{Caller, Needs, Question, SERVICES, Way, all_routes, callers, form, incident, incident_of, needs, question, send};
use crate::test_app::TestApp;
use crate::waiting;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Callers who see `for-dev` and not `for-ops`, with any rights.
const BOUNDED: [&str; 4] = ["dev", "operator", "a wide key of admin for dev", "a key of operator"];

/// The functions of the page that are about one service.
const ID_OF_A_SERVICE: [&str; 6] =
    ["/rpc/service", "/rpc/service_history", "/rpc/service_figures", "/rpc/check_now", "/rpc/pause", "/rpc/resume"];

#[tokio::test]
async fn no_order_covers_what_its_caller_may_not_see() {
    let app = TestApp::start(SERVICES).await;
    let callers = callers(&app).await;
    let callers: Vec<_> = callers.iter().filter(|caller| BOUNDED.contains(&caller.name)).collect();
    assert_eq!(callers.len(), BOUNDED.len());
    waiting::until("there are incidents", async || incident(&app).await.is_some() && incident_of(&app, "for-ops").await.is_some())
        .await;
    for way in all_routes() {
        for caller in &callers {
            for question in beyond(&app, &way).await {
                let before = state(&app).await;
                let what = format!("{} {} {:?} as {}", question.method, question.path, question.body, caller.name);
                let response = send(&app, &question, caller).send().await.unwrap();
                let (status, text) = (response.status(), response.text().await.unwrap());
                match needs(way.method, &way.path) {
                    Needs::ToOperate | Needs::ToAdminister => {
                        assert!(!status.is_success() && !status.is_redirection(), "{what}: {status}");
                        assert_eq!(state(&app).await, before, "{what}");
                    }
                    // An event stream would go on; `roles` has a test of it.
                    Needs::ToSee => assert_eq!(status, StatusCode::NOT_FOUND, "{what}"),
                    Needs::Nothing | Needs::ToBeKnown => assert!(!text.contains("for-ops"), "{what}: {text}"),
                }
            }
        }
    }
}

/// What an operator sees of an order that also covers others, and why they cannot end it.
#[tokio::test]
async fn an_order_that_covers_others_is_ended_only_by_who_sees_all_of_them() {
    let app = TestApp::start(SERVICES).await;
    for services in [json!(["for-dev", "for-ops"]), Value::Null] {
        let id = silence(&app, &services).await;
        let path = format!("/api/v1.0/silences/{id}");
        let delete = async |user: &str| app.request(Method::DELETE, &path).basic_auth(user, Some(user)).send().await.unwrap();
        let refused = delete("operator").await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        let refused: Value = refused.json().await.unwrap();
        assert!(refused["error"].as_str().unwrap().contains("services that you may not see"), "{refused}");
        assert!(!refused.to_string().contains("for-ops"), "{refused}");
        let page = app.get_as("operator", "/silences").await.text().await.unwrap();
        assert!(page.contains(&format!("data-silence=\"{id}\"")) && !page.contains(">End<"), "{page}");
        let page = app.get_as("admin", "/silences").await.text().await.unwrap();
        assert!(page.contains(">End<"), "{page}");
        assert_eq!(delete("admin").await.status(), StatusCode::OK);
    }
    let own = silence(&app, &json!(["for-dev"])).await;
    let deleted = app.request(Method::DELETE, &format!("/api/v1.0/silences/{own}")).basic_auth("operator", Some("operator"));
    assert_eq!(deleted.send().await.unwrap().status(), StatusCode::OK);
}

/// Silences of an administrator, and the incidents that are open.
async fn state(app: &TestApp) -> (Value, Option<u64>, Option<u64>) {
    let silences: Value = app.get_as("admin", "/api/v1.0/silences").await.json().await.unwrap();
    (silences, incident(app).await, incident_of(app, "for-ops").await)
}

/// A silence of an administrator; `null` for all services.
async fn silence(app: &TestApp, services: &Value) -> u64 {
    enter(app, &order(services)).await
}

/// The same, and one that recurs.
async fn silences(app: &TestApp, services: &Value) -> [u64; 2] {
    [silence(app, services).await, enter(app, &recurring(services)).await]
}

async fn enter(app: &TestApp, body: &Value) -> u64 {
    let request = app.request(Method::POST, "/api/v1.0/silences").basic_auth("admin", Some("admin")).body(body.to_string());
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["result"]["id"].as_u64().unwrap()
}

/// For five minutes; `null` for all services.
fn order(services: &Value) -> Value {
    match services {
        Value::Null => json!({"minutes": 5}),
        services => json!({"services": services, "minutes": 5}),
    }
}

/// Every day.
fn recurring(services: &Value) -> Value {
    let mut body = order(services);
    let object = body.as_object_mut().unwrap();
    object.remove("minutes");
    object.insert("recurrence".to_owned(), json!({"from": "00:00", "to": "00:00"}));
    body
}

/// What to ask about services that a bounded caller does not see: of one, of one among others, and of all.
async fn beyond(app: &TestApp, way: &Way) -> Vec<Question> {
    let scopes = [json!(["for-ops"]), json!(["for-dev", "for-ops"]), Value::Null];
    let orders = || scopes.iter().flat_map(|services| [order(services), recurring(services)]);
    let method: Method = way.method.parse().unwrap();
    let ask =
        |path: String, body: Option<Value>| Question { method: method.clone(), path, body: body.map(|body| body.to_string()) };
    let path = way.path.as_str();
    match (way.method, path) {
        // It has no end.
        ("GET", "/api/v1.0/events") => Vec::new(),
        ("POST", "/api/v1.0/silences") => orders().map(|order| ask(path.to_owned(), Some(order))).collect(),
        ("POST", "/rpc/create_silence") => orders().map(|order| ask(path.to_owned(), Some(json!({"request": order})))).collect(),
        ("DELETE", "/api/v1.0/silences/{id}") | ("POST", "/rpc/end_silence") => {
            let mut questions = Vec::new();
            for services in &scopes {
                for id in silences(app, services).await {
                    let body = (way.method == "POST").then(|| json!({"id": id}));
                    questions.push(ask(path.replace("{id}", &id.to_string()), body));
                }
            }
            questions
        }
        ("POST", "/api/v1.0/silences/{id}/extend" | "/rpc/extend" | "/silences (extend)") => {
            let mut questions = Vec::new();
            for services in &scopes {
                let id = silence(app, services).await;
                questions.push(match path {
                    "/rpc/extend" => ask(path.to_owned(), Some(json!({"id": id, "request": {"minutes": 5}}))),
                    "/silences (extend)" => filled(path, &format!("action=extend&id={id}&minutes=5")),
                    _ => ask(path.replace("{id}", &id.to_string()), Some(json!({"minutes": 5}))),
                });
            }
            questions
        }
        ("POST", "/silences (silence)") => ["services=for-ops", "services=for-dev&services=for-ops", "all=true"]
            .into_iter()
            .flat_map(|services| {
                let recurring = "repeats=weekly&days=sun&starts=02:00&stops=04:00&repeats_in=UTC";
                ["minutes=5", recurring].map(|times| filled(path, &format!("action=silence&{times}&{services}")))
            })
            .collect(),
        ("POST", "/silences (end)") => {
            let mut questions = Vec::new();
            for services in &scopes {
                for id in silences(app, services).await {
                    questions.push(filled(path, &format!("action=end&id={id}")));
                }
            }
            questions
        }
        ("POST", "/incidents (acknowledge)" | "/incidents/{id} (acknowledge)") => {
            let incident = incident_of(app, "for-ops").await.unwrap();
            vec![filled(&path.replace("{id}", &incident.to_string()), &format!("action=acknowledge&incident={incident}"))]
        }
        ("POST", "/incidents (unacknowledge)" | "/incidents/{id} (unacknowledge)") => {
            let incident = incident_of(app, "for-ops").await.unwrap();
            let acknowledgement = format!("/api/v1.0/incidents/{incident}/acknowledgement");
            let request = app.request(Method::PUT, &acknowledgement).basic_auth("admin", Some("admin")).body("{}");
            assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
            vec![filled(&path.replace("{id}", &incident.to_string()), &format!("action=unacknowledge&incident={incident}"))]
        }
        ("GET", "/incidents/{id}" | "/api/v1.0/incidents/{id}") => {
            vec![ask(path.replace("{id}", &incident_of(app, "for-ops").await.unwrap().to_string()), None)]
        }
        ("POST", "/rpc/incident" | "/rpc/incident_history") => {
            vec![ask(path.to_owned(), Some(json!({"id": incident_of(app, "for-ops").await.unwrap()})))]
        }
        ("POST", "/rpc/withdraw_acknowledgement") => {
            let incident = incident_of(app, "for-ops").await.unwrap();
            let acknowledgement = format!("/api/v1.0/incidents/{incident}/acknowledgement");
            let request = app.request(Method::PUT, &acknowledgement).basic_auth("admin", Some("admin")).body("{}");
            assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
            vec![ask(path.to_owned(), Some(json!({"incident": incident})))]
        }
        ("POST", "/rpc/matching") => vec![ask(path.to_owned(), Some(json!({"texts": ["*"]})))],
        ("PUT" | "DELETE", "/api/v1.0/incidents/{id}/acknowledgement") => {
            let path = path.replace("{id}", &incident_of(app, "for-ops").await.unwrap().to_string());
            if way.method == "DELETE" {
                let request = app.request(Method::PUT, &path).basic_auth("admin", Some("admin")).body("{}");
                assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
            }
            vec![ask(path, Some(json!({})))]
        }
        ("POST", "/api/v1.0/incidents/{id}/notes") => {
            let incident = incident_of(app, "for-ops").await.unwrap();
            vec![ask(path.replace("{id}", &incident.to_string()), Some(json!({"text": "restarting it"})))]
        }
        ("POST", "/rpc/add_note") => {
            let incident = incident_of(app, "for-ops").await.unwrap();
            vec![ask(path.to_owned(), Some(json!({"incident": incident, "text": "restarting it"})))]
        }
        ("POST", "/incidents/{id} (note)") => {
            let incident = incident_of(app, "for-ops").await.unwrap();
            let body = format!("action=note&incident={incident}&text=restarting");
            vec![filled(&path.replace("{id}", &incident.to_string()), &body)]
        }
        ("POST", "/rpc/acknowledge") => {
            let incident = incident_of(app, "for-ops").await.unwrap();
            vec![ask(path.to_owned(), Some(json!({"incident": incident, "request": {}})))]
        }
        (_, path)
            if path.starts_with("/api/v1.0/services/{id}/")
                || path.starts_with("/services/{id}")
                || ID_OF_A_SERVICE.contains(&path) =>
        {
            let question = question(app, way.method, path).await;
            let elsewhere = |text: &str| text.replace("for-dev", "for-ops");
            vec![Question { path: elsewhere(&question.path), body: question.body.as_deref().map(elsewhere), ..question }]
        }
        (_, path) if needs(way.method, path) == Needs::ToSee => vec![ask(path.replace("{id}", "for-ops"), None)],
        _ => vec![question(app, way.method, path).await],
    }
}

/// A form with these fields.
fn filled(path: &str, fields: &str) -> Question {
    let (path, body) = form(path, fields);
    Question { method: Method::POST, path, body }
}

/// A client decides what `Accept` and `Referer` say.
#[tokio::test]
async fn no_function_of_the_page_redirects_to_another_site() {
    let app = TestApp::start(SERVICES).await;
    let callers = callers(&app).await;
    waiting::until("there is an incident", async || incident(&app).await.is_some()).await;
    let of = |name: &str| callers.iter().find(|caller: &&Caller| caller.name == name).unwrap();
    for way in all_routes().iter().filter(|way| way.path.starts_with("/rpc/")) {
        for caller in ["anonymous", "dev", "admin"] {
            let question = question(&app, way.method, &way.path).await;
            let request =
                send(&app, &question, of(caller)).header("accept", "text/html").header("referer", "https://evil.example/");
            let response = request.send().await.unwrap();
            let what = format!("{} as {caller}: {} {:?}", way.path, response.status(), response.headers());
            assert!(!response.status().is_redirection() && response.headers().get("location").is_none(), "{what}");
        }
    }
}

/// Services can be named by patterns, types and roles. They become the services that match at that time.
#[tokio::test]
async fn silences_cover_what_matches_when_they_are_ordered() {
    let app = TestApp::start(SERVICES).await;
    let order = async |user: &str, body: Value| {
        let request = app.request(Method::POST, "/api/v1.0/silences").basic_auth(user, Some(user)).body(body.to_string());
        let response = request.send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    for (user, matching, services, expected) in [
        ("admin", json!(["for-*"]), json!(["for-dev", "for-ops"]), None),
        ("operator", json!(["for-*"]), json!(["for-dev"]), None),
        ("admin", json!(["role:ops"]), json!(["for-ops"]), None),
        ("admin", json!(["for-dev"]), json!(["for-ops", "for-dev"]), Some(json!(["for-ops"]))),
    ] {
        let mut body = json!({"matching": matching, "minutes": 5});
        if let Some(named) = expected {
            body["services"] = named;
        }
        let (status, answer) = order(user, body).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        let mut found: Vec<_> = answer["result"]["services"].as_array().unwrap().iter().map(ToString::to_string).collect();
        let mut wanted: Vec<_> = services.as_array().unwrap().iter().map(ToString::to_string).collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{matching} as {user}");
    }
    for matching in [json!(["for-ops"]), json!(["role:ops"]), json!(["nothing-*"]), json!(["for-dev", "type:None"])] {
        let (status, answer) = order("operator", json!({"matching": matching, "minutes": 5})).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
        assert!(answer["error"].as_str().unwrap().contains("no service matches"), "{answer}");
    }
    // Each text is compared with every service.
    for matching in [json!(vec!["*"; 101]), json!(["*".repeat(4_001)])] {
        let (status, answer) = order("operator", json!({"matching": matching, "minutes": 5})).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
        assert!(answer["error"].as_str().unwrap().contains("at most 100 texts with 4000 bytes"), "{answer}");
    }
}
