//! Slack, and what takes the same messages.

use crate::http::Hook;
use crate::own_links::Piece;
use crate::text::cut;
use crate::{Alert, Channel, ChannelError, Delivery, DeliveryError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use system::foreign_text;
use yaml::Secret;

/// Of more alerts than this only the lines are told: two blocks each are within the 50 that a message may have, as Slack's reference
/// of blocks says.
const MOST_SINGLE: usize = 20;

/// Longest text of a header, in characters, as Slack's reference of the block `header` says.
const LONGEST_HEADER: usize = 150;

/// Longest text of a section, in characters, as Slack's reference of the block `section` says.
const LONGEST_SECTION: usize = 3000;

/// Longest text of an element of a context. Slack gives no limit for it, but one for every text object, which is larger.
const LONGEST_CONTEXT: usize = 1000;

/// What is told of many alerts, in bytes. Whoever wants to read more than some screens looks at the page.
const LONGEST_LINES: usize = 8000;

/// What is shown where blocks are not: in a notification on the telephone, for instance. Slack's reference of messages recommends not
/// to go beyond 4,000 characters.
const LONGEST_TEXT: usize = 4000;

pub struct Slack(Hook);

/// How to reach it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Address of an incoming webhook, as Slack shows it for the app. It is a secret: it grants write access to the channel.
    url: Secret,
}

impl Channel for Slack {
    const NAME: &'static str = "slack";

    type Data = Data;

    const EXAMPLE: &'static str = "
notify_backend:
  type: slack
  data:
    url: https://hooks.slack.com/services/T00000000/B00000000/EXAMPLE
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
    let text = foreign_text::slack(&delivery.lines(LONGEST_TEXT), usize::MAX);
    json!({"text": text, "blocks": blocks(delivery)})
}

fn blocks(delivery: &Delivery) -> Vec<Value> {
    if delivery.text.is_some() {
        return sections(&delivery.lines(LONGEST_LINES), |line| linked(line, delivery)).collect();
    }
    let title = format!("{} {}", delivery.tone().sign(), delivery.title());
    let header = json!({"type": "header", "text": {"type": "plain_text", "text": shortened(&title, LONGEST_HEADER)}});
    let rest: Vec<_> = match delivery.alerts.len() {
        ..=MOST_SINGLE => {
            let footer = delivery.footer().map(|footer| context(&[footer]));
            delivery.alerts.iter().flat_map(|alert| told(alert, delivery.alerts.len() == 1)).chain(footer).collect()
        }
        _ => sections(&delivery.lines(LONGEST_LINES), |line| foreign_text::slack(line, LONGEST_SECTION)).collect(),
    };
    [vec![header], rest].concat()
}

/// A section and, where there is more to say, a context.
fn told(alert: &Alert, alone: bool) -> impl Iterator<Item = Value> {
    let sign = if alone { "" } else { alert.tone().sign() };
    let line = format!("{sign} *{}*", foreign_text::slack(&alert.line(), LONGEST_SECTION / 2));
    let seen = alert.seen.iter().map(|seen| foreign_text::slack(seen, LONGEST_SECTION / 3));
    let text = [line.trim().to_owned()].into_iter().chain(seen).collect::<Vec<_>>().join("\n");
    let place = alert.place().map(|place| foreign_text::slack(&place, LONGEST_CONTEXT));
    let link = alert
        .link
        .as_deref()
        .filter(|link| link.len() < LONGEST_CONTEXT / 2)
        .map(|link| format!("<{}|Open in Platus>", address(link)));
    let more: Vec<_> = place.into_iter().chain(link).collect();
    let context = (!more.is_empty()).then(|| context(&more));
    [section(&text)].into_iter().chain(context)
}

/// Lines in as few sections as hold them. `marked` writes a line as Slack wants it.
fn sections(text: &str, marked: impl Fn(&str) -> String) -> impl Iterator<Item = Value> {
    let mut texts: Vec<String> = Vec::new();
    for line in text.lines().map(marked) {
        match texts.last_mut() {
            Some(last) if last.len() + 1 + line.len() <= LONGEST_SECTION => {
                last.push('\n');
                last.push_str(&line);
            }
            _ => texts.push(line),
        }
    }
    // A section must not be empty.
    texts.into_iter().filter(|text| !text.trim().is_empty()).map(|text| section(&text))
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}})
}

fn context(texts: &[String]) -> Value {
    let elements: Vec<_> = texts.iter().map(|text| json!({"type": "mrkdwn", "text": text, "verbatim": true})).collect();
    json!({"type": "context", "elements": elements})
}

/// A line of somebody, in as many bytes as a section has room for. Slack makes no link of an address by itself in what is `verbatim`.
fn linked(line: &str, delivery: &Delivery) -> String {
    let mut linked = String::new();
    for piece in delivery.pieces(line) {
        let room = LONGEST_SECTION - linked.len();
        match piece {
            Piece::Text(text) => linked.push_str(&foreign_text::slack(text, room)),
            Piece::Link(link) => {
                let link = format!("<{}>", address(link));
                if link.len() > room {
                    break;
                }
                linked.push_str(&link);
            }
        }
    }
    linked
}

/// An address between angle brackets, which a bracket or a bar in it would end.
fn address(link: &str) -> String {
    foreign_text::slack(link, usize::MAX).replace('|', "%7C")
}

/// In at most so many bytes, in one line.
fn shortened(text: &str, limit: usize) -> String {
    cut(&text.replace(['\n', '\r'], " "), limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LINK, mixed, spoken, storm, test};

    /// What Slack would refuse.
    #[track_caller]
    fn check_limits(message: &Value) {
        let blocks = message["blocks"].as_array().unwrap();
        assert!(!blocks.is_empty() && blocks.len() <= 50, "{}", blocks.len());
        for block in blocks {
            let text = block["text"]["text"].as_str();
            match block["type"].as_str().unwrap() {
                "header" => assert!((1..=150).contains(&text.unwrap().chars().count())),
                "section" => assert!((1..=3000).contains(&text.unwrap().chars().count())),
                _ => assert!((1..=10).contains(&block["elements"].as_array().unwrap().len())),
            }
        }
        assert!(message["text"].as_str().unwrap().chars().count() <= 40_000);
    }

    #[test]
    fn some_alerts() {
        let message = message(&mixed());
        check_limits(&message);
        insta::assert_json_snapshot!(message);
    }

    #[test]
    fn a_storm_is_one_message() {
        for n_alerts in [1, 20, 21, 2000] {
            check_limits(&message(&storm(n_alerts)));
        }
        let message = message(&storm(2000));
        let text = message["text"].as_str().unwrap();
        assert!(text.starts_with("2000 down:\nservice &amp; number 0 state changed"), "{text}");
        assert!(message.to_string().len() < 30_000);
    }

    #[test]
    fn long_texts_are_cut() {
        let mut long = storm(3);
        for alert in &mut long.alerts {
            alert.name = "&".repeat(4000);
            alert.seen = Some("<".repeat(4000));
            alert.link = Some(format!("https://platus.lan/{}", "x".repeat(4000)));
        }
        check_limits(&message(&long));
        long.alerts.truncate(1);
        check_limits(&message(&long));
    }

    #[test]
    fn a_text_of_somebody_is_all_that_is_said() {
        let text = format!("First <!channel> <https://evil.lan|here>\n\nSecond: {LINK}.");
        insta::assert_json_snapshot!(message(&spoken(&text)));
        for wild in ["&\n".to_owned(), format!("{LINK}\n"), format!("& {LINK} "), "*@here* ".to_owned()] {
            check_limits(&message(&spoken(&wild.repeat(4000))));
        }
        insta::assert_json_snapshot!("test", message(&test()));
    }
}
