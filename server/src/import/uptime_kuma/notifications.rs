//! The notifications, as channels.

use super::monitor::Places;
use super::record::Record;
use super::tables::Tables;
use crate::import::ids::Ids;
use crate::import::model::{Imported, Part, Presence};
use crate::import::routing;
use crate::import::value::{Map, Value};

/// Adds a channel for each notification.
pub(super) fn add(tables: &Tables, places: &Places, imported: &mut Imported) {
    let mut names = Ids::default();
    for row in &tables.notifications {
        let config = Record::of_json(row.text("config").unwrap_or_default());
        let name = row.text("name").or(config.text("name")).unwrap_or("channel");
        let mut channel = Part::new(names.of(&[name]));
        set_channel(&mut channel, &config);
        let id = row.id("id").unwrap_or_default();
        let users: Vec<String> = tables
            .notified
            .iter()
            .filter(|(notification, _)| *notification == id)
            .filter_map(|(_, monitor)| places.only(*monitor).cloned())
            .collect();
        routing::restrict(&mut channel, &users, imported, "Uptime Kuma");
        if row.get("active").is_some() && !row.flag("active") && channel.presence == Presence::Active {
            channel.presence = Presence::Commented;
            channel.note("It is switched off in Uptime Kuma.");
        }
        imported.channels.push(channel);
    }
}

/// Keys of a channel, and the keys of a notification that they come from.
type Keys = &'static [(&'static str, &'static str)];

/// Channels that differ only in the names of their keys.
const ALIKE: [(&str, &str, Keys); 6] = [
    ("slack", "slack", &[("url", "slackwebhookURL")]),
    // They accept messages of Slack.
    ("mattermost", "slack", &[("url", "mattermostWebhookUrl")]),
    ("rocket.chat", "slack", &[("url", "rocketwebhookURL")]),
    ("discord", "discord", &[("url", "discordWebhookUrl")]),
    (
        "telegram",
        "telegram",
        &[
            ("token", "telegramBotToken"),
            ("chat_id", "telegramChatID"),
            ("thread", "telegramMessageThreadID"),
            ("url", "telegramServerUrl"),
        ],
    ),
    ("PagerDuty", "pagerduty", &[("routing_key", "pagerdutyIntegrationKey")]),
];

fn set_channel(channel: &mut Part, config: &Record) {
    let kind = config.text("type").unwrap_or_default();
    let mut data = Map::new();
    let own = match ALIKE.iter().find(|(theirs, _, _)| *theirs == kind) {
        Some(&(_, own, keys)) => {
            for (to, from) in keys {
                data.set_if(to, config.shown(from).map(|text| Value::literal(&text)));
            }
            own
        }
        None => match kind {
            "teams" => {
                data.set_if("url", config.text("webhookUrl").map(Value::literal));
                "msteams"
            }
            "ntfy" => {
                set_ntfy(config, &mut data);
                "ntfy"
            }
            "smtp" => {
                set_email(channel, config, &mut data);
                "email"
            }
            "webhook" => {
                set_webhook(channel, config, &mut data);
                "webhook"
            }
            _ => {
                return channel
                    .lost_altogether(format!("Platus has no channel `{kind}`; `webhook` sends a request to any address"));
            }
        },
    };
    channel.keys.set("name", Value::text(&channel.name));
    channel.keys.set("type", Value::text(own));
    channel.keys.set_if("data", data.into_value());
    channel.note("Its secrets are in this file as they were in Uptime Kuma's; Vault keeps them out of it (`vault_KEY` in `data`).");
}

fn set_ntfy(config: &Record, data: &mut Map) {
    data.set_if("url", config.text("ntfyserverurl").map(Value::literal));
    data.set_if("topic", config.text("ntfytopic").map(Value::literal));
    match config.text("ntfyAuthenticationMethod") {
        Some("accessToken") => data.set_if("token", config.text("ntfyaccesstoken").map(Value::literal)),
        Some("none") => {}
        // Earlier versions had no other way.
        _ => {
            data.set_if("username", config.text("ntfyusername").map(Value::literal));
            data.set_if("password", config.text("ntfypassword").map(Value::literal));
        }
    }
}

fn set_email(channel: &mut Part, config: &Record, data: &mut Map) {
    data.set_if("fr", config.text("smtpFrom").map(Value::literal));
    let recipients: Vec<&str> = ["smtpTo", "smtpCC", "smtpBCC"].iter().filter_map(|key| config.text(key)).collect();
    if recipients.len() > 1 {
        channel.note("Copies (CC, BCC) are recipients like the others.");
    }
    data.set("to", Value::literal(&recipients.join(", ")));
    data.set_if("host", config.text("smtpHost").map(Value::literal));
    data.set_if("port", config.id("smtpPort").map(Value::number));
    data.set_if("username", config.text("smtpUsername").map(Value::literal));
    data.set_if("password", config.text("smtpPassword").map(Value::literal));
    if config.flag("smtpSecure") {
        data.set("tls", Value::text("implicit"));
    }
    if config.flag("smtpIgnoreTLSError") {
        data.set("verify", Value::flag(false));
    }
    if config.text("customSubject").is_some() || config.text("customBody").is_some() {
        channel.lost("the own subject or text of its mails; write a `template`");
    }
}

fn set_webhook(channel: &mut Part, config: &Record, data: &mut Map) {
    data.set_if("url", config.text("webhookURL").map(Value::literal));
    if let Some(serde_json::Value::Object(given)) =
        config.text("webhookAdditionalHeaders").and_then(|text| serde_json::from_str(text).ok())
    {
        let mut headers = Map::new();
        for (name, value) in given {
            headers.set_if(&name, value.as_str().map(Value::literal));
        }
        data.set_if("headers", headers.into_value());
    }
    channel.lost("the form of its document: the receiver gets Platus' own, or write a template as `body`");
}
