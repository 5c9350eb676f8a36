#[cfg(feature = "aws")]
use super::aws_ec2;
#[cfg(feature = "celery")]
use super::celery_worker;
use super::check::Check;
use super::config::CheckConfig;
use super::documentation::Documentation;
#[cfg(feature = "mongodb")]
use super::mongodb;
use super::plugin::{Host, Plugin};
use super::{dns, exec, heartbeat, ping, redis, rest_http, tcp, tls};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::{CheckError, Observation};
use std::collections::{BTreeMap, BTreeSet};
use yaml::{Located, LocatedError, suggestion};

/// The plugins that a build can be without, and the Cargo features that bring them.
const OPTIONAL: [(&str, &str); 3] = [("aws_ec2", "aws"), ("celery_worker", "celery"), ("mongodb", "mongodb")];

/// The plugins by name. Here alone is their type forgotten.
#[derive(Default)]
pub struct Registry {
    plugins: BTreeMap<&'static str, Entry>,
}

struct Entry {
    document: fn() -> Documentation,
    /// The keys of `properties` and `data` that hold no secret by their type.
    harmless: BTreeSet<String>,
    connect: Connect,
}

/// Prepares the check of a service without touching the network. The error names the place in `services.yaml` and what to do.
pub type Connect = fn(&CheckConfig, &Host) -> Result<Box<dyn Check>, LocatedError>;

impl Registry {
    /// Every plugin of this build.
    pub fn built_in() -> Self {
        let registry = Self::default()
            .with::<dns::Dns>()
            .with::<exec::Exec>()
            .with::<heartbeat::Heartbeat>()
            .with::<ping::Ping>()
            .with::<redis::Redis>()
            .with::<rest_http::RestHttp>()
            .with::<tcp::Tcp>()
            .with::<tls::Tls>();
        #[cfg(feature = "aws")]
        let registry = registry.with::<aws_ec2::AwsEc2>();
        #[cfg(feature = "celery")]
        let registry = registry.with::<celery_worker::CeleryWorker>();
        #[cfg(feature = "mongodb")]
        let registry = registry.with::<mongodb::MongoDb>();
        registry
    }

    /// With this plugin, too. Of two with one name the later stays.
    pub fn with<P: Plugin>(mut self) -> Self {
        let document = Documentation::of::<P>;
        let entry = Entry { document, harmless: document().harmless(), connect: connect::<P> };
        self.plugins.insert(P::NAME, entry);
        self
    }

    /// Sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.plugins.keys().copied()
    }

    /// What there is to know about the plugin of that name.
    pub fn documentation(&self, name: &str) -> Option<Documentation> {
        self.plugins.get(name).map(|entry| (entry.document)())
    }

    /// Whether anybody who may see a service of this plugin may see the value of this key of its `properties` or `data`.
    pub fn is_harmless(&self, plugin: &str, key: &str) -> bool {
        self.plugins.get(plugin).is_some_and(|entry| entry.harmless.contains(key))
    }

    /// Prepares the check of a service without touching the network. The error names the place in `services.yaml` and what to do.
    pub fn connect(&self, config: &CheckConfig, host: &Host) -> Result<Box<dyn Check>, LocatedError> {
        (self.connector(&config.plugin)?)(config, host)
    }

    /// What prepares the checks of a plugin, for whoever cannot give all its properties yet.
    pub fn connector(&self, plugin: &Located<String>) -> Result<Connect, LocatedError> {
        match self.plugins.get(plugin.value.as_str()) {
            Some(entry) => Ok(entry.connect),
            None => Err(self.unknown(&plugin.value).at(&plugin.location).under("type")),
        }
    }

    fn unknown(&self, name: &str) -> LocatedError {
        if let Some((_, feature)) = OPTIONAL.iter().find(|(optional, _)| *optional == name) {
            return LocatedError::without_place(format!(
                "this build of Platus is without the plugin `{name}`; build it with the Cargo feature `{feature}`"
            ));
        }
        let known: Vec<&str> = self.names().collect();
        LocatedError::without_place(format!("unknown plugin `{name}`; {}", suggestion(name, &known, "plugins")))
    }
}

fn connect<P: Plugin>(config: &CheckConfig, host: &Host) -> Result<Box<dyn Check>, LocatedError> {
    let properties = config.properties.read().map_err(|error| error.under("properties"))?;
    let data = config.data.read().map_err(|error| error.under("data"))?;
    let plugin =
        P::connect(properties, data, host).map_err(|error| LocatedError::new(&config.properties.location, error.message))?;
    Ok(Box::new(Connected(plugin)))
}

struct Connected<P>(P);

impl<P: Plugin> Check for Connected<P> {
    fn check(&self) -> BoxFuture<'_, Result<Vec<Observation>, CheckError>> {
        self.0.check().boxed()
    }

    fn forget(&self) {
        self.0.forget();
    }
}
