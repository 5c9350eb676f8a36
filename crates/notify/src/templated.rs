//! A channel whose messages have the text of a template.

use super::{Connected, Delivery, DeliveryError, Template};
use futures::FutureExt;
use futures::future::BoxFuture;
use system::foreign_text;
use yaml::{Located, LocatedError};

/// Passes each delivery on with the text of the template, unless it has one already.
pub struct Templated {
    channel: Box<dyn Connected>,
    /// The name of the channel, for the log.
    name: String,
    template: Template,
}

impl Templated {
    /// Fails if the message would not contain the text.
    pub fn new(channel: Box<dyn Connected>, name: &str, template: &Located<Template>) -> Result<Self, LocatedError> {
        if !channel.shows_text() {
            let text = "`body` does not contain its text; write `{{text}}` there, or remove one of the two";
            return Err(LocatedError::new(&template.location, text).under("template"));
        }
        Ok(Self { channel, name: name.to_owned(), template: template.value.clone() })
    }

    /// `None` if the template makes no readable text: the usual one is better than none.
    fn text(&self, delivery: &Delivery) -> Option<String> {
        let channel = &self.name;
        match self.template.render(delivery) {
            Ok(text) => {
                let text = readable(&text);
                if text.is_empty() {
                    tracing::warn!(channel, "The template makes an empty text. The notification is sent with the usual text.");
                    return None;
                }
                Some(text)
            }
            Err(error) => {
                tracing::warn!(channel, %error, "The template failed. The notification is sent with the usual text.");
                None
            }
        }
    }
}

impl Connected for Templated {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
        async {
            if delivery.text.is_none()
                && let Some(text) = self.text(delivery)
            {
                return self.channel.deliver(&Delivery { text: Some(text), ..delivery.clone() }).await;
            }
            self.channel.deliver(delivery).await
        }
        .boxed()
    }

    fn test_connection(&self) -> BoxFuture<'_, Result<(), DeliveryError>> {
        self.channel.test_connection()
    }
}

/// Trims the text, and removes letters that could forge output or make a receiver reject the message.
fn readable(text: &str) -> String {
    foreign_text::lines(text).trim().to_owned()
}

#[cfg(test)]
mod tests;
