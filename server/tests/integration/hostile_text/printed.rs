//! What the commands print in a terminal, and the log of the program.

use super::sources::{Sources, TOKEN, files, hostile_names, keys};
use super::{HOSTILE, NAME, assert_plain, assert_plain_json};
use crate::command_line::{Running, platus};
use crate::test_app::configuration;
use crate::waiting::until;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// The output and the errors of a command, both of which are plain.
#[track_caller]
fn printed(command: &mut Command) -> [String; 2] {
    let output = command.output().unwrap();
    let [said, complained] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_plain(&format!("the output of {command:?}"), &said, &['\n', '\t']);
    assert_plain(&format!("the errors of {command:?}"), &complained, &['\n', '\t']);
    [said, complained]
}

#[test]
fn a_probe_shows_in_the_terminal_what_there_is() {
    let sources = Sources::start();
    let folder = configuration(&sources.config(), &sources.services());
    let path = folder.path().join("config.yaml").display().to_string();
    for more in [&[][..], &["--json"]] {
        let [text, _] = printed(&mut platus(&[&["probe", "--config", &path], more].concat()));
        assert!(text.contains("FORGED") && !text.lines().any(|line| line.trim_start().starts_with("FORGED")), "{text}");
    }
}

#[test]
fn commands_show_in_the_terminal_what_the_files_say() {
    let (wrong, shown) = (configuration("{}", "{}"), files("{}", &Sources::start().services()));
    for (file, text) in hostile_names() {
        fs::write(wrong.path().join(file), text).unwrap();
    }
    fs::write(shown.path().join("keys.yaml"), keys()).unwrap();
    for (folder, arguments, expected) in [
        (&wrong, &["validate"][..], "red"),
        (&wrong, &["validate", "--lint"], "red"),
        (&wrong, &["validate", "--json"], "red"),
        (&wrong, &["config", "show"], "red"),
        (&wrong, &["config", "show", "--json"], "red"),
        (&wrong, &["config", "show", HOSTILE], "red"),
        (&wrong, &["probe", HOSTILE], "red"),
        (&wrong, &["keys", "create", HOSTILE, "--user", "admin"], "red"),
        (&shown, &["validate", "--lint"], "name"),
        (&shown, &["validate", "--json", "--lint"], "name"),
        (&shown, &["config", "show"], "red"),
        (&shown, &["config", "show", "--json"], "red"),
        (&shown, &["config", "show", HOSTILE], "red"),
        (&shown, &["keys", "list"], "red"),
        (&shown, &["keys", "create", "key", "--user", HOSTILE], "red"),
        (&shown, &["keys", "revoke", HOSTILE], "red"),
        (&shown, &["notify", "test", HOSTILE], "channel"),
    ] {
        // An argument cannot have a NUL.
        let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace('\0', " ")).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let [said, complained] = printed(platus(&arguments).arg("--config").arg(folder.path().join("config.yaml")));
        let text = said.clone() + &complained;
        assert!(text.contains(expected), "{arguments:?}: {text}");
        // The values of JSON are those of the files, except for messages.
        if arguments.contains(&"--json") {
            let json: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
            let findings = json["findings"].as_array().into_iter().flatten();
            findings.for_each(|finding| assert_plain_json("a message", &finding["message"]));
        }
        assert!(!text.lines().any(|line| line.trim_start().starts_with("FORGED")), "{arguments:?}: {text}");
    }
}

/// Everything that a target, a user and a file say, as the log has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_and_the_difference_have_one_line_for_each_message() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let sources = Sources::start();
    let folder = files(&format!("log_level: debug\n{}", sources.config()), &sources.services());
    fs::write(folder.path().join("keys.yaml"), keys()).unwrap();
    let mut running = Running::serve(folder.path());
    let client = Client::builder().no_proxy().build().unwrap();
    let send = async |method: Method, path: &str, user: &str, body: &str| {
        let request = client.request(method, format!("http://{}{path}", running.address())).basic_auth(user, Some("admin"));
        let request = request
            .header("user-agent", "a\u{202e}b".as_bytes())
            .header("x-forwarded-for", "a\u{202e}b".as_bytes())
            .body(body.to_owned());
        request.send().await.unwrap().text().await.unwrap()
    };
    send(Method::POST, &format!("/api/v1.0/heartbeat/{TOKEN}/fail"), "admin", HOSTILE).await;
    until("all services have failed", async || {
        let rows: Value = serde_json::from_str(&send(Method::GET, "/api/v1.0/status", "admin", "").await).unwrap();
        rows["result"].as_array().unwrap().iter().all(|row| row["state"] != "operational" && row["retries"] != 0)
    })
    .await;
    let comment = json!({"comment": HOSTILE});
    for (method, path, user, body) in [
        (Method::GET, "/api/v1.0/status", HOSTILE, json!({})),
        (Method::GET, "/%1b%5b31mred%0aFORGED%E2%80%AE", "admin", json!({})),
        (Method::GET, "/api/v1.0/services/%1b%5b31mred%0aFORGED?x=%1b%0aFORGED", "admin", json!({})),
        (Method::POST, "/api/v1.0/silences", "admin", json!({"services": ["job"], "minutes": 5, "comment": HOSTILE})),
        (Method::POST, "/api/v1.0/services/text/pause", "admin", comment.clone()),
        (Method::PUT, "/api/v1.0/incidents/1/acknowledgement", "admin", comment),
        (Method::POST, "/api/v1.0/incidents/1/notes", "admin", json!({"text": HOSTILE})),
    ] {
        send(method, path, user, &body.to_string()).await;
    }
    let form = format!("username={0}&password={0}&next={0}", "%1b%5b31mred%0aFORGED%E2%80%AE");
    let login =
        client.post(format!("http://{}/login", running.address())).header("content-type", "application/x-www-form-urlencoded");
    login.body(form).send().await.unwrap();
    let key: Value = serde_json::from_str(
        &send(Method::POST, "/api/v1.0/keys", "admin", r#"{"name": "k", "user": "admin", "scope": "admin"}"#).await,
    )
    .unwrap();

    let before = ["config.yaml", "users.yaml"].map(|file| (file, fs::read_to_string(folder.path().join(file)).unwrap()));
    for (file, text) in hostile_names() {
        fs::write(folder.path().join(file), text).unwrap();
    }
    send(Method::POST, "/api/v1.0/reload", "admin", "").await;
    for (file, text) in before {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let shown =
        format!("shown: {{type: tcp, use: {NAME}, properties: {{host: {NAME}, port: 9, {NAME}: 1}}, data: {{name: {NAME}}}}}\n");
    for (services, expected) in [(shown.as_str(), "red"), ("broken: [", "services.yaml")] {
        fs::write(folder.path().join("services.yaml"), services).unwrap();
        for more in [&[][..], &["--json"]] {
            let url = format!("http://{}", running.address());
            let mut command = platus(&[&["diff", "--url", &url], more].concat());
            command.env("PLATUS_API_KEY", key["result"]["key"].as_str().unwrap());
            let [said, complained] = tokio::task::spawn_blocking(move || printed(&mut command)).await.unwrap();
            let text = said + &complained;
            assert!(text.contains(expected), "{text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("FORGED")), "{text}");
        }
    }

    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
    let log = running.log();
    assert!(log.iter().filter(|line| line.contains("FORGED")).count() > 3, "{log:#?}");
    for line in log {
        assert_plain("the log", &line, &['\t']);
        assert!(line.starts_with("20"), "each line begins with its time: {line}");
    }
}
