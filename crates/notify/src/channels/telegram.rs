//! Telegram: a bot writes to a chat.

use crate::http::{Answer, Endpoint, Http, Trust};
use crate::{Channel, ChannelError, Delivery, DeliveryError};
use reqwest::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use yaml::Secret;

/// Longest text of a message, in characters, as the documentation of `sendMessage` says.
const LONGEST_TEXT: usize = 4096;

pub struct Telegram {
    http: Http,
    method: Endpoint,
    chat: String,
    thread: Option<i64>,
}

/// How to reach it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Token of the bot, as `@BotFather` shows it.
    token: Secret,
    /// Number of the chat, or `@` and the name of a channel. The bot must be a member.
    chat_id: String,
    /// Number of a topic of the chat. Default: the general topic.
    thread: Option<i64>,
    /// Address of the bot API. Default: `https://api.telegram.org`.
    url: Option<String>,
}

/// The part of an answer that says why.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Reason {
    description: String,
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Parameters {
    /// Seconds.
    retry_after: Option<f64>,
}

impl Channel for Telegram {
    const NAME: &'static str = "telegram";

    type Data = Data;

    const EXAMPLE: &'static str = "
notify_backend:
  type: telegram
  data:
    token: 0000000000:EXAMPLE
    chat_id: -1000000000000
";

    fn connect(data: Data) -> Result<Self, ChannelError> {
        if data.token.expose().is_empty() || data.token.expose().contains(['/', '?', '#']) {
            return Err(ChannelError("`token` is no token of a bot; it looks like 123456:ABC-DEF".to_owned()));
        }
        if data.chat_id.trim().is_empty() {
            return Err(ChannelError("`chat_id` is empty; give the number of a chat".to_owned()));
        }
        let url = data.url.as_deref().unwrap_or("https://api.telegram.org");
        let bot = format!("bot{}", data.token.expose());
        let method = Endpoint::server("url", url, &[&bot, "sendMessage"])?.withholding(&data.token);
        Ok(Self { http: Http::new(Trust::System)?, method, chat: data.chat_id.trim().to_owned(), thread: data.thread })
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        let request = self.http.post().json(&self.message(delivery));
        judge(self.http.send(request, &self.method).await?)
    }

    async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.http.test_connection(&self.method).await
    }
}

impl Telegram {
    /// Without `parse_mode`, so that nothing is taken for formatting.
    fn message(&self, delivery: &Delivery) -> Value {
        let text = match delivery.text {
            Some(_) => delivery.lines(LONGEST_TEXT),
            None => {
                let sign = format!("{} ", delivery.tone().sign());
                format!("{sign}{}", delivery.report(LONGEST_TEXT - sign.len()))
            }
        };
        let mut message = json!({"chat_id": self.chat, "text": text, "link_preview_options": {"is_disabled": true}});
        if let Some(thread) = self.thread {
            message["message_thread_id"] = json!(thread);
        }
        message
    }
}

/// Telegram says in the text how long to wait, and has one status for a bad message and for a chat that does not exist.
fn judge(answer: Answer) -> Result<(), DeliveryError> {
    let reason: Reason = serde_json::from_slice(&answer.body).unwrap_or_default();
    let speaks_of_the_chat = ["chat", "thread", "topic"].iter().any(|word| reason.description.contains(word));
    if answer.status == StatusCode::BAD_REQUEST && speaks_of_the_chat {
        return Err(answer.mendable());
    }
    answer.asking_to_wait(reason.parameters.retry_after).judge()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{mixed, spoken, storm, test};

    fn telegram() -> Telegram {
        let data = Data {
            token: Secret::new("12:s3cret"),
            chat_id: " -100 ".to_owned(),
            thread: Some(7),
            url: Some("http://lan".to_owned()),
        };
        Telegram::connect(data).unwrap()
    }

    #[test]
    fn some_alerts() {
        insta::assert_json_snapshot!(telegram().message(&mixed()));
        insta::assert_json_snapshot!("test", telegram().message(&test()));
        insta::assert_json_snapshot!("spoken", telegram().message(&spoken("*Hello*\nworld")));
    }

    #[test]
    fn a_storm_is_one_message() {
        for delivery in [storm(2000), storm(20), spoken(&"🔴".repeat(4000))] {
            let message = telegram().message(&delivery);
            assert!(message["text"].as_str().unwrap().encode_utf16().count() <= 4096);
        }
    }

    #[test]
    fn a_token_does_not_leave_its_place() {
        assert_eq!(telegram().method.url().as_str(), "http://lan/bot12:s3cret/sendMessage");
        for token in ["", "a/b", "a?b"] {
            let data = Data { token: Secret::new(token), chat_id: "1".to_owned(), thread: None, url: None };
            assert!(Telegram::connect(data).is_err(), "{token}");
        }
    }
}
