use super::*;
use crate::testing::mixed;
use yaml::parse;

fn connect(yaml: &str) -> Result<Webhook, String> {
    let document = parse("config.yaml", yaml).unwrap();
    Webhook::connect(document.read().map_err(|error| error.to_string())?).map_err(|error| error.to_string())
}

fn error(yaml: &str) -> String {
    connect(&format!("url: https://hooks.lan/s3cret\n{yaml}")).err().unwrap()
}

#[test]
fn the_document_is_what_was_promised() {
    insta::assert_json_snapshot!(DeliveryView::from(&mixed()));
}

#[test]
fn mistakes_are_found_before_there_is_news() {
    let wrong = [
        "body: '{{title'",
        "body: '\"{{titel}}\"'",
        "body: '{{title}}'",
        "headers: {a b: c}",
        "headers: {Content-length: s3cret}",
        "headers: {X-Key: \"s3\\ncret\"}",
        "method: GET",
        "metod: POST",
        "ca: s3cret",
    ];
    insta::assert_snapshot!(wrong.map(error).join("\n"));
}

#[test]
fn a_body_that_shows_no_text_says_so() {
    let shows = |yaml: &str| Channel::shows_text(&connect(&format!("url: https://hooks.lan\n{yaml}")).unwrap());
    assert!(shows("") && shows("body: '{\"say\": \"{{text}}\"}'"));
    assert!(!shows("body: '{\"say\": \"{{title}}\"}'"));
}

#[test]
fn what_is_no_json_says_so() {
    assert!(connect("{url: 'https://hooks.lan', body: '{{title}}', headers: {content-type: text/plain}}").is_ok());
}
