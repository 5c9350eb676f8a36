//! Microsoft Teams: a workflow that begins with a webhook and posts a card.

use crate::http::Hook;
use crate::own_links::Piece;
use crate::text::cut;
use crate::{Alert, Channel, ChannelError, Delivery, DeliveryError, Tone};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use yaml::Secret;

/// What the parts of a card may take together, in bytes. Microsoft's documentation of webhooks gives 28 KB for a message, which Teams
/// counts in UTF-16.
const LONGEST_CARD: usize = 12_000;

/// Of more alerts than this only the lines are told.
const MOST_SINGLE: usize = 10;

/// What is told of one thing, in bytes.
const LONGEST_TEXT: usize = 500;

/// The same for what holds the lines of many alerts.
const LONGEST_LINES: usize = 9000;

/// The same for a text of somebody, which may double in JSON.
const LONGEST_SAID: usize = 6000;

pub struct MsTeams(Hook);

/// How to reach it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Address of a workflow made from the template "Send webhook alerts to a channel" (or "to a chat"), as Teams shows it at the end.
    /// It is a secret: it grants write access to the channel.
    url: Secret,
}

impl Channel for MsTeams {
    const NAME: &'static str = "msteams";

    type Data = Data;

    const EXAMPLE: &'static str = "
notify_backend:
  type: msteams
  data:
    url: https://prod-00.westeurope.logic.azure.com/workflows/EXAMPLE/triggers/manual/paths/invoke?sig=EXAMPLE
";

    fn connect(data: Data) -> Result<Self, ChannelError> {
        Hook::new("url", &data.url).map(Self)
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        self.0.post(&message(delivery)).await
    }

    async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.0.test_connection().await
    }
}

fn message(delivery: &Delivery) -> Value {
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body(delivery),
    });
    let attachment = json!({"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card});
    json!({"type": "message", "attachments": [attachment]})
}

fn body(delivery: &Delivery) -> Vec<Value> {
    if delivery.text.is_some() {
        return vec![said(delivery)];
    }
    let mut title = run(&cut(&delivery.title(), LONGEST_TEXT));
    title["size"] = json!("Large");
    title["weight"] = json!("Bolder");
    title["color"] = json!(colour(delivery.tone()));
    let mut body = vec![text(&[title])];
    if delivery.alerts.len() > MOST_SINGLE {
        body.push(text(&[run(&delivery.lines(LONGEST_LINES))]));
        return body;
    }
    let mut room = LONGEST_CARD;
    for (index, alert) in delivery.alerts.iter().enumerate() {
        let container = told(alert);
        let length = container.to_string().len();
        if length > room {
            body.push(text(&[run(&format!("and {} more", delivery.alerts.len() - index))]));
            break;
        }
        room -= length;
        body.push(container);
    }
    body.extend(delivery.footer().map(|footer| text(&[run(&footer)])));
    body
}

fn told(alert: &Alert) -> Value {
    let mut line = run(&cut(&alert.line(), LONGEST_TEXT));
    line["weight"] = json!("Bolder");
    line["color"] = json!(colour(alert.tone()));
    let seen = alert.seen.iter().map(|seen| run(&cut(seen, LONGEST_TEXT)));
    let place = alert.place().map(|place| {
        let mut run = run(&cut(&place, LONGEST_TEXT));
        run["isSubtle"] = json!(true);
        run
    });
    let link = alert.link.as_ref().map(|link| linked("Open in Platus", link));
    let rows: Vec<_> = [line].into_iter().chain(seen).chain(place).chain(link).map(|run| text(&[run])).collect();
    json!({"type": "Container", "separator": true, "spacing": "Medium", "items": rows})
}

/// A text of somebody; with so many links that they would not fit, none is one.
fn said(delivery: &Delivery) -> Value {
    let lines = delivery.lines(LONGEST_SAID);
    let runs: Vec<_> = delivery
        .pieces(&lines)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => run(text),
            Piece::Link(link) => linked(link, link),
        })
        .collect();
    let with_links = text(&runs);
    if with_links.to_string().len() <= LONGEST_CARD { with_links } else { text(&[run(&lines)]) }
}

/// A text in which nothing is taken for formatting, unlike in a `TextBlock`.
fn text(runs: &[Value]) -> Value {
    json!({"type": "RichTextBlock", "spacing": "Small", "inlines": runs})
}

fn run(text: &str) -> Value {
    json!({"type": "TextRun", "text": text})
}

fn linked(text: &str, link: &str) -> Value {
    let mut run = run(text);
    run["selectAction"] = json!({"type": "Action.OpenUrl", "url": link});
    run
}

/// The colours of a card have names, and look as the reader's theme wants.
fn colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "Good",
        Tone::Neutral => "Default",
        Tone::Warning => "Warning",
        Tone::Bad => "Attention",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LINK, mixed, spoken, storm, test};

    #[track_caller]
    fn check_limits(message: &Value) {
        let length = message.to_string().encode_utf16().count() * 2;
        assert!(length <= 28 << 10, "{length}");
    }

    #[test]
    fn some_alerts() {
        check_limits(&message(&mixed()));
        insta::assert_json_snapshot!(message(&mixed()));
        insta::assert_json_snapshot!("test", body(&test()));
        insta::assert_json_snapshot!("spoken", body(&spoken(&format!("**Hello**\nworld: {LINK}"))));
    }

    #[test]
    fn a_storm_is_one_message() {
        for n_alerts in [10, 11, 2000] {
            check_limits(&message(&storm(n_alerts)));
        }
        let last = body(&storm(2000)).pop().unwrap();
        let text = last["inlines"][0]["text"].as_str().unwrap();
        assert!(text.starts_with("2000 down:\n") && text.ends_with(" more"), "{text}");
    }

    #[test]
    fn long_texts_are_cut() {
        let mut long = storm(10);
        for alert in &mut long.alerts {
            alert.name = "x".repeat(4000);
            alert.seen = Some("y".repeat(4000));
        }
        check_limits(&message(&long));
        assert!(message(&long).to_string().contains("more"));
        for wild in ["z".to_owned(), "\"".to_owned(), format!("{LINK} ")] {
            check_limits(&message(&spoken(&wild.repeat(40_000))));
        }
    }
}
