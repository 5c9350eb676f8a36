//! The mail itself.

use super::html;
use crate::text::cut;
use crate::{Delivery, DeliveryError};
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use system::foreign_text;

/// Longest plain part, in bytes.
const LONGEST_TEXT: usize = 100_000;

/// Longest subject, in bytes: more than any program shows.
const LONGEST_SUBJECT: usize = 200;

/// Keeps programs that answer for people who are away from doing so; RFC 3834.
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// The bytes that go to the server. The same delivery makes the same mail but for its date, so that a repetition is known by its
/// `Message-ID`. All are ASCII, whatever is in the delivery.
pub(super) fn write(delivery: &Delivery, from: &Mailbox, to: &[Mailbox], subject: Option<&str>) -> Result<Vec<u8>, DeliveryError> {
    let domain = from.email.domain();
    let subject = subject.map_or_else(|| delivery.title(), str::to_owned);
    let mut builder = addressed(from, to)
        .subject(cut(&foreign_text::mail_header(&subject), LONGEST_SUBJECT))
        .message_id(Some(format!("<{}@{domain}>", delivery.key)))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()));
    // What is told of one outage is one thread.
    if let [alert] = delivery.alerts.as_slice() {
        builder = builder.references(format!("<{}@{domain}>", sum(&alert.incident_key)));
    }
    let parts = MultiPart::alternative()
        // Short enough for RFC 2046 with the longest key.
        .boundary(format!("p-{}", delivery.key))
        .singlepart(SinglePart::plain(foreign_text::lines(&delivery.report(LONGEST_TEXT)).into_owned()))
        .singlepart(SinglePart::html(html::write(delivery)));
    match builder.multipart(parts) {
        Ok(mail) => Ok(mail.formatted()),
        Err(error) => Err(DeliveryError::refused(format!("the mail cannot be written: {error}"))),
    }
}

/// Whether there can be a mail with these addresses. Lettre reads them from the headers again, and knows fewer forms there.
pub(super) fn can_be_addressed(from: &Mailbox, to: &[Mailbox]) -> bool {
    addressed(from, to).body(String::new()).is_ok()
}

fn addressed(from: &Mailbox, to: &[Mailbox]) -> MessageBuilder {
    to.iter().cloned().fold(Message::builder().from(from.clone()), MessageBuilder::to)
}

/// A key may hold letters that have a meaning in a header.
fn sum(key: &str) -> String {
    let mut sum = "incident-".to_owned();
    for byte in Sha256::digest(key).iter().take(16) {
        // Writing to a string cannot fail.
        write!(sum, "{byte:02x}").ok();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{delivery, mixed, storm};

    fn mailbox(name: &str, address: &str) -> Mailbox {
        Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address.parse().unwrap())
    }

    /// The mail as text, without its date.
    fn written(delivery: &Delivery, subject: Option<&str>) -> String {
        let to = [mailbox("", "ops@lan.test"), mailbox("Jürgen, \"Nacht\"", "night@lan.test")];
        let mail = String::from_utf8(write(delivery, &mailbox("Platus", "platus@lan.test"), &to, subject).unwrap()).unwrap();
        assert!(mail.is_ascii());
        // RFC 5322 allows 998 letters in a line.
        assert!(mail.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')));
        mail.lines().filter(|line| !line.starts_with("Date: ")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn some_alerts() {
        insta::assert_snapshot!(written(&mixed(), None));
    }

    #[test]
    fn one_alert_belongs_to_a_thread() {
        let one = delivery(mixed().alerts.split_off(2));
        insta::assert_snapshot!(written(
            &one,
            Some("Störung  🔴 in der Käserei: bitte nachsehen, es ist dringend und betrifft alle")
        ));
    }

    #[test]
    fn a_header_is_not_left() {
        let mail = written(&mixed(), Some("x\r\nBcc: all@lan.test\r\n\r\nbody\u{2028}y"));
        let (head, _) = mail.split_once("\n\n").unwrap();
        assert!(head.contains("\nSubject: x Bcc: all@lan.test body y\n"), "{head}");
        let mut wild = delivery(mixed().alerts.split_off(2));
        wild.alerts[0].name = "a\r\nBcc: b\r\n".to_owned();
        let mail = written(&wild, None);
        assert!(!mail.split_once("\n\n").unwrap().0.contains("\nBcc"), "{mail}");
    }

    #[test]
    fn a_storm_fits() {
        let length = written(&storm(2000), None).len();
        assert!(length < 400_000, "{length}");
    }
}
