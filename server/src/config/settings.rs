use super::Environment;
use super::alerting::Alerting;
use super::document::{Node, Value};
use super::error::{LocatedError, suggestion};
use super::fields::Fields;
use super::location::Located;
use super::maintenance::read_windows;
use super::notify::{NotifyBackend, read_channels};
use super::retention::read_retention;
use super::seconds::{parse_interval, read_interval, read_timeout};
use super::secret::Secret;
use crate::notify::holding::Window;
use crate::storage::Retention;
use std::net::SocketAddr;
use std::time::Duration;
use url::Url;

/// The environment variable in which the original's scheduler took its interval.
const CHECK_INTERVAL: &str = "CHECK_INTERVAL";

/// `config.yaml`: what holds for all services.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file of the services as it is given; see [`super::Config::services_file`] for where it was found.
    pub services: String,
    /// The file of the users as it is given.
    pub users: String,
    /// Where the page is served; absent when the command line decides.
    pub listen: Option<SocketAddr>,
    pub log_level: LogLevel,
    /// Between two checks of a service that has no interval of its own.
    pub check_interval: Duration,
    /// When people are told of trouble, for a service that does not say otherwise.
    pub alerting: Alerting,
    pub persistent_data: bool,
    pub persistent_data_backend: Option<Backend>,
    /// How long a store may take to be reached at the start.
    pub connect_timeout: Duration,
    /// Whether to begin without the store when it cannot be reached.
    pub start_without_store: bool,
    /// For how long history is kept; absent where each store has its default.
    pub retention: Option<Retention>,
    pub notify: bool,
    /// The channels, in the order of the file.
    pub notify_backends: Vec<NotifyBackend>,
    /// When trouble is expected, and of which services.
    pub maintenance: Vec<Window>,
    /// Where people find the page; messages have links when it is given.
    pub public_url: Option<Url>,
    pub vault: bool,
    pub vault_backend: Option<VaultBackend>,
}

/// How much is logged: this and what is more urgent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// Also spelled `critical`.
    Error,
    /// Also spelled `warning`.
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// A store or a channel: which, and how to reach it. The part that `type` names reads the data.
#[derive(Clone, Debug)]
pub struct Backend {
    pub kind: Located<String>,
    /// A map.
    pub data: Node,
}

/// How to reach Vault.
#[derive(Clone, Debug)]
pub struct VaultBackend {
    pub host: String,
    pub port: Option<u16>,
    pub protocol: Option<String>,
    pub token: Option<Secret>,
    /// For instance `/v1/secret/`.
    pub path: Option<String>,
}

impl Settings {
    /// Reads the top of `config.yaml`. A key that is absent has its default; `check_interval` may come from the environment then.
    pub(super) fn read(document: &Node, environment: Environment<'_>) -> Result<Self, Vec<LocatedError>> {
        let mut fields = Fields::of(document);
        // The variable counts only when the key is absent: a wrong key must not be taken for an absent one.
        let interval_given = fields.node("check_interval").is_some();
        let mut check_interval = fields.read("check_interval", read_interval);
        if !interval_given && let Some(text) = environment(CHECK_INTERVAL) {
            check_interval = parse_interval(CHECK_INTERVAL, &text).map_err(|error| fields.fail(error)).ok();
        }
        let settings = Self {
            services: fields.optional("services").unwrap_or_else(|| "services.yaml".to_owned()),
            users: fields.optional("users").unwrap_or_else(|| "users.yaml".to_owned()),
            listen: fields.read("listen", read_listen),
            log_level: fields.read("log_level", LogLevel::read).unwrap_or_default(),
            check_interval: check_interval.unwrap_or(Duration::from_secs(60)),
            alerting: Alerting::read(&mut fields, Alerting::default()),
            persistent_data: fields.optional("persistent_data").unwrap_or(true),
            persistent_data_backend: fields.nested("persistent_data_backend", Backend::read),
            connect_timeout: fields.read("connect_timeout", read_timeout).unwrap_or(Duration::from_secs(10)),
            start_without_store: fields.optional("start_without_store").unwrap_or(false),
            retention: fields.nested("retention", read_retention),
            notify: fields.optional("notify").unwrap_or(false),
            notify_backends: fields.nested("notify_backend", read_channels).unwrap_or_default(),
            maintenance: fields.nested("maintenance", read_windows).unwrap_or_default(),
            public_url: fields.read("public_url", read_public_url),
            vault: fields.optional("vault").unwrap_or(false),
            vault_backend: fields.nested("vault_backend", VaultBackend::read),
        };
        let errors = fields.finish();
        if errors.is_empty() { Ok(settings) } else { Err(errors) }
    }
}

impl LogLevel {
    const WORDS: [(&str, Self); 7] = [
        ("critical", Self::Error),
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("warning", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    fn read(node: &Node) -> Result<Self, LocatedError> {
        let word: String = node.read()?;
        let word = word.to_lowercase();
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|&(_, level)| level).ok_or_else(|| {
            let words = Self::WORDS.map(|(known, _)| known);
            LocatedError::new(&node.location, format!("unknown word; {}", suggestion(&word, &words, "words")))
        })
    }
}

impl Backend {
    fn read(node: &Node) -> Result<Self, Vec<LocatedError>> {
        let mut fields = Fields::of(node);
        let kind = fields.required("type", |node| Ok(Located { value: node.read()?, location: node.location.clone() }));
        let data = fields.read("data", |data| match data.value {
            Value::Map(_) => Ok(data.clone()),
            _ => Err(data.expected("a map of keys and values")),
        });
        match (kind, fields.finish()) {
            (Some(kind), errors) if errors.is_empty() => {
                Ok(Self { kind, data: data.unwrap_or_else(|| Node::empty_map(node.location.clone())) })
            }
            (_, errors) => Err(errors),
        }
    }
}

impl VaultBackend {
    fn read(node: &Node) -> Result<Self, Vec<LocatedError>> {
        let mut fields = Fields::of(node);
        let host = fields.required("host", Node::read);
        let port = fields.optional("port");
        let protocol = fields.optional("protocol");
        let token = fields.optional("token");
        let path = fields.optional("path");
        match (host, fields.finish()) {
            (Some(host), errors) if errors.is_empty() => Ok(Self { host, port, protocol, token, path }),
            (_, errors) => Err(errors),
        }
    }
}

fn read_listen(node: &Node) -> Result<SocketAddr, LocatedError> {
    let text: String = node.read()?;
    text.parse().map_err(|_| LocatedError::new(&node.location, "expected ADDRESS:PORT, for instance 127.0.0.1:5001 or [::]:5001"))
}

fn read_public_url(node: &Node) -> Result<Url, LocatedError> {
    let text: String = node.read()?;
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| {
        LocatedError::new(&node.location, "expected where people find the page, for instance https://platus.example.org")
    })
}
