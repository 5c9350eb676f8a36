//! A channel whose messages are in the words of whoever has set it up.

use super::{Connected, Delivery, DeliveryError, Template};
use futures::FutureExt;
use futures::future::BoxFuture;
use system::foreign_text;
use yaml::{Located, LocatedError};

/// Hands on each delivery with the text that the template makes of it, unless it has one already.
pub struct Templated {
    channel: Box<dyn Connected>,
    /// The name of the channel, for the log.
    name: String,
    template: Template,
}

impl Templated {
    /// Fails when nobody would see what the template makes.
    pub fn new(channel: Box<dyn Connected>, name: &str, template: &Located<Template>) -> Result<Self, LocatedError> {
        if !channel.shows_text() {
            let text = "`body` has nothing of it; write `{{text}}` there, where it is to stand, or remove one of the two";
            return Err(LocatedError::new(&template.location, text).under("template"));
        }
        Ok(Self { channel, name: name.to_owned(), template: template.value.clone() })
    }

    /// Nothing when the template makes no text that anybody could read: the usual one is better than none.
    fn text(&self, delivery: &Delivery) -> Option<String> {
        let channel = &self.name;
        match self.template.render(delivery) {
            Ok(text) => {
                let text = readable(&text);
                if text.is_empty() {
                    tracing::warn!(channel, "The template makes an empty text of a message, which is sent with the usual one.");
                    return None;
                }
                Some(text)
            }
            Err(error) => {
                tracing::warn!(channel, %error, "The template cannot be used for a message, which is sent with the usual text.");
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

/// Without what is around it, the line break at the end of a file for instance, and without letters that forge or make some receivers
/// refuse the whole message.
fn readable(text: &str) -> String {
    foreign_text::lines(text).trim().to_owned()
}

#[cfg(test)]
mod tests;
