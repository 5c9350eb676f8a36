//! Lists decide nothing about services of the configuration, nor about those of other lists.

use super::{entry, list, list_in_use};
use crate::reload::{CONFIG, answering, ask, changes, names, reload, web, write};
use crate::targets::OddServer;
use crate::test_app::{TestApp, configuration};
use crate::waiting::until;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;

/// A service of the configuration at a closed port, with more keys.
fn own(id: &str, keys: &str) -> String {
    format!("{id}: {{role: dev, type: tcp, properties: {{host: 127.0.0.1, port: 9}}, data: {{name: Own {id}}}{keys}}}\n")
}

/// The errors of all lists.
async fn errors(app: &TestApp) -> Vec<String> {
    let (_, config) = ask(app, Method::GET, "/config").await;
    let lists = config["result"]["lists"].as_array().unwrap().clone();
    lists.iter().map(|list| list["error"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn what_names_a_service_of_a_list_works_without_it() {
    let target = answering();
    let services = format!(
        "{}{}{}{}  depends_on: ['${{each.labels.needs:-shop}}']\n",
        own("shop", ", depends_on: shop-a"),
        own("new", ", was: shop-old"),
        web(&target, "ok"),
        entry("file: shops.json, allow_empty: true")
    );
    let folder = configuration(&format!("{CONFIG}connectivity: [shop-a, web]\n"), &services);
    fs::write(folder.path().join("shops.json"), "[]").unwrap();
    // A start without the service that `connectivity` and `depends_on` name.
    let app = TestApp::start_in(folder).await;
    app.until("Own shop", "down").await;
    let changed = services.replace("Own new", "Own newer");
    write(&app, "services.yaml", &changed);
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));

    // A circle: each needs the other. It is cut at the service of the list.
    write(&app, "shops.json", &list(&["a", "b"]));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(2, 0, 0)));
    for name in ["Own shop", "Own newer", "Shop a", "Shop b"] {
        app.until(name, "down").await;
    }
    // A former id of a service of the configuration is its own. What a list needs in vain has no effect.
    write(&app, "shops.json", &list(&["a", "old", "b"]).replace("\"env\"", "\"needs\": \"nothing\", \"env\""));
    assert_eq!(reload(&app).await.0, StatusCode::OK);
    assert_eq!(names(&app, "dev").await, ["Own newer", "Own shop", "Shop a", "Shop b", "Web"]);
    assert!(errors(&app).await[0].contains("it makes no service of `shop-old`"), "{:?}", errors(&app).await);
    app.until("Shop a", "down").await;
    write(&app, "shops.json", "[]");
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 0, 2)));

    // A name that no list can make is a mistake.
    write(&app, "config.yaml", &format!("{CONFIG}connectivity: [shops, web]\n"));
    assert_eq!(reload(&app).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    app.stop().await;
}

#[tokio::test]
async fn an_id_stays_with_the_service_that_has_it() {
    let second = "${each.labels.kind}-${each.labels.name}:\n  type: tcp\n  role: dev\n  discover: {file: two.json}\n  properties: \
                  {host: '${each.host}', port: 9}\n  data: {name: 'Two ${each.labels.name}'}\n";
    let services = |own: &str| format!("{own}{}{second}", entry("file: one.json"));
    let second_list = |names: &[&str]| list(names).replace("\"env\"", "\"kind\": \"shop\", \"env\"");
    let folder = configuration(CONFIG, &services(""));
    fs::write(folder.path().join("one.json"), list(&["a"])).unwrap();
    fs::write(folder.path().join("two.json"), second_list(&["b", "c"])).unwrap();
    let app = TestApp::start_in(folder).await;
    assert_eq!(names(&app, "dev").await, ["Shop a", "Two b", "Two c"]);

    // The first list takes an id of the second one.
    write(&app, "one.json", &list(&["a", "b", "d"]));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(1, 0, 0)));
    let expected = ["Shop a", "Shop d", "Two b", "Two c"];
    assert_eq!(names(&app, "dev").await, expected);
    assert!(errors(&app).await[0].contains("no service of `shop-b` at "), "{:?}", errors(&app).await);
    let app = TestApp::start_in(app.stop_keeping_files().await).await;
    assert_eq!(names(&app, "dev").await, expected, "a restart knows who had it");

    // It goes over when the second one gives it up, and to the configuration at once.
    write(&app, "two.json", &second_list(&["c"]));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));
    assert_eq!(names(&app, "dev").await, ["Shop a", "Shop b", "Shop d", "Two c"]);
    assert_eq!(errors(&app).await, ["", ""]);
    write(&app, "services.yaml", &services(&own("shop-c", "")));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));
    assert_eq!(names(&app, "dev").await, ["Own shop-c", "Shop a", "Shop b", "Shop d"]);
    app.stop().await;
}

#[tokio::test]
async fn each_entry_has_its_own_list() {
    let answer = |shops: &[&str]| format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", list(shops).len(), list(shops));
    let server = OddServer::answering_each(move |head| match head.contains("x-team: two") {
        true => answer(&["c"]),
        false => answer(&["a", "b"]),
    });
    let with = |id: &str, source: &str| entry(source).replacen("shop-", id, 1);
    let url = |team: &str| format!("url: 'http://{}/', headers: {{X-Team: {team}}}", server.address);
    let services = [
        with("kept-", "file: shops.json"),
        with("emptied-", "file: shops.json, allow_empty: true"),
        with("one-", &url("one")),
        with("two-", &url("two")),
    ];
    let folder = configuration(&CONFIG.replace("manual", "auto"), &services.concat());
    fs::write(folder.path().join("shops.json"), list(&["a", "b"])).unwrap();
    let app = TestApp::start_in(folder).await;
    let in_use = async || -> Vec<Value> {
        let (_, config) = ask(&app, Method::GET, "/config").await;
        config["result"]["lists"].as_array().unwrap().iter().map(|list| list["services"].clone()).collect()
    };
    until("both answers are used", async || in_use().await == [2, 2, 2, 1]).await;
    write(&app, "shops.json", "[]");
    assert_eq!(reload(&app).await.0, StatusCode::OK);
    assert_eq!(in_use().await, [2, 0, 2, 1]);
    app.stop().await;
}

#[tokio::test]
async fn a_list_that_always_changes_delays_no_change_of_the_configuration() {
    let services = entry("file: shops.json");
    let folder = configuration(&CONFIG.replace("manual", "auto"), &services);
    let file = folder.path().join("shops.json");
    fs::write(&file, list(&["a"])).unwrap();
    let app = TestApp::start_in(folder).await;
    let texts = [list(&["a"]), list(&["a", "b"]), list(&["a"])[..20].to_owned()];
    let mut texts = texts.iter().cycle();
    write(&app, "services.yaml", &format!("{services}{}", own("web", "")));
    until("the change is used", async || {
        // The list changes at each look, which is much more often than Platus looks at its files.
        fs::write(&file, texts.next().unwrap()).unwrap();
        names(&app, "dev").await.contains(&"Own web".to_owned())
    })
    .await;
    assert_ne!(list_in_use(&app).await["services"], 0);
    let (_, config) = ask(&app, Method::GET, "/config").await;
    assert_eq!(config["result"]["failed"], json!(0), "{config}");
    app.stop().await;
}
