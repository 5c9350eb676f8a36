use super::*;
use crate::notify::testing::{alert, delivery};
use app::model::State;

fn error(text: &str) -> String {
    Template::of_json(text).err().unwrap().to_string()
}

#[test]
fn variables_are_those_of_a_delivery() {
    let template = Template::of_json(
        r#"{"t": "{{title}}", "n": {{counts.down}}, "all": [{{#each alerts}}{{#unless @first}}, {{/unless}}"{{name}} at {{node}}: {{#if seen}}{{seen}}{{else}}-{{/if}}"{{/each}}]}"#,
    );
    let mut quiet = alert("web", State::Down, State::Operational);
    quiet.seen = None;
    let rendered = template.unwrap().render(&delivery(vec![alert("db", State::Down, State::Operational), quiet])).unwrap();
    assert_eq!(rendered, r#"{"t": "2 down", "n": 2, "all": ["db at db.lan: Connection refused", "web at web.lan: -"]}"#);
}

#[test]
fn what_is_put_in_stays_within_its_quotation_marks() {
    let template = Template::of_json(r#"{"text": "{{text}}"}"#).unwrap();
    let mut wild = delivery(vec![alert("db", State::Down, State::Operational)]);
    wild.text = Some("\"}, <&> \\ \n\t\u{1} ü {{title}}".to_owned());
    let rendered: serde_json::Value = serde_json::from_str(&template.render(&wild).unwrap()).unwrap();
    assert_eq!(rendered["text"].as_str(), wild.text.as_deref());
}

#[test]
fn mistakes_are_found_before_there_is_news() {
    let wrong = [
        "{{title",
        "{{#if title}}",
        "a\n {{titel}}",
        "{{#each alerts}}{{nmae}}{{/each}}",
        "{{#if alerts}}{{else}}{{/if}}{{counts.dwon}}",
        "{{shout title}}",
        "{{> other}}",
        "{{name}}",
        "{{#each alerts}}{{title}}{{/each}}",
        "{{#each alerts}}{{#if (eq kind \"test\")}}{{sene}}{{/if}}{{/each}}",
    ];
    insta::assert_snapshot!(wrong.map(error).join("\n"));
}
