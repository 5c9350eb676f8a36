//! Notifications with templates.

use super::switch::switch;
use super::{services, started};
use crate::channels::receiver::Receiver;
use crate::command_line::platus;
use crate::test_app::configuration;
use crate::waiting::until;
use model::State::Down;
use serde_json::Value;
use std::fs;

const TEMPLATE: &str = "
{{#each alerts}}
Call <Jürgen> & co: {{name}} is {{state}}. {{seen}}, see {{link}}
{{/each}}
";

#[tokio::test]
async fn a_template_reaches_its_receiver_and_the_others_get_the_default_text() {
    let (own, usual, hook) = (Receiver::start(), Receiver::start(), Receiver::start());
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("own.hbs");
    fs::write(&template, TEMPLATE).unwrap();
    let config = format!(
        "check_interval: 1
retries_before_notify: 1
public_url: https://platus.lan
notify: true
notify_backend:
  - {{type: slack, name: own, group_window: 0, template: 'file:{}', data: {{url: '{}'}}}}
  - {{type: slack, name: usual, group_window: 0, data: {{url: '{}'}}}}
  - {{type: webhook, group_window: 0, template: 'Look: {{{{title}}}}', data: {{url: '{}'}}}}
",
        template.display(),
        own.url("/"),
        usual.url("/"),
        hook.url("/")
    );
    let app = started(&config, &services(&[("own-words", "")])).await;
    switch("own-words", Down);
    until("all are notified", async || [&own, &usual, &hook].iter().all(|receiver| !receiver.requests().is_empty())).await;
    let [own, usual, hook] = [own, usual, hook].map(|receiver| receiver.requests().remove(0).json());
    let call = "Call &lt;Jürgen&gt; &amp; co: own-words is down. It is switched to down, see";
    let link = "https://platus.lan/services/own-words";
    assert_eq!(own["text"], format!("{call} {link}"));
    assert_eq!(own["blocks"].as_array().unwrap().len(), 1);
    assert_eq!(own["blocks"][0]["text"]["text"], format!("{call} <{link}>"));

    let line = "own-words state changed to down before it was operational";
    assert_eq!(usual["text"], line);
    let blocks: Vec<&Value> = usual["blocks"].as_array().unwrap().iter().map(|block| &block["type"]).collect();
    assert_eq!(blocks, ["header", "section", "context"]);

    assert_eq!((&hook["text"], &hook["alerts"][0]["line"]), (&"Look: own-words is down".into(), &line.into()));
    app.stop().await;
}

/// What the program says when it sends a trial to this channel, and its exit code.
fn trial(channel: &str) -> (String, Option<i32>) {
    let folder = configuration(&format!("notify_backend:\n{channel}"), "{}");
    let config = folder.path().join("config.yaml");
    let output = platus(&["notify", "test", "--config", config.to_str().unwrap()]).output().unwrap();
    (String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn a_test_message_uses_the_template() {
    let receiver = Receiver::start();
    let channel = |template: &str| format!("  type: slack\n  template: '{template}'\n  data: {{url: '{}'}}\n", receiver.url("/"));
    let text = || receiver.requests().pop().unwrap().json()["text"].as_str().unwrap().to_owned();

    assert_eq!(trial(&channel("Trial: {{title}}")).1, Some(0));
    assert_eq!(text(), "Trial: This is a test of Platus");

    // The alert of this trial has a name of its own, so that the samples do not show what is wrong.
    for (template, word) in [
        ("{{#unless (eq alerts.0.name \"Platus\")}}x{{/unless}}", "empty"),
        ("{{#if (eq alerts.0.name \"Platus\")}}{{titel}}{{/if}}{{key}}", "titel"),
    ] {
        let (said, code) = trial(&channel(template));
        assert_eq!((text().as_str(), code), ("This is a test of Platus", Some(0)), "{said}");
        assert!(said.contains("WARN") && said.contains(word) && said.contains("channel=\"slack\""), "{said}");
    }
}

#[test]
fn a_template_that_cannot_work_is_reported_with_its_place() {
    let hook = "  data: {url: 'https://lan/s3cret', body: '{\"a\": \"{{title}}\"}'}";
    for (channel, place, remedy) in [
        (
            "  type: slack\n  template: '{{titel}}'\n  data: {url: 'https://lan/s3cret'}".to_owned(),
            "config.yaml:3:13",
            "did you mean `title`?",
        ),
        (format!("  type: webhook\n  template: '{{{{title}}}}'\n{hook}"), "config.yaml:3:13", "write `{{text}}` there"),
    ] {
        let (said, code) = trial(&channel);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(place) && said.contains("`notify_backend.template`") && said.contains(remedy), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}
