//! E-mail by SMTP.

mod addresses;
mod connection;
mod hello;
mod html;
mod introduced;
mod message;
mod progress;
mod server;
mod talk;
mod tls;
mod transaction;

use crate::excerpt::Withheld;
use crate::{Channel, ChannelError, Delivery, DeliveryError};
use addresses::Texts;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use progress::Progress;
use schemars::JsonSchema;
use serde::Deserialize;
use server::{Security, Server};
use tls::Tls;
use yaml::Secret;

pub struct Email {
    server: Server,
    credentials: Option<Credentials>,
    from: Mailbox,
    to: Vec<Mailbox>,
    subject: Option<String>,
    /// The secrets to remove from answers to a login.
    withheld: Withheld,
    progress: Progress,
}

/// The `data` of the channel.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Sender: `ADDRESS`, shown with the name `Platus`, or `Name <ADDRESS>`. Default: `username` if it is an address, else `platus@`
    /// and the name of the mail server, or the domain of a recipient if that name is not valid in an address.
    fr: Option<String>,
    /// Recipients: one address, several addresses separated by commas, or a list.
    to: Texts,
    /// Mail server, optionally with its port: `mail.example.org:587`.
    host: String,
    /// Port. Default: 465 with `tls: implicit`, else 25.
    port: Option<u16>,
    /// User of the login. Without `username` and `password`, Platus does not log in. Default: none.
    username: Option<String>,
    /// Password of the user. It is never sent without TLS, unless `tls` is `none`. Default: none.
    password: Option<Secret>,
    /// Subject of every mail. Default: the title of the notification.
    subject: Option<String>,
    /// Encryption. `prefer`: TLS if the server offers it; without TLS, no password is sent. `required`: TLS or no mail.
    /// `none`: never TLS, not even for a password. With TLS, port 465 is encrypted from the first byte and any other port by STARTTLS;
    /// `implicit` and `starttls` require one of the two on any port. Default: `prefer`.
    tls: Option<Tls>,
    /// Name of this host in EHLO: a host name, or an address such as `[192.0.2.1]`. Default: the full host name if the system knows
    /// it, else the local address of the connection.
    hello: Option<String>,
    /// Certificate authorities in PEM to trust for this server, in addition to those of the system. Default: none.
    ca: Option<String>,
    /// Whether to verify the certificate of the server. Default: `true`.
    #[serde(default = "default_verify")]
    verify: bool,
}

fn default_verify() -> bool {
    true
}

impl Channel for Email {
    const NAME: &'static str = "email";

    type Data = Data;

    const EXAMPLE: &'static str = "
notify_backend:
  type: email
  data:
    fr: platus@example.org
    to: [operations@example.org, night@example.org]
    host: mail.example.org
    port: 587
    username: platus@example.org
    password: EXAMPLE
";

    /// An empty text is the same as an absent key.
    fn connect(data: Data) -> Result<Self, ChannelError> {
        let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut server = Server::new(&data.host, data.port, data.tls, data.ca.as_deref(), data.verify)?;
        server.hello = given(data.hello).map(|name| hello::configured(&name)).transpose()?.or_else(hello::full_name);
        let username = given(data.username);
        let to = addresses::recipients(&data.to)?;
        let from = addresses::sender(given(data.fr).as_deref(), username.as_deref(), &server.host, &to)?;
        if !message::can_be_addressed(&from, &to) {
            return Err(ChannelError("`fr` or `to` has an address that cannot be written in a mail; use another one".to_owned()));
        }
        let mut withheld = Withheld::default();
        let password = data.password.filter(|password| !password.expose().is_empty());
        let credentials = match (username, password) {
            (None, None) => None,
            (Some(username), Some(password)) => {
                withheld.add_secret(&password);
                // In the form of the mechanism PLAIN.
                withheld.add_secret(&Secret::new(format!("\0{username}\0{}", password.expose())));
                Some(Credentials::new(username, password.expose().to_owned()))
            }
            (Some(_), None) => return Err(ChannelError("`username` needs `password`".to_owned())),
            (None, Some(_)) => return Err(ChannelError("`password` needs `username`".to_owned())),
        };
        Ok(Self { server, credentials, from, to, subject: given(data.subject), withheld, progress: Progress::default() })
    }

    /// One mail to all recipients, who see one another.
    ///
    /// A server may accept some recipients and not others. The transport of lettre stops at the first rejected one, so its parts are
    /// combined here, with one answer for each recipient. Accepted recipients get the mail. Deferred ones (4xx) are retried by the next
    /// attempt, which leaves out those who have it. They are remembered for each key until the process ends; after that a repetition has
    /// the same `Message-ID`. Rejected ones (5xx) are logged and do not affect the others: the delivery succeeds if one recipient has
    /// the mail and none is deferred.
    async fn deliver(&self, delivery: &Delivery) -> Result<(), DeliveryError> {
        let missing = self.progress.missing(&delivery.key, &self.to);
        if missing.is_empty() {
            return Ok(());
        }
        let mail = message::write(delivery, &self.from, &self.to, self.subject.as_deref())?;
        let mut session = connection::open(&self.server, self.credentials.as_ref(), &self.withheld).await?;
        let outcome = transaction::send(&mut session, &self.from.email, &missing, &mail).await;
        session.part().await;
        let outcome = outcome?;
        // Tests have no further attempt, and would displace deliveries that have one.
        if !delivery.is_test() {
            self.progress.note(&delivery.key, &outcome.taken);
        }
        for (address, reason) in &outcome.refused {
            tracing::warn!(channel = Self::NAME, %address, "A recipient is refused: {reason}.");
        }
        outcome.judge(&self.server.name(), missing.len() < self.to.len())
    }

    /// Up to and including the login.
    async fn test_connection(&self) -> Result<(), DeliveryError> {
        let session = connection::open(&self.server, self.credentials.as_ref(), &self.withheld).await?;
        session.part().await;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
