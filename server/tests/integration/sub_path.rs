//! Platus under a base path, behind nginx with the configurations that `docs/reverse-proxy.md` shows: one passes the base path on, one
//! removes it. Both show the same site.

use crate::channels::receiver::Receiver;
use crate::command_line::platus;
use crate::reverse_proxy::{GUIDE, browser, location, log_in, proxied};
use crate::servers::nginx::Nginx;
use crate::test_app::{EventStream, TestApp, cookie};
use crate::waiting;
use checks::CheckTypes;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use server::http::{Access, routes};
use std::net::Ipv4Addr;
use tokio::task::spawn_blocking;

const SERVICES: &str = "
shop: {role: dev, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: App, name: shop}}
a/b: {role: dev, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: App, name: slash}}
";

/// The examples under this heading: the block of nginx that passes the base path on, and the one that removes it.
fn examples() -> Vec<&'static str> {
    let (_, section) = GUIDE.split_once("## Under a path").unwrap();
    let blocks = section.split("```nginx\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let blocks: Vec<_> = blocks.collect();
    assert_eq!(blocks.len(), 2, "{section}");
    blocks
}

/// Platus and nginx in front of it.
struct Site {
    app: TestApp,
    _nginx: Nginx,
    host: String,
    browser: Client,
    cookie: String,
}

impl Site {
    async fn start(location_block: &str, more: &str) -> Self {
        let port = Nginx::port();
        let host = format!("https://127.0.0.1:{port}");
        let config = format!("check_interval: 1\ntrusted_proxies: 127.0.0.1\npublic_url: {host}/platus\n{more}");
        let app = TestApp::start_with(&config, SERVICES, &CheckTypes::built_in()).await;
        let server = "listen 443 ssl; ssl_certificate /etc/ssl/platus.crt; ssl_certificate_key /etc/ssl/platus.key;";
        let nginx = proxied(&format!("server {{ {server} {location_block} }}"), port, app.address);
        let browser = browser(Ipv4Addr::LOCALHOST);
        let answer = log_in(&browser, &format!("{host}/platus"), "dev").await;
        assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/platus/"));
        let set_cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(set_cookie.contains("; Path=/platus/;") && set_cookie.contains("; Secure"), "{set_cookie}");
        let cookie = cookie(answer.headers());
        Self { app, _nginx: nginx, host, browser, cookie }
    }

    /// A request of the user who is logged in, to an address below `/platus`.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.browser.request(method, format!("{}/platus{path}", self.host));
        request.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin")
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.unwrap()
    }
}

/// Addresses of a document that are outside of the site.
fn outside(html: &str) -> Vec<&str> {
    let values = |name: &str| html.split(name).skip(1).filter_map(|rest| rest.split(['"', '\'']).next()).collect::<Vec<_>>();
    let all = [" href=\"", " action=\"", " src=\"", " from '", "module_or_path: '"].into_iter().flat_map(values);
    all.filter(|address| !address.starts_with("/platus/") && !address.starts_with('#')).collect()
}

/// The cookie that an address sets for a stranger.
async fn stranger_cookie(site: &Site, address: &str) -> String {
    let answer = site.browser.get(format!("{}{address}", site.host)).send().await.unwrap();
    assert_eq!(location(&answer).trim_start_matches(&site.host), "/platus/incidents");
    answer.headers()["set-cookie"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn pages_forms_calls_and_the_stream_stay_below_the_base_path() {
    for block in examples() {
        let site = Site::start(block, "").await;

        for route in routes().into_iter().filter(|route| route.access == Access::Page && route.method == "GET") {
            let path = route.path.replace("/services/{id}", "/services/shop").replace("{id}", "1");
            let answer = site.get(&path).await;
            match answer.headers().get("location") {
                Some(location) => assert_eq!(location.to_str().unwrap(), "/platus/incidents", "{path}"),
                None => {
                    let html = answer.text().await.unwrap();
                    assert!(html.contains("data-base=\"/platus\"") && html.contains("/platus/"), "{path}: {html}");
                    assert_eq!(outside(&html), Vec::<&str>::new(), "{path}");
                }
            }
        }

        // Redirects.
        let stranger = async |path: &str| {
            let answer = site.browser.get(format!("{}{path}", site.host)).send().await.unwrap();
            location(&answer).trim_start_matches(&site.host).to_owned()
        };
        assert_eq!(stranger("/platus/incidents?state=down").await, "/platus/login?next=%2Fincidents%3Fstate%3Ddown");
        assert_eq!(stranger("/platus/").await, "/platus/login");
        assert_eq!(stranger("/platus").await, "/platus/");
        assert_eq!(location(&site.get("/incidents/").await), "/platus/incidents");
        assert_eq!(location(&site.get("/alerts?service=shop").await), "/platus/silences?new&service=shop");
        let login = async |next: &str| {
            let answer = site.post("/login", &[("username", "dev"), ("password", "dev"), ("next", next)]).await;
            location(&answer).to_owned()
        };
        assert_eq!(login("/settings?a=b").await, "/platus/settings?a=b");
        for foreign in ["https://evil.example", "//evil.example", "/../grafana", "/%2e%2e/grafana"] {
            assert_eq!(login(foreign).await, "/platus/", "{foreign}");
        }

        let chosen = stranger_cookie(&site, "/platus/language/fr?next=/incidents").await;
        assert!(chosen.starts_with("platus_language=fr;") && chosen.contains("; Path=/platus/;"), "{chosen}");

        // Forms without JavaScript, server functions, the stream, and the API.
        let refused = site.post("/silences", &[("action", "silence")]).await;
        assert!(refused.status().is_client_error(), "{refused:?}");
        assert_eq!(outside(&refused.text().await.unwrap()), Vec::<&str>::new());
        let call = site.request(Method::POST, "/rpc/viewer").header("content-type", "application/json").body("{}");
        assert_eq!(call.send().await.unwrap().json::<Value>().await.unwrap()["name"], "dev");
        let mut stream = EventStream::of(site.get("/api/v1.0/events").await);
        stream.until(|event| event.data["name"] == "shop").await;
        assert_eq!(site.get("/api/v1.0/status").await.status(), StatusCode::OK);
        let unknown = site.get("/api/no/such").await;
        assert_eq!(
            (unknown.status(), unknown.headers()["content-type"].to_str().unwrap()),
            (StatusCode::NOT_FOUND, "application/json")
        );

        // A page of another site sends no commands, and the error leads back to the site.
        let foreign = site.browser.post(format!("{}/platus/login", site.host)).header("origin", "https://evil.example");
        let foreign = foreign.send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        let page = foreign.text().await.unwrap();
        assert!(page.contains("set `public_url: https://evil.example/platus`") && outside(&page).is_empty(), "{page}");

        let url = format!("http://{}/platus", site.app.address);
        let checked = spawn_blocking(move || platus(&["healthcheck", "--url", &url]).output().unwrap()).await.unwrap();
        assert!(checked.status.success(), "{checked:?}");

        let logout = site.post("/logout", &[]).await;
        assert_eq!(location(&logout), "/platus/login");
        assert!(logout.headers()["set-cookie"].to_str().unwrap().contains("; Path=/platus/;"), "{logout:?}");
        assert_eq!(location(&site.get("/").await), "/platus/login");
    }
}

/// Programs and containers on the same machine need not know the base path.
#[tokio::test]
async fn platus_itself_answers_with_and_without_the_base_path() {
    let app = TestApp::start_with("public_url: https://example.org/platus/\n", SERVICES, &CheckTypes::built_in()).await;
    for path in ["/api/v1.0/status", "/platus/api/v1.0/status", "/services/a%2Fb", "/platus/services/a%2Fb"] {
        assert_eq!(app.get_as("dev", path).await.status(), StatusCode::OK, "{path}");
    }
    let answer = app.get_as("dev", "/platus?state=down").await;
    assert_eq!((answer.status(), location(&answer)), (StatusCode::PERMANENT_REDIRECT, "/platus/?state=down"));
    assert_eq!(app.get_as("dev", "/platus2/api/v1.0/status").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn links_in_notifications_are_below_the_base_path() {
    let receiver = Receiver::start();
    let channel = json!({"type": "webhook", "data": {"url": receiver.url("/hook")}});
    let site = Site::start(examples()[0], &format!("retries_before_notify: 1\nnotify: true\nnotify_backend: {channel}\n")).await;
    waiting::until("there is a notification", async || !receiver.requests().is_empty()).await;
    let text = receiver.requests().remove(0).body;
    assert!(text.contains(&format!("{}/platus/services/", site.host)), "{text}");
}
