//! ntfy: messages to telephones, by the public server or one's own.

use crate::http::{Draft, Endpoint, Http, Trust};
use crate::text::cut;
use crate::{Alert, Channel, ChannelError, Delivery, DeliveryError, Tone};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use yaml::Secret;

/// Longest text, in bytes. A longer one than 4,096 becomes a file, as ntfy's page on limitations says, and the JSON around it may not
/// be twice as long.
const LONGEST_TEXT: usize = 3600;

/// Longest title, in bytes.
const LONGEST_TITLE: usize = 200;

pub struct Ntfy {
    http: Http,
    server: Endpoint,
    topic: String,
    login: Login,
}

enum Login {
    Nobody,
    Token(Secret),
    User(String, Secret),
}

/// How to reach it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Address of the server. Default: `https://ntfy.sh`.
    url: Option<String>,
    /// Name of the topic. On a public server it is a secret: it grants read and write access.
    topic: Secret,
    /// Access token for a protected topic. Default: none.
    token: Option<Secret>,
    /// Name of a user, instead of `token`. Needs `password`. Default: none.
    username: Option<String>,
    /// Password of the user. Default: none.
    password: Option<Secret>,
    /// Certificate authorities in PEM to trust for this server, in addition to those of the system. Default: none.
    ca: Option<String>,
    /// Whether to verify the certificate of the server. Default: `true`.
    #[serde(default = "default_verify")]
    verify: bool,
}

fn default_verify() -> bool {
    true
}

impl Channel for Ntfy {
    const NAME: &'static str = "ntfy";

    type Data = Data;

    const EXAMPLE: &'static str = "
notify_backend:
  type: ntfy
  data:
    url: https://ntfy.example.org
    topic: platus
    token: tk_EXAMPLE
";

    fn connect(data: Data) -> Result<Self, ChannelError> {
        let topic = data.topic.expose().trim().to_owned();
        if topic.is_empty() || !topic.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            return Err(ChannelError("`topic` must be a name of letters, digits, `-` and `_`".to_owned()));
        }
        let login = login(data.token, data.username, data.password)?;
        let mut server = Endpoint::server("url", data.url.as_deref().unwrap_or("https://ntfy.sh"), &[])?.withholding(&data.topic);
        server = match &login {
            Login::Token(token) => server.withholding(token),
            // Also as the header has it.
            Login::User(name, password) => {
                server.withholding(password).withholding(&Secret::new(format!("{name}:{}", password.expose())))
            }
            Login::Nobody => server,
        };
        let http = Http::new(Trust::Given { ca: data.ca.as_deref(), verify: data.verify })?;
        Ok(Self { http, server, topic, login })
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        let request = self.login.authorize(self.http.post()).json(&message(&self.topic, delivery));
        self.http.send(request, &self.server).await?.judge()
    }

    async fn test_connection(&self) -> Result<(), DeliveryError> {
        self.http.test_connection(&self.server).await
    }
}

impl Login {
    fn authorize(&self, request: Draft) -> Draft {
        match self {
            Self::Nobody => request,
            Self::Token(token) => request.bearer_auth(token.expose()),
            Self::User(name, password) => request.basic_auth(name, password.expose()),
        }
    }
}

/// An empty text means the same as an absent key.
fn login(token: Option<Secret>, username: Option<String>, password: Option<Secret>) -> Result<Login, ChannelError> {
    let token = token.filter(|token| !token.expose().is_empty());
    let username = username.filter(|name| !name.is_empty());
    let password = password.filter(|password| !password.expose().is_empty());
    match (token, username, password) {
        (None, None, None) => Ok(Login::Nobody),
        (Some(token), None, None) => {
            // The header would not come about, and the error would show what is in it.
            let fits = token.expose().bytes().all(|byte| byte.is_ascii_graphic());
            if fits { Ok(Login::Token(token)) } else { Err(ChannelError("`token` is no access token of ntfy".to_owned())) }
        }
        (None, Some(username), Some(password)) => Ok(Login::User(username, password)),
        (Some(_), ..) => Err(ChannelError("`token` stands instead of `username` and `password`; remove it or them".to_owned())),
        (None, Some(_), None) => Err(ChannelError("`username` needs `password`".to_owned())),
        (None, None, Some(_)) => Err(ChannelError("`password` needs `username`".to_owned())),
    }
}

/// In JSON and to the root, since headers, which would be the other way, hold no letters beyond ASCII.
fn message(topic: &str, delivery: &Delivery) -> Value {
    let (priority, tag) = appearance(delivery.tone());
    let mut message = json!({"topic": topic, "message": delivery.report(LONGEST_TEXT), "priority": priority, "tags": [tag]});
    if delivery.text.is_none() {
        message["title"] = json!(cut(&delivery.title(), LONGEST_TITLE));
    }
    if let Some(link) = delivery.alerts.iter().find_map(|Alert { link, .. }| link.as_ref()) {
        message["click"] = json!(link);
    }
    message
}

/// The priority, of 1 to 5, and the name of a sign. The highest wakes people; all clear makes no sound.
fn appearance(tone: Tone) -> (u8, &'static str) {
    match tone {
        Tone::Good => (2, "green_circle"),
        Tone::Neutral => (3, "white_circle"),
        Tone::Warning => (4, "yellow_circle"),
        Tone::Bad => (5, "red_circle"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{mixed, spoken, storm, test};

    #[test]
    fn some_alerts() {
        insta::assert_json_snapshot!(message("platus", &mixed()));
        insta::assert_json_snapshot!("test", message("platus", &test()));
        insta::assert_json_snapshot!("spoken", message("platus", &spoken("Hello\nworld")));
    }

    #[test]
    fn a_storm_is_one_message() {
        for delivery in [storm(2000), spoken(&"\"".repeat(40_000))] {
            let message = message("platus", &delivery);
            assert!(message["message"].as_str().unwrap().len() <= 4096);
            assert!(message.to_string().len() <= 8192);
        }
    }

    #[test]
    fn one_way_to_log_in() {
        let secret = || Some(Secret::new("s3cret"));
        let name = || Some("name".to_owned());
        let empty = || Some(Secret::new(""));
        assert!(
            login(secret(), None, None).is_ok() && login(None, name(), secret()).is_ok() && login(empty(), None, empty()).is_ok()
        );
        for (token, username, password) in
            [(secret(), name(), secret()), (secret(), None, secret()), (None, name(), None), (None, None, secret())]
        {
            assert!(login(token, username, password).is_err());
        }
        assert!(login(Some(Secret::new("two\nlines")), None, None).is_err());
    }
}
