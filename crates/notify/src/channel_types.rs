use super::channel::{Channel, ChannelError, DeliveryError};
use super::channels::{discord, email, msteams, ntfy, pagerduty, slack, telegram, webhook};
use super::delivery::Delivery;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use yaml::json_schema::{Places, TypeSchema, schema_of};
use yaml::{KeyDocumentation, Located, LocatedError, Node, document_keys, harmless_keys};

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
    document: fn() -> Vec<KeyDocumentation>,
    schema: fn(Places) -> TypeSchema,
    /// The keys of `data` whose type is not secret.
    harmless: BTreeSet<String>,
    connect: Connect,
    errors: fn(&ChannelConfig) -> Vec<LocatedError>,
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
        let entry = Entry {
            example: C::EXAMPLE,
            document: document_keys::<C::Data>,
            schema: schema_of::<C::Data>,
            harmless: harmless_keys::<C::Data>(),
            connect: connect::<C>,
            errors: errors::<C>,
        };
        self.channels.insert(C::NAME, entry);
        self
    }

    /// Names and examples, sorted by name.
    pub fn examples(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.channels.iter().map(|(name, entry)| (*name, entry.example.trim_start_matches('\n')))
    }

    /// The keys of the data of all channels.
    pub fn keys(&self) -> impl Iterator<Item = KeyDocumentation> {
        self.channels.values().flat_map(|entry| (entry.document)())
    }

    /// The JSON Schemas of the data of all channels, sorted by name.
    pub fn schemas(&self) -> impl Iterator<Item = (&'static str, TypeSchema)> {
        self.channels.iter().map(|(name, entry)| (*name, (entry.schema)(Places::FilesAndVault)))
    }

    /// Whether an administrator may see the value of this key of the `data` of a channel.
    pub fn is_harmless(&self, channel: &str, key: &str) -> bool {
        self.channels.get(channel).is_some_and(|entry| entry.harmless.contains(key))
    }

    /// Prepares a channel without network access. The error names the place in `config.yaml` and what to do.
    pub fn connect(&self, config: &ChannelConfig) -> Result<Box<dyn Connected>, LocatedError> {
        (self.connector(&config.kind)?)(config)
    }

    /// All errors in the keys of the data of a channel, in the order of the file. Whether its values fit together, only
    /// [`ChannelTypes::connect`] finds. None for an unknown channel.
    pub fn errors(&self, config: &ChannelConfig) -> Vec<LocatedError> {
        self.channels.get(config.kind.value.as_str()).map(|entry| (entry.errors)(config)).unwrap_or_default()
    }

    /// Prepares channels of a kind later, when all their data is known.
    pub fn connector(&self, kind: &Located<String>) -> Result<Connect, LocatedError> {
        match self.channels.get(kind.value.as_str()) {
            Some(entry) => Ok(entry.connect),
            None => {
                let known: Vec<_> = self.channels.keys().copied().collect();
                let message = format!("unknown channel `{}`", kind.value);
                Err(LocatedError::unknown_word(message, &kind.value, &known, "channels").at(&kind.location).under("type"))
            }
        }
    }
}

fn connect<C: Channel>(config: &ChannelConfig) -> Result<Box<dyn Connected>, LocatedError> {
    let data = config.data.read().map_err(|error| error.under("data"))?;
    let channel = C::connect(data).map_err(|ChannelError(text)| LocatedError::new(&config.data.location, text).under("data"))?;
    Ok(Box::new(channel))
}

fn errors<C: Channel>(config: &ChannelConfig) -> Vec<LocatedError> {
    let errors = config.data.read_all::<C::Data>().err().unwrap_or_default();
    errors.into_iter().map(|error| error.under("data")).collect()
}
