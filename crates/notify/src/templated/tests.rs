use super::*;
use crate::testing::{alert, delivery, mixed, spoken};
use model::State;
use std::sync::{Arc, Mutex};
use yaml::parse;

/// Keeps what it is handed.
#[derive(Clone, Default)]
struct Receiver {
    deliveries: Arc<Mutex<Vec<Delivery>>>,
    is_deaf: bool,
}

impl Connected for Receiver {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
        self.deliveries.lock().unwrap().push(delivery.clone());
        async { Ok(()) }.boxed()
    }

    fn test_connection(&self) -> BoxFuture<'_, Result<(), DeliveryError>> {
        async { Err(DeliveryError::later("connection refused")) }.boxed()
    }

    fn shows_text(&self) -> bool {
        !self.is_deaf
    }
}

fn located(text: &str) -> Located<Template> {
    let location = parse("config.yaml", "template: text").unwrap().get("template").unwrap().location.clone();
    Located { value: Template::of_text(text).unwrap(), location }
}

/// What the channel behind the template is handed.
async fn handed(template: &str, delivery: &Delivery) -> Delivery {
    let receiver = Receiver::default();
    let channel = Templated::new(Box::new(receiver.clone()), "night", &located(template)).unwrap();
    channel.deliver(delivery).await.unwrap();
    receiver.deliveries.lock().unwrap().remove(0)
}

#[tokio::test]
async fn the_text_is_what_the_template_makes() {
    let template = "
{{title}}, {{still_in_trouble}} to go{{#if late}}, late by {{late}} s{{/if}}
{{#each alerts}}
- {{name}} at {{node}} is {{state}}{{#if seen}} ({{seen}}){{/if}} since {{since}}{{#if link}}: {{link}}{{/if}}
{{/each}}
";
    let handed = handed(template, &mixed()).await;
    insta::assert_snapshot!(handed.text.as_deref().unwrap());
    assert_eq!(Delivery { text: None, ..handed }, mixed());
}

#[tokio::test]
async fn the_usual_text_is_a_variable() {
    let one = delivery(vec![alert("db", State::Down, State::Operational)]);
    let told = handed("On call: {{text}}\r\n\u{7}", &one).await.text;
    assert_eq!(told.as_deref(), Some("On call: db state changed to down before it was operational"));
}

#[tokio::test]
async fn a_text_that_there_is_already_stays() {
    assert_eq!(handed("{{title}}", &spoken("Hello")).await, spoken("Hello"));
}

#[tokio::test]
async fn without_a_text_the_usual_one_is_told() {
    let db = delivery(vec![alert("db", State::Down, State::Operational)]);
    for template in [
        "{{#each alerts}}{{#unless (eq name \"db\")}}{{name}}{{/unless}}{{/each}}\n",
        "{{#each alerts}}{{#if (eq name \"db\")}}{{nmae}}{{/if}}{{/each}}{{title}}",
    ] {
        assert_eq!(handed(template, &db).await, db, "{template}");
        assert!(handed(template, &delivery(vec![alert("web", State::Down, State::Operational)])).await.text.is_some());
    }
}

#[test]
fn a_template_that_nobody_would_see_is_refused() {
    let deaf = Receiver { is_deaf: true, ..Receiver::default() };
    let error = Templated::new(Box::new(deaf), "night", &located("{{title}}")).err().unwrap().to_string();
    assert_eq!(
        error,
        "config.yaml:1:11: `template`: `body` has nothing of it; write `{{text}}` there, where it is to stand, or remove one of the two"
    );
}

#[tokio::test]
async fn the_connection_is_that_of_the_channel() {
    let channel = Templated::new(Box::new(Receiver::default()), "night", &located("text")).unwrap();
    assert_eq!(channel.test_connection().await, Err(DeliveryError::later("connection refused")));
}
