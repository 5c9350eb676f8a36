use super::*;
use crate::testing::{alert, delivery};
use model::State;

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

#[test]
fn a_text_is_not_escaped() {
    let mut wild = delivery(vec![alert("db", State::Down, State::Operational)]);
    wild.alerts[0].name = "\"<b>&'\\\n{{title}}".to_owned();
    let rendered = Template::of_text("{{#each alerts}}{{name}} {{{name}}}{{/each}}").unwrap().render(&wild).unwrap();
    assert_eq!(rendered, "\"<b>&'\\\n{{title}} \"<b>&'\\\n{{title}}");
}

#[test]
fn a_text_is_not_always_empty() {
    for empty in ["", " \n", "{{! nothing }}", "{{#if (eq tone \"loud\")}}{{title}}{{/if}}"] {
        let error = Template::of_text(empty).err().unwrap().to_string();
        assert_eq!(error, "it makes an empty text; write what is to be told, or remove the key");
    }
    assert!(Template::of_text("{{#if counts.down}}{{title}}{{/if}}").is_ok());
}

#[test]
fn a_body_shows_the_text_or_does_not() {
    for (body, shows) in [
        ("{{text}}", true),
        ("{{#if counts.down}}{{{text}}}{{/if}}", true),
        ("{{title}} {{#each alerts}}{{line}}{{/each}}", false),
        ("{{#if text}}{{title}}{{/if}}", false),
    ] {
        assert_eq!(Template::of_json(body).unwrap().shows_text(), shows, "{body}");
    }
}

#[test]
fn a_template_is_not_printed() {
    assert_eq!(format!("{:?}", Template::of_text("s3cret").unwrap()), "Template { .. }");
}

/// Without the limits each of these ends the process: the stack is exhausted.
#[test]
fn no_template_exhausts_the_stack() {
    let nested =
        |open: &str, inner: &str, close: &str, depth: usize| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
    for (text, part) in [
        (nested("{{#if title}}", "x", "{{/if}}", 10_000), "longer than 65536 bytes"),
        (nested("{{#if at}}", "x", "{{/if}}", 3_000), "more than 500 blocks"),
        (nested("{{#if at}}{{!-- {{/if}} --}}", "x", "{{/if}}", 490), "nested more than 32 levels"),
        (nested("{{~#if at~}}", "x", "{{~/if~}}", 490), "nested more than 32 levels"),
        (nested("{{#if title}}", "x", "{{/if}}", 33), "nested more than 32 levels"),
        (format!("{{{{#if x}}}}{}{{{{/if}}}}", "{{else if x}}".repeat(490)), "nested more than 32 levels"),
        (format!("{{{{#if {}at{}}}}}x{{{{/if}}}}", "(not ".repeat(5_000), ")".repeat(5_000)), "more than 50 brackets"),
        (format!("{{{{lookup {}{} 0}}}}", "[".repeat(5_000), "]".repeat(5_000)), "more than 50 brackets"),
        ("{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}".to_owned(), "`*inline` cannot be used here"),
        ("{{~#~*inline \"a\"}}{{> a}}{{/inline}}{{> a}}".to_owned(), ""),
        ("{{#> a}}{{> @partial-block}}{{/a}}".to_owned(), "there is no partial `a`"),
        ("{{#if title}}{{#> a}}{{> a}}{{/a}}{{/if}}".to_owned(), "there is no partial `a`"),
        ("{{> @partial-block}}".to_owned(), ""),
        ("{{> template}}".to_owned(), ""),
        (nested("{{#each ../alerts}}", "x", "{{/each}}", 8), "more than 2 levels deep"),
    ] {
        let error = error(&text);
        assert!(error.contains(part) && !error.contains('\n'), "{}: {error}", &text[..text.len().min(60)]);
    }
    assert!(Template::of_json(&nested("{{#if title}}", "{{title}}", "{{/if}}", 32)).is_ok());
    let many = "{{#if title}}{{title}}{{/if}} [({ ".repeat(400);
    assert!(Template::of_json(&many).is_ok());
}

#[test]
fn what_a_template_makes_is_bounded() {
    let text = format!("{{{{#each alerts}}}}{{{{#each ../alerts}}}}{}{{{{/each}}}}{{{{/each}}}}", "x".repeat(60_000));
    assert!(error(&text).contains("more than 1048576 bytes"), "{}", error(&text));
}
