//! Platus behind nginx, with the configuration that `docs/reverse-proxy.md` shows.

use crate::command_line::PLATUS;
use crate::guessing;
use crate::servers::nginx::Nginx;
use crate::servers::{ServerProcess, free_port};
use crate::targets::targets;
use crate::test_app::{EventStream, TestApp, configuration, cookie};
use crate::waiting;
use checks::CheckTypes;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response, StatusCode};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use tempfile::TempDir;
use url::Url;

pub(crate) const GUIDE: &str = include_str!("../../../docs/reverse-proxy.md");

/// The default of nginx: the address of Platus takes the place of `Host`.
const PLAIN: &str = "server { listen 80; location / { proxy_pass http://127.0.0.1:5001; } }";

/// The same, naming the host of the browser in another header.
const FORWARDING: &str = "
server {
    listen 80;
    location / { proxy_pass http://127.0.0.1:5001; proxy_set_header X-Forwarded-Host $http_host; }
}";

const SERVICES: &str = "shop: {role: dev, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {name: shop}}";

/// The first code block of the documentation in this language.
fn example(language: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// Starts nginx in front of Platus at this address, with the documented configuration except ports and files.
pub(crate) fn proxied(block: &str, port: u16, address: SocketAddr) -> Nginx {
    let file = |extension: &str| Path::new(targets().get("CA")).with_file_name(format!("server.{extension}")).display().to_string();
    let mut filled = block.to_owned();
    for (written, here) in [
        ("listen 443", format!("listen 127.0.0.1:{port}")),
        ("listen 80", format!("listen 127.0.0.1:{port}")),
        ("127.0.0.1:5001", address.to_string()),
        ("/etc/ssl/platus.crt", file("crt")),
        ("/etc/ssl/platus.key", file("key")),
    ] {
        filled = filled.replace(written, &here);
    }
    Nginx::start(&filled, port)
}

/// A browser on a machine of its own.
pub(crate) fn browser(address: Ipv4Addr) -> Client {
    let ca = Certificate::from_pem(targets().file("CA").as_bytes()).unwrap();
    let builder = Client::builder().no_proxy().redirect(Policy::none()).tls_certs_only([ca]);
    builder.local_address(IpAddr::V4(address)).build().unwrap()
}

/// Sends the form as a browser does that does not say `Sec-Fetch-Site`, as none does over plain http.
pub(crate) async fn log_in(browser: &Client, site: &str, password: &str) -> Response {
    let origin = Url::parse(site).unwrap().origin().ascii_serialization();
    let request = browser.post(format!("{site}/login")).header("origin", origin);
    let body = format!("username=dev&password={password}");
    request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap()
}

async fn app(config: &str) -> TestApp {
    TestApp::start_with(&format!("check_interval: 1\n{config}"), SERVICES, &CheckTypes::built_in()).await
}

pub(crate) fn location(response: &Response) -> &str {
    response.headers().get("location").map_or("", |location| location.to_str().unwrap())
}

#[tokio::test]
async fn the_example_for_nginx_works_as_it_is_written() {
    let port = Nginx::port();
    let site = format!("https://127.0.0.1:{port}");
    let app = app(&example("yaml").replace("https://platus.example.org", "https://elsewhere.example")).await;
    let _nginx = proxied(example("nginx"), port, app.address);
    let (user, guesser) = (browser(Ipv4Addr::new(127, 0, 0, 2)), browser(Ipv4Addr::new(127, 0, 0, 3)));

    // A client who guesses is held up, and no other behind the same proxy is, though this one was wrong more than three times.
    for client in [&user, &guesser] {
        for _ in 0..4 {
            assert!(location(&log_in(client, &site, "wrong").await).starts_with("/login?failed=1"));
        }
    }
    let mut answers = Vec::new();
    while answers.last().is_none_or(|last: &String| last.starts_with("/login?failed=1")) && answers.len() < 200 {
        answers.push(location(&log_in(&guesser, &site, "wrong").await).to_owned());
    }
    assert!(answers.last().unwrap().starts_with("/login?throttled=1"), "{answers:?}");
    let answer = log_in(&user, &site, "dev").await;
    assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/"));
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("; Secure"), "{answer:?}");

    let stream = user.get(format!("{site}/api/v1.0/events")).header("cookie", cookie(answer.headers())).send().await.unwrap();
    assert_eq!(stream.status(), StatusCode::OK);
    let mut stream = EventStream::of(stream);
    for _ in 0..2 {
        stream.until(|event| event.data["name"] == "shop").await;
    }
    // The page of another site is refused as ever.
    let foreign = user.post(format!("{site}/login")).header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_proxy_that_changes_the_host_needs_a_setting_that_the_error_names() {
    let user = browser(Ipv4Addr::new(127, 0, 0, 2));
    for (block, config, works) in [
        (PLAIN, "", false),
        (PLAIN, "public_url: SITE", true),
        (PLAIN, "public_url: SITE/", true),
        (PLAIN, "public_url: https://platus.example.org", false),
        (PLAIN, "trusted_proxies: 127.0.0.1", false),
        (FORWARDING, "", false),
        (FORWARDING, "trusted_proxies: 192.0.2.1", false),
        (FORWARDING, "trusted_proxies: 127.0.0.1", true),
    ] {
        let port = Nginx::port();
        let site = format!("http://127.0.0.1:{port}");
        let app = app(&config.replace("SITE", &site)).await;
        let _nginx = proxied(block, port, app.address);
        let answer = log_in(&user, &site, "dev").await;
        let what = format!("{config:?} with {block}");
        if works {
            assert_eq!((answer.status(), location(&answer)), (StatusCode::SEE_OTHER, "/"), "{what}");
            assert!(!answer.headers()["set-cookie"].to_str().unwrap().contains("Secure"), "{what}");
        } else {
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{what}");
            let page = answer.text().await.unwrap();
            assert!(page.contains(&format!("set `public_url: {site}` in config.yaml")), "{what}: {page}");
            assert!(page.contains("list its address under `trusted_proxies`"), "{what}: {page}");
        }
    }
}

/// A client that reaches Platus directly cannot forge the address of Platus, nor its own.
#[tokio::test]
async fn headers_of_a_peer_that_is_not_trusted_are_ignored() {
    let app = app("trusted_proxies: 127.0.0.9").await;
    let login = async |host: &str, forwarded: &str| {
        let request = app.request(reqwest::Method::POST, "/login").header("origin", "http://evil.example");
        let request = request.header("x-forwarded-host", host).header("forwarded", format!("host={host}"));
        let request = request.header("x-forwarded-for", forwarded).header("content-type", "application/x-www-form-urlencoded");
        request.body("username=dev&password=dev").send().await.unwrap().status()
    };
    assert_eq!(login("evil.example", "127.0.0.9").await, StatusCode::FORBIDDEN);
    assert_eq!(login("evil.example", "192.0.2.1, 127.0.0.9").await, StatusCode::FORBIDDEN);
}

/// The program with its log, its configuration and its address.
fn program() -> (TempDir, String, ServerProcess) {
    let (folder, port) = (configuration("{}", SERVICES), free_port());
    let (config, listen) = (folder.path().join("config.yaml").display().to_string(), format!("127.0.0.1:{port}"));
    let arguments = ["serve", "--listen", &listen, "--config", &config];
    let mut platus = ServerProcess::start(folder.path(), "platus", PLATUS, &arguments, &[]);
    platus.wait_for_port(port);
    (folder, listen, platus)
}

#[tokio::test]
async fn the_log_warns_once_of_a_proxy_that_is_not_trusted() {
    let (_folder, listen, platus) = program();
    let client = browser(Ipv4Addr::LOCALHOST);
    for (header, value) in [("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "192.0.2.1")] {
        let request = client.get(format!("http://{listen}/api/v1.0/status")).header(header, value);
        assert_eq!(request.basic_auth("dev", Some("dev")).send().await.unwrap().status(), StatusCode::OK);
    }
    let warnings = || platus.log().matches("it is not in `trusted_proxies`").count();
    waiting::until("the log warns", async || warnings() > 0).await;
    assert_eq!(warnings(), 1);
}

/// The page that refuses a login is seen by its user; what to set is for the operator, who reads the log.
#[tokio::test]
async fn a_login_that_is_refused_as_foreign_is_logged_with_what_to_set_and_not_without_end() {
    let (_folder, listen, platus) = program();
    let client = browser(Ipv4Addr::LOCALHOST);
    for _ in 0..20 {
        let request = client.post(format!("http://{listen}/login")).header("origin", "http://platus.lan:8080");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(request.body("username=dev&password=dev").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    }
    let lines = || platus.log().lines().filter(|line| line.contains("from another site")).map(str::to_owned).collect::<Vec<_>>();
    waiting::until("the log says it", async || !lines().is_empty()).await;
    let lines = lines();
    assert!(lines.len() == 1 && lines[0].contains("A login from another site was refused"), "{lines:?}");
    assert!(lines[0].contains("set `public_url: http://platus.lan:8080` in config.yaml"), "{lines:?}");
}

/// A proxy may write addresses in any form: one client who guesses passwords holds up no other behind the same proxy.
#[tokio::test]
async fn clients_behind_a_proxy_are_distinguished_in_every_form_of_forwarding_header() {
    let app = app("trusted_proxies: 127.0.0.1").await;
    for (user, header, guesser, other) in [
        ("dev", "x-forwarded-for", "192.0.2.1:4711", "192.0.2.2:4711"),
        ("ops", "x-forwarded-for", "evil\", [2001:db8:1::1]:4711", "[2001:db8:2::1]:4711"),
        ("operator", "forwarded", "for=\"evil, for=192.0.2.3;proto=http", "For=192.0.2.4"),
        ("superadmin", "forwarded", "for=\"[2001:db8:3::1]:4711\"", "for=\"[2001:db8:4::1%eth0]\", for=127.0.0.1"),
        ("admin", "x-forwarded-for", "[192.0.2.5]:4711,", "192.0.2.9,, [192.0.2.6] , "),
    ] {
        let ask = async |client: &str, password: &str| {
            let request = app.request(reqwest::Method::GET, "/api/v1.0/status").header(header, client);
            request.basic_auth(user, Some(password)).send().await.unwrap()
        };
        guessing::until_refused(async || ask(guesser, "wrong").await).await;
        assert_eq!(ask(guesser, user).await.status(), StatusCode::TOO_MANY_REQUESTS, "{user}");
        assert_eq!(ask(other, user).await.status(), StatusCode::OK, "{user}");
    }
    // The scheme counts in whatever case and list it comes.
    for (header, value) in [("x-forwarded-proto", "HTTPS, http"), ("forwarded", "for=192.0.2.9;proto=HTTPS")] {
        let request = app.request(reqwest::Method::POST, "/login").header(header, value);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body("username=dev&password=dev").send().await.unwrap();
        assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("; Secure"), "{header}");
    }
}
