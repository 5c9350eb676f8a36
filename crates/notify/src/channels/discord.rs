//! Discord: a webhook of a channel.

use crate::http::Hook;
use crate::own_links::Piece;
use crate::text::{cut, fitted};
use crate::{Alert, Channel, ChannelError, Delivery, DeliveryError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use system::foreign_text;
use yaml::Secret;

/// Longest text of a message, in characters, as Discord's documentation of webhooks says.
const LONGEST_CONTENT: usize = 2000;

/// Longest title of an embed, in characters, as Discord's documentation of embeds says.
const LONGEST_TITLE: usize = 256;

/// Longest description of an embed, in characters, as Discord's documentation of embeds says.
const LONGEST_DESCRIPTION: usize = 4096;

/// Of more alerts than this only the lines are told.
const MOST_SINGLE: usize = 8;

/// What is told of a single alert where there are several, in bytes.
const LONGEST_SEEN: usize = 300;

pub struct Discord(Hook);

/// How to reach it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Address of a webhook, as the settings of the channel show it. For a thread, append `?thread_id=` and the number of the thread.
    /// It is a secret: it grants write access to the channel.
    url: Secret,
}

impl Channel for Discord {
    const NAME: &'static str = "discord";

    type Data = Data;

    const EXAMPLE: &'static str = "
notify_backend:
  type: discord
  data:
    url: https://discord.com/api/webhooks/000000000000000000/EXAMPLE
";

    fn connect(data: Data) -> Result<Self, ChannelError> {
        // Discord then answers when the message is in the channel, and not before.
        Ok(Self(Hook::new("url", &data.url)?.with_query("wait", "true")))
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        self.0.post(&message(delivery)).await
    }

    async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.0.test_connection().await
    }
}

fn message(delivery: &Delivery) -> Value {
    // Nobody is called by what somebody has written into the name of a service.
    let nobody = json!({"parse": []});
    if delivery.text.is_some() {
        return json!({"content": content(delivery), "allowed_mentions": nobody});
    }
    let title = cut(&format!("{} {}", delivery.tone().sign(), foreign_text::discord(&delivery.title())), LONGEST_TITLE);
    let mut embed = json!({"title": title, "description": description(delivery), "color": delivery.tone().colour()});
    if let [Alert { link: Some(link), .. }] = delivery.alerts.as_slice() {
        embed["url"] = json!(link);
    }
    json!({"embeds": [embed], "allowed_mentions": nobody})
}

/// A text of somebody. What is formatted in it may come from a target, so that it is shown as it stands; only addresses of Platus are
/// left as they are, for an escaped one leads nowhere.
fn content(delivery: &Delivery) -> String {
    let text = delivery.lines(LONGEST_CONTENT);
    let pieces = delivery.pieces(&text).into_iter().map(|piece| match piece {
        Piece::Text(text) => foreign_text::discord(text),
        Piece::Link(link) => link.to_owned(),
    });
    cut(&pieces.collect::<String>(), LONGEST_CONTENT)
}

fn description(delivery: &Delivery) -> String {
    match delivery.alerts.as_slice() {
        alerts @ [_, ..] if alerts.len() <= MOST_SINGLE => {
            fitted(alerts.iter().map(told).collect(), "\n\n", delivery.footer(), LONGEST_DESCRIPTION)
        }
        alerts => fitted(
            alerts.iter().map(|alert| foreign_text::discord(&alert.line())).collect(),
            "\n",
            delivery.footer(),
            LONGEST_DESCRIPTION,
        ),
    }
}

fn told(alert: &Alert) -> String {
    let line = format!("**{}**", foreign_text::discord(&cut(&alert.line(), LONGEST_SEEN)));
    let seen = alert.seen.iter().map(|seen| foreign_text::discord(&cut(seen, LONGEST_SEEN)));
    let place = alert.place().map(|place| foreign_text::discord(&cut(&place, LONGEST_SEEN)));
    // A parenthesis would end the address.
    let link = alert.link.as_deref().map(|link| format!("[Open in Platus]({})", link.replace('(', "%28").replace(')', "%29")));
    [line].into_iter().chain(seen).chain(place).chain(link).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{LINK, mixed, spoken, storm, test};

    #[track_caller]
    fn check_limits(message: &Value) {
        let length = |value: &Value| value.as_str().map_or(0, |text| text.encode_utf16().count());
        assert!(length(&message["content"]) <= 2000);
        assert!(length(&message["embeds"][0]["title"]) <= 256);
        assert!(length(&message["embeds"][0]["description"]) <= 4096);
        assert_eq!(message["allowed_mentions"], json!({"parse": []}));
    }

    #[test]
    fn some_alerts() {
        check_limits(&message(&mixed()));
        insta::assert_json_snapshot!(message(&mixed()));
        insta::assert_json_snapshot!("one", message(&storm(1)));
        insta::assert_json_snapshot!("test", message(&test()));
        insta::assert_json_snapshot!("spoken", message(&spoken(&format!("**Hello** @everyone\n[x](https://evil.lan)\n{LINK}"))));
    }

    #[test]
    fn a_storm_is_one_message() {
        for n_alerts in [8, 9, 2000] {
            check_limits(&message(&storm(n_alerts)));
        }
        let message = message(&storm(2000));
        assert_eq!(message["embeds"][0]["title"], "🔴 2000 down");
        let description = message["embeds"][0]["description"].as_str().unwrap();
        assert!(description.starts_with("service & number 0 state") && description.ends_with(" more"), "{description}");
    }

    #[test]
    fn long_texts_are_cut() {
        let mut long = storm(8);
        for alert in &mut long.alerts {
            alert.name = "*".repeat(4000);
            alert.seen = Some("_".repeat(4000));
        }
        check_limits(&message(&long));
        for wild in ["@everyone ".to_owned(), "*".to_owned(), format!("{LINK} ")] {
            check_limits(&message(&spoken(&wild.repeat(4000))));
        }
    }
}
