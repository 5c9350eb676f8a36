use super::channel::{Channel, ChannelError, DeliveryError};
use super::channels::{discord, email, msteams, ntfy, pagerduty, slack, telegram, webhook};
use super::delivery::Delivery;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use yaml::{Located, LocatedError, Node, harmless_keys, suggestion};

/// What a channel needs.
#[derive(Clone, Debug)]
pub struct ChannelConfig {
    /// The name of the channel: `type` of a `notify_backend`.
    pub kind: Located<String>,
    /// How to reach it. A map.
    pub data: Node,
}

/// A configured channel. Authors of channels implement [`Channel`].
pub trait Connected: Send + Sync {
    /// See [`Channel::deliver`].
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>>;

    /// See [`Channel::test_connection`].
    fn test_connection(&self) -> BoxFuture<'_, Result<(), DeliveryError>> {
        async { Ok(()) }.boxed()
    }

    /// See [`Channel::shows_text`]. Default: `true`.
    fn shows_text(&self) -> bool {
        true
    }
}

impl<C: Channel> Connected for C {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Channel::deliver(self, delivery).boxed()
    }

    fn test_connection(&self) -> BoxFuture<'_, Result<(), DeliveryError>> {
        Channel::test_connection(self).boxed()
    }

    fn shows_text(&self) -> bool {
        Channel::shows_text(self)
    }
}

/// The channels by name.
#[derive(Default)]
pub struct ChannelTypes {
    channels: BTreeMap<&'static str, Entry>,
}

/// Prepares a channel without network access. The error names the place in `config.yaml` and what to do.
pub type Connect = fn(&ChannelConfig) -> Result<Box<dyn Connected>, LocatedError>;

struct Entry {
    example: &'static str,
    /// The keys of `data` whose type is not secret.
    harmless: BTreeSet<String>,
    connect: Connect,
}

impl ChannelTypes {
    /// All channels.
    pub fn built_in() -> Self {
        Self::default()
            .with::<discord::Discord>()
            .with::<email::Email>()
            .with::<msteams::MsTeams>()
            .with::<ntfy::Ntfy>()
            .with::<pagerduty::PagerDuty>()
            .with::<slack::Slack>()
            .with::<telegram::Telegram>()
            .with::<webhook::Webhook>()
    }

    /// Adds a channel, and replaces one of the same name.
    pub fn with<C: Channel>(mut self) -> Self {
        self.channels.insert(C::NAME, Entry { example: C::EXAMPLE, harmless: harmless_keys::<C::Data>(), connect: connect::<C> });
        self
    }

    /// Names and examples, sorted by name.
    pub fn examples(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.channels.iter().map(|(name, entry)| (*name, entry.example.trim_start_matches('\n')))
    }

    /// Whether an administrator may see the value of this key of the `data` of a channel.
    pub fn is_harmless(&self, channel: &str, key: &str) -> bool {
        self.channels.get(channel).is_some_and(|entry| entry.harmless.contains(key))
    }

    /// Prepares a channel without network access. The error names the place in `config.yaml` and what to do.
    pub fn connect(&self, config: &ChannelConfig) -> Result<Box<dyn Connected>, LocatedError> {
        (self.connector(&config.kind)?)(config)
    }

    /// Prepares channels of a kind later, when all their data is known.
    pub fn connector(&self, kind: &Located<String>) -> Result<Connect, LocatedError> {
        match self.channels.get(kind.value.as_str()) {
            Some(entry) => Ok(entry.connect),
            None => {
                let known: Vec<_> = self.channels.keys().copied().collect();
                let text = format!("unknown channel `{}`; {}", kind.value, suggestion(&kind.value, &known, "channels"));
                Err(LocatedError::new(&kind.location, text).under("type"))
            }
        }
    }
}

fn connect<C: Channel>(config: &ChannelConfig) -> Result<Box<dyn Connected>, LocatedError> {
    let data = config.data.read().map_err(|error| error.under("data"))?;
    let channel = C::connect(data).map_err(|ChannelError(text)| LocatedError::new(&config.data.location, text).under("data"))?;
    Ok(Box::new(channel))
}
