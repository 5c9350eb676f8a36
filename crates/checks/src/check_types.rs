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
use yaml::json_schema::{Places, TypeSchema, schema_of};
use yaml::{Located, LocatedError};

/// The optional check types, and the Cargo features that include them.
const OPTIONAL: [(&str, &str); 3] = [("aws_ec2", "aws"), ("celery_worker", "celery"), ("mongodb", "mongodb")];

/// The check types of this build by name.
#[derive(Clone, Default)]
pub struct CheckTypes {
    plugins: BTreeMap<&'static str, Entry>,
}

#[derive(Clone)]
struct Entry {
    document: fn() -> Documentation,
    /// The keys of `properties` and `data` whose types cannot hold a secret.
    harmless: BTreeSet<String>,
    connect: Connect,
    errors: Errors,
    schema: fn() -> CheckSchema,
}

/// The JSON Schemas of the maps of a check.
#[derive(Clone, Debug)]
pub struct CheckSchema {
    pub properties: TypeSchema,
    /// Without `type` and `name`, which every service has.
    pub data: TypeSchema,
}

impl CheckSchema {
    fn of<P: Plugin>() -> Self {
        Self { properties: schema_of::<P::Properties>(Places::FilesAndVault), data: schema_of::<P::Data>(Places::Files) }
    }
}

/// All errors of a check.
type Errors = fn(&CheckConfig, &Host, Completeness) -> Vec<LocatedError>;

/// Whether all properties of a check are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    Complete,
    /// Some have another value in the place of their own, such as secrets in Vault: whether the values fit together is not known.
    Partial,
}

/// Prepares the check of a service without network access. The error names the place in `services.yaml` and the remedy.
pub type Connect = fn(&CheckConfig, &Host) -> Result<Box<dyn Check>, LocatedError>;

impl CheckTypes {
    /// All check types of this build.
    pub fn built_in() -> Self {
        let types = Self::default()
            .with::<dns::Dns>()
            .with::<exec::Exec>()
            .with::<heartbeat::Heartbeat>()
            .with::<ping::Ping>()
            .with::<redis::Redis>()
            .with::<rest_http::RestHttp>()
            .with::<tcp::Tcp>()
            .with::<tls::Tls>();
        #[cfg(feature = "aws")]
        let types = types.with::<aws_ec2::AwsEc2>();
        #[cfg(feature = "celery")]
        let types = types.with::<celery_worker::CeleryWorker>();
        #[cfg(feature = "mongodb")]
        let types = types.with::<mongodb::MongoDb>();
        types
    }

    /// Adds a check type. It replaces one with the same name.
    pub fn with<P: Plugin>(mut self) -> Self {
        let document = Documentation::of::<P>;
        let entry = Entry {
            document,
            harmless: document().harmless(),
            connect: connect::<P>,
            errors: errors::<P>,
            schema: CheckSchema::of::<P>,
        };
        self.plugins.insert(P::NAME, entry);
        self
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.plugins.keys().copied()
    }

    /// The documentation of a check type.
    pub fn documentation(&self, name: &str) -> Option<Documentation> {
        self.plugins.get(name).map(|entry| (entry.document)())
    }

    /// The JSON Schemas of the maps of a check type.
    pub fn schema(&self, name: &str) -> Option<CheckSchema> {
        self.plugins.get(name).map(|entry| (entry.schema)())
    }

    /// Whether the value of this key of `properties` or `data` may be shown to users who see the service.
    pub fn is_harmless(&self, plugin: &str, key: &str) -> bool {
        self.plugins.get(plugin).is_some_and(|entry| entry.harmless.contains(key))
    }

    /// Prepares the check of a service without network access. The error names the place in `services.yaml` and the remedy.
    pub fn connect(&self, config: &CheckConfig, host: &Host) -> Result<Box<dyn Check>, LocatedError> {
        (self.connector(&config.plugin)?)(config, host)
    }

    /// All errors of the check of a service, in the order of the file. Without network access.
    pub fn errors(&self, config: &CheckConfig, host: &Host, completeness: Completeness) -> Vec<LocatedError> {
        match self.plugins.get(config.plugin.value.as_str()) {
            Some(entry) => (entry.errors)(config, host, completeness),
            None => vec![self.unknown(&config.plugin.value).at(&config.plugin.location).under("type")],
        }
    }

    /// The constructor of checks of a type, for callers that do not have all properties yet, such as secrets in Vault.
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
        LocatedError::unknown_word(format_args!("unknown plugin `{name}`"), name, &known, "plugins")
    }
}

fn connect<P: Plugin>(config: &CheckConfig, host: &Host) -> Result<Box<dyn Check>, LocatedError> {
    let properties = config.properties.read().map_err(|error| error.under("properties"))?;
    let data = config.data.read().map_err(|error| error.under("data"))?;
    let plugin =
        P::connect(properties, data, host).map_err(|error| LocatedError::new(&config.properties.location, error.message))?;
    Ok(Box::new(Connected(plugin)))
}

fn errors<P: Plugin>(config: &CheckConfig, host: &Host, completeness: Completeness) -> Vec<LocatedError> {
    let under = |key: &'static str| move |errors: Vec<LocatedError>| errors.into_iter().map(|error| error.under(key)).collect();
    let properties: Result<P::Properties, Vec<_>> = config.properties.read_all().map_err(under("properties"));
    let data: Result<P::Data, Vec<_>> = config.data.read_all().map_err(under("data"));
    match (properties, data) {
        (Ok(_), Ok(_)) if completeness == Completeness::Partial => Vec::new(),
        (Ok(properties), Ok(data)) => {
            let error = P::connect(properties, data, host).err();
            error.map(|error| LocatedError::new(&config.properties.location, error.message)).into_iter().collect()
        }
        (properties, data) => properties.err().into_iter().chain(data.err()).flatten().collect(),
    }
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
