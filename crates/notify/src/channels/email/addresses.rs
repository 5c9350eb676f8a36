//! Who writes to whom.

use crate::ChannelError;
use lettre::Address;
use lettre::message::Mailbox;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use url::Host;

/// The name of a sender that has none.
const NAME: &str = "Platus";

/// A text or a list of texts.
#[derive(Debug)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asking for a text has the text of a number given; a list comes as a list whatever was asked for.
        deserializer.deserialize_str(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
        Ok(Texts(vec![text.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = entries.next_element()? {
            texts.push(text);
        }
        Ok(Texts(texts))
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})
    }
}

/// Everyone once, in the order of the file.
pub(super) fn recipients(texts: &Texts) -> Result<Vec<Mailbox>, ChannelError> {
    let mut recipients: Vec<Mailbox> = Vec::new();
    for text in texts.0.iter().flat_map(|text| separated(text)) {
        let mailbox = mailbox("to", &text)?;
        if !recipients.iter().any(|known| known.email == mailbox.email) {
            recipients.push(mailbox);
        }
    }
    if recipients.is_empty() {
        return Err(ChannelError("`to` is empty; give the address of somebody who is to be told".to_owned()));
    }
    Ok(recipients)
}

/// See the documentation of the key `fr`.
pub(super) fn sender(given: Option<&str>, username: Option<&str>, host: &str, to: &[Mailbox]) -> Result<Mailbox, ChannelError> {
    let mut sender = match (given, username.and_then(parse)) {
        (Some(text), _) => mailbox("fr", text)?,
        (None, Some(address)) => address.into(),
        (None, None) => {
            // A name that is known in a network of containers alone need not be one for mail.
            let named = Some(host).filter(|host| host.parse::<IpAddr>().is_err());
            let domains = named.into_iter().chain(to.iter().map(|recipient| recipient.email.domain()));
            let address = domains.map(|domain| format!("platus@{domain}")).find_map(|text| parse(&text));
            address.ok_or_else(|| ChannelError("`fr` is missing; give the address of the sender".to_owned()))?.into()
        }
    };
    sender.name.get_or_insert_with(|| NAME.to_owned());
    Ok(sender)
}

/// Reads `ADDRESS` or `Name <ADDRESS>`.
fn mailbox(key: &str, text: &str) -> Result<Mailbox, ChannelError> {
    let (name, address) = match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (Some(name), address),
        None => (None, text),
    };
    let address = parse(address.trim());
    let address =
        address.ok_or_else(|| ChannelError(format!("`{key}`: `{}` is no address of e-mail", text.trim().escape_debug())))?;
    // A line that ends within a name would begin a header of its own.
    let name = name.map(|name| name.trim().trim_matches('"').replace(|letter: char| letter.is_control(), " "));
    Ok(Mailbox::new(name.filter(|name| !name.is_empty()), address))
}

/// The domain is written as it is in the DNS. Letters beyond ASCII before the `@` are something that few servers take, and then only
/// if all the others on the way do (RFC 6531), which is nothing for alerts.
fn parse(text: &str) -> Option<Address> {
    let (user, domain) = text.rsplit_once('@')?;
    let domain = match Host::parse(domain) {
        Ok(Host::Domain(domain)) => domain,
        _ => domain.to_owned(),
    };
    Address::new(user, domain).ok().filter(|address| AsRef::<str>::as_ref(address).is_ascii())
}

/// The parts between commas, of which those within quotation marks separate nothing. Nothing is no part.
fn separated(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for letter in text.chars() {
        match letter {
            ',' if !quoted => parts.push(String::new()),
            _ => {
                quoted ^= letter == '"';
                parts.last_mut().into_iter().for_each(|part| part.push(letter));
            }
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::super::message::can_be_addressed;
    use super::*;

    fn told(texts: &[&str]) -> Result<Vec<String>, String> {
        let texts = Texts(texts.iter().map(|&text| text.to_owned()).collect());
        let recipients = recipients(&texts).map_err(|error| error.to_string())?;
        Ok(recipients.iter().map(|mailbox| format!("{}|{}", mailbox.name.as_deref().unwrap_or_default(), mailbox.email)).collect())
    }

    #[test]
    fn recipients_come_in_many_forms() {
        assert_eq!(told(&["a@lan.test, b@lan.test,"]).unwrap(), ["|a@lan.test", "|b@lan.test"]);
        assert_eq!(told(&["a@lan.test", "", "a@lan.test"]).unwrap(), ["|a@lan.test"]);
        assert_eq!(
            told(&["\"Doe, Jane\" <jane@lan.test>, Jürgen <ops@lan.test>"]).unwrap(),
            ["Doe, Jane|jane@lan.test", "Jürgen|ops@lan.test"]
        );
        assert_eq!(told(&["root@localhost", "ops@Käse.test"]).unwrap(), ["|root@localhost", "|ops@xn--kse-qla.test"]);
    }

    #[test]
    fn what_is_no_address_is_told() {
        assert_eq!(told(&[" ,"]).unwrap_err(), "`to` is empty; give the address of somebody who is to be told");
        assert_eq!(told(&["a@lan.test nobody"]).unwrap_err(), "`to`: `a@lan.test nobody` is no address of e-mail");
        assert_eq!(told(&["a@lan.test>\r\nRCPT TO:<b"]).unwrap_err(), r"`to`: `a@lan.test>\r\nRCPT TO:<b` is no address of e-mail");
        assert_eq!(told(&["jürgen@lan.test"]).unwrap_err(), "`to`: `jürgen@lan.test` is no address of e-mail");
        assert_eq!(told(&["x\r\nBcc: <b@lan.test>"]).unwrap(), ["x  Bcc:|b@lan.test"]);
    }

    #[test]
    fn there_is_always_a_sender() {
        let to = recipients(&Texts(vec!["\"Jürgen, Nacht\" <b@to.test>".to_owned()])).unwrap();
        for (given, username, host, expected) in [
            (Some("ops@lan.test"), Some("u@lan.test"), "mail.lan", "Platus|ops@lan.test"),
            (Some("Night <ops@lan.test>"), None, "mail.lan", "Night|ops@lan.test"),
            (None, Some("u@lan.test"), "mail.lan", "Platus|u@lan.test"),
            (None, Some("u"), "mail.lan", "Platus|platus@mail.lan"),
            (None, None, "localhost", "Platus|platus@localhost"),
            (None, None, "10.0.0.1", "Platus|platus@to.test"),
            (None, None, "::1", "Platus|platus@to.test"),
            (None, None, "mail server", "Platus|platus@to.test"),
        ] {
            let sender = sender(given, username, host, &to).unwrap();
            assert!(can_be_addressed(&sender, &to));
            assert_eq!(format!("{}|{}", sender.name.unwrap(), sender.email), expected);
        }
        assert!(sender(Some("nobody"), None, "mail.lan", &to).is_err());
    }
}
