use super::{CheckError, Host, Observation, Plugin};
use crate::config::{CheckConfig, LocatedError, suggestion};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::BTreeMap;

/// Declares the files of the built-in plugins and registers them: `plugins! { file::Type, … }` is all that names a plugin.
macro_rules! plugins {
    ($($module:ident :: $plugin:ident),* $(,)?) => {
        $(mod $module;)*

        impl Registry {
            /// Every plugin of this version.
            pub fn built_in() -> Self {
                Self::default()$(.with::<$module::$plugin>())*
            }
        }
    };
}
pub(super) use plugins;

/// The plugins of the original that this version lacks.
const NOT_YET: [&str; 3] = ["aws_ec2", "celery_worker", "mongodb"];

/// A plugin that has been given its configuration. This is what the monitor runs; plugin authors see [`Plugin`].
pub trait Check: Send + Sync {
    /// See [`Plugin::check`].
    fn check(&self) -> BoxFuture<'_, Result<Vec<Observation>, CheckError>>;
}

/// Why a plugin does not take its configuration: values that are well formed, but do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PluginError {
    /// What is wrong and what to change, in one sentence. Never holds a secret.
    pub message: String,
}

impl PluginError {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// The plugins by name. Here alone is their type forgotten.
#[derive(Default)]
pub struct Registry {
    plugins: BTreeMap<&'static str, Entry>,
}

struct Entry {
    example: &'static str,
    connect: Connect,
}

type Connect = fn(&CheckConfig, &Host) -> Result<Box<dyn Check>, LocatedError>;

impl Registry {
    /// With this plugin, too. Of two with one name the later stays.
    pub fn with<P: Plugin>(mut self) -> Self {
        self.plugins.insert(P::NAME, Entry { example: P::EXAMPLE, connect: connect::<P> });
        self
    }

    /// Sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.plugins.keys().copied()
    }

    /// A complete service in YAML for the plugin of that name.
    pub fn example(&self, name: &str) -> Option<&'static str> {
        self.plugins.get(name).map(|entry| entry.example)
    }

    /// Prepares the check of a service without touching the network. The error names the place in `services.yaml` and what to do.
    pub fn connect(&self, config: &CheckConfig, host: &Host) -> Result<Box<dyn Check>, LocatedError> {
        let name = config.plugin.value.as_str();
        match self.plugins.get(name) {
            Some(entry) => (entry.connect)(config, host),
            None => Err(self.unknown(name).at(&config.plugin.location).under("type")),
        }
    }

    fn unknown(&self, name: &str) -> LocatedError {
        if NOT_YET.contains(&name) {
            return LocatedError::without_place(format!(
                "this version does not have the plugin `{name}` yet; the service is not checked"
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
}
