//! Passwords, sessions, API keys, TLS and security headers.

use crate::command_line::{Running, platus, serve};
use crate::targets::targets;
use crate::test_app::{TestApp, configuration};
use crate::waiting;
use checks::CheckTypes;
use reqwest::{Client, Method, StatusCode};
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

const ONE: &str = "shop: {role: dev, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: shop}}";

/// Runs a word of the command line with the configuration in this folder.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    let config = folder.join("config.yaml").display().to_string();
    platus(&[arguments, &["--config", &config]].concat()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_key_is_made_used_and_revoked_while_platus_runs() {
    let app = TestApp::start(ONE).await;
    let made = run(app.folder(), &["keys", "create", "poller", "--user", "admin", "--role", "dev", "--expires", "30d"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let key = text(&made.stdout).trim_end().to_owned();
    assert!(key.starts_with("platus_") && !key.contains('\n'), "the key alone, so that a script can take it");
    let written = fs::read_to_string(app.folder().join("keys.yaml")).unwrap();
    assert!(!written.contains(&key) && written.contains("sha256:"), "{written}");
    let status = async |method: Method, path: &str| app.request(method, path).bearer_auth(&key).send().await.unwrap().status();
    assert_eq!(status(Method::GET, "/api/v1.0/status").await, StatusCode::OK, "it opens at once");
    assert_eq!(status(Method::POST, "/api/v1.0/flush_status").await, StatusCode::FORBIDDEN, "it reads only");
    assert_eq!(status(Method::GET, "/settings").await, StatusCode::OK);

    let wide = run(app.folder(), &["keys", "create", "wide", "--user", "admin", "--role", "dev", "--scope", "admin"]);
    assert_eq!((wide.status.code(), text(&wide.stdout)), (Some(2), ""));
    assert!(text(&wide.stderr).contains("leave out the roles"), "{}", text(&wide.stderr));
    for (more, reason) in
        [(["--role", "ops"], "does not have the role `ops`"), (["--scope", "operate"], "has at most the scope `read`")]
    {
        let refused = run(app.folder(), &[&["keys", "create", "more", "--user", "dev"][..], &more].concat());
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains(reason), "{}", text(&refused.stderr));
    }
    for name in ["", "x\n\u{1b}[31m", "two\nlines", &"a".repeat(101)] {
        let refused = run(app.folder(), &["keys", "create", name, "--user", "dev"]);
        assert_eq!((refused.status.code(), text(&refused.stdout)), (Some(2), ""), "{name:?}");
    }
    let listed = run(app.folder(), &["keys", "list"]);
    assert!(text(&listed.stdout).starts_with("poller: for admin, scope read, sees dev, expires on 20"), "{}", text(&listed.stdout));
    let again = run(app.folder(), &["keys", "create", "poller", "--user", "admin"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("there is a key `poller` already"), "{}", text(&again.stderr));

    let mut stream = app.request(Method::GET, "/api/v1.0/events").bearer_auth(&key).send().await.unwrap();
    assert!(run(app.folder(), &["keys", "revoke", "poller"]).status.success());
    waiting::until("the key opens no more", async || status(Method::GET, "/api/v1.0/status").await == StatusCode::UNAUTHORIZED)
        .await;
    while stream.chunk().await.unwrap().is_some() {}
}

#[tokio::test]
async fn a_logout_ends_copies_of_the_cookie_and_the_streams_that_are_open() {
    let app = TestApp::start(ONE).await;
    let (_, cookie) = app.log_in("dev", "dev", "/").await;
    let get = async |path: &str| app.request(Method::GET, path).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(get("/api/v1.0/status").await.status(), StatusCode::OK);
    let mut stream = get("/api/v1.0/events").await;
    assert_eq!(stream.status(), StatusCode::OK);
    let out = app.request(Method::POST, "/logout").header("cookie", &cookie).send().await.unwrap();
    assert_eq!(out.status(), StatusCode::SEE_OTHER);
    assert_eq!(get("/api/v1.0/status").await.status(), StatusCode::UNAUTHORIZED);
    while stream.chunk().await.unwrap().is_some() {}
    assert!(fs::read_to_string(app.folder().join("sessions.ended")).unwrap().lines().count() == 1);
}

/// Another site below the same domain can set a cookie of this name, and browsers send it first when its path is longer.
#[tokio::test]
async fn of_several_session_cookies_the_valid_one_counts() {
    let app = TestApp::start(ONE).await;
    let (_, cookie) = app.log_in("dev", "dev", "/").await;
    let forged = "platus_session=forged";
    let status = async |path: &str, cookies: &[&str]| {
        let method = if path == "/logout" { Method::POST } else { Method::GET };
        let request = cookies.iter().fold(app.request(method, path), |request, cookie| request.header("cookie", *cookie));
        request.send().await.unwrap().status()
    };
    let (before, after) = (format!("{forged}; {cookie}"), format!("{cookie}; {forged}"));
    for cookies in [&[before.as_str()][..], &[after.as_str()], &[forged, cookie.as_str()], &[cookie.as_str(), forged]] {
        assert_eq!(status("/api/v1.0/status", cookies).await, StatusCode::OK, "{cookies:?}");
    }
    assert_eq!(status("/api/v1.0/status", &[forged]).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status("/logout", &[&before]).await, StatusCode::SEE_OTHER);
    assert_eq!(status("/api/v1.0/status", &[&cookie]).await, StatusCode::UNAUTHORIZED, "the logout ended the valid one");
}

#[test]
fn plain_passwords_are_hashed_in_place_and_still_open() {
    let folder = configuration("{}", "{}");
    fs::write(folder.path().join("users.yaml"), "# ours\nadmin: {role: admin, password: admin} # all\n").unwrap();
    let hashed = run(folder.path(), &["users", "hash", "--in-place"]);
    assert!(hashed.status.success(), "{}", text(&hashed.stderr));
    let users = fs::read_to_string(folder.path().join("users.yaml")).unwrap();
    let lines: Vec<_> = users.lines().collect();
    assert!(
        matches!(lines[..], ["# ours", line] if line.starts_with("admin: {role: admin, password: '$argon2id$") && line.ends_with("'} # all"))
    );
    let again = run(folder.path(), &["users", "hash", "--in-place"]);
    assert!(text(&again.stdout).starts_with("There is no plain password to be replaced"), "{}", text(&again.stdout));

    let mut running = Running::serve(folder.path());
    let answer = |password: &str| {
        let credentials = format!("admin:{password}");
        use base64::Engine;
        let credentials = base64::engine::general_purpose::STANDARD.encode(credentials);
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(running.address()).unwrap();
        write!(stream, "GET /api/v1.0/status HTTP/1.0\r\nHost: x\r\nAuthorization: Basic {credentials}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap().to_owned()
    };
    assert!(answer("admin").contains("200") && answer("nimda").contains("401"));
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
}

#[tokio::test]
async fn every_answer_restricts_what_a_browser_may_do_and_no_script_but_the_page_s_own_runs() {
    let app = TestApp::start(ONE).await;
    for path in ["/login", "/", "/settings", "/nothing", "/api/v1.0/health", "/api/v1.0/status", "/api/nothing", "/metrics"] {
        let response = app.get_as("admin", path).await;
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!((header("server"), header("x-powered-by"), header("strict-transport-security")), Default::default(), "{path}");
    }
    let nonce = async || {
        let response = app.get_as("admin", "/").await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        let page = response.text().await.unwrap();
        for script in page.split("<script").skip(1) {
            assert!(script.split('>').next().unwrap().contains(&format!("nonce=\"{nonce}\"")), "{script}");
        }
        nonce
    };
    assert_ne!(nonce().await, nonce().await);
}

#[tokio::test]
async fn a_certificate_makes_it_https_and_a_new_one_is_taken_without_a_restart() {
    let folder = TempDir::new().unwrap();
    let place = |server: &str| {
        fs::write(folder.path().join("page.crt"), targets().certificate(server)).unwrap();
        fs::write(folder.path().join("page.key"), targets().key(server)).unwrap();
    };
    place("server");
    let config = format!("tls: {{cert: {0}/page.crt, key: {0}/page.key}}\n", folder.path().display());
    let app = TestApp::start_with(&config, ONE, &CheckTypes::built_in()).await;
    let ca = reqwest::Certificate::from_pem(targets().file("CA").as_bytes()).unwrap();
    let trusting = || Client::builder().no_proxy().tls_certs_only([ca.clone()]).resolve("localhost", app.address).build().unwrap();
    let address = format!("https://localhost:{}/login", app.address.port());
    let page = trusting().get(&address).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["strict-transport-security"], "max-age=31536000");
    // Of HTTP/2, which the client would take, one connection could have any number of requests in flight.
    assert_eq!(page.version(), reqwest::Version::HTTP_11);
    let form =
        trusting().post(&address).header("content-type", "application/x-www-form-urlencoded").body("username=dev&password=dev");
    let answer = form.send().await.unwrap();
    drop(answer);
    assert!(app.client.get(format!("http://{}/login", app.address)).send().await.is_err(), "it does not speak plain HTTP");

    place("self-signed");
    waiting::until("the new certificate is shown", async || {
        trusting().get(&address).send().await.is_err_and(|error| format!("{error:?}").contains("Certificate"))
    })
    .await;
    fs::write(folder.path().join("page.crt"), "nonsense").unwrap();
    place("server");
    waiting::until("the first is shown again", async || trusting().get(&address).send().await.is_ok()).await;
}

#[test]
fn an_unusable_certificate_is_reported_with_its_file() {
    let folder = configuration("tls: {cert: page.crt, key: page.key}\n", "{}");
    let error = || {
        let output = serve(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr)
            .lines()
            .find(|line| line.contains("`tls`"))
            .unwrap()
            .replace(&format!("{}/", folder.path().display()), "")
    };
    insta::assert_snapshot!(error(), @"config.yaml:1:6: `tls`: page.crt cannot be read: No such file or directory (os error 2) (error: Platus does not start)");
    fs::write(folder.path().join("page.crt"), targets().certificate("server")).unwrap();
    fs::write(folder.path().join("page.key"), targets().key("self-signed")).unwrap();
    insta::assert_snapshot!(error(), @"config.yaml:1:6: `tls`: page.crt and page.key do not fit together: keys may not be consistent: KeyMismatch (error: Platus does not start)");
}
