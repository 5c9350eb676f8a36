use super::alerting::Alerting;
use super::backend::Backend;
use super::declared::{CONFIG, TLS};
use super::dependencies;
use super::maintenance::read_windows;
use super::notify::{NotifyBackend, each, read_channels};
use super::public_url::{base_path, read_public_url};
use super::retention::read_retention;
use super::sources::Sources;
use super::views::read_views;
use engine::suppression::MaintenanceWindow;
use history::Retention;
use ipnet::IpNet;
use model::{BasePath, ServiceId, View};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;
use vault::VaultBackend;
use yaml::fields::Fields;
use yaml::flag::read_flag;
use yaml::seconds::{parse_interval, read_interval, read_timeout};
use yaml::{Located, LocatedError, Location, Node, Secret};

/// The environment variable in which the original's scheduler took its interval.
const CHECK_INTERVAL: &str = "CHECK_INTERVAL";

/// The shortest key of sessions, in bytes: half of it encrypts, half of it signs.
const SESSION_KEY: usize = 64;

/// `config.yaml`: what holds for all services.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Files, folders and patterns of the services as they are given; see [`super::Config::service_files`] for what was found.
    pub services: Vec<String>,
    /// Those of the users.
    pub users: Vec<String>,
    /// The file of the API keys as it is given, looked for beside `config.yaml`; it need not be there.
    pub keys: String,
    /// Where the page is served; absent when the command line decides.
    pub listen: Option<SocketAddr>,
    /// The certificate with which the page is served; absent for plain HTTP.
    pub tls: Option<Tls>,
    /// What the cookies of sessions are encrypted with; absent where Platus makes a key of its own.
    pub session_key: Option<Secret>,
    /// The proxies whose forwarding headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    pub log_level: LogLevel,
    /// Between two checks of a service that has no interval of its own.
    pub check_interval: Duration,
    /// Retries, reminders and flapping, for services without their own.
    pub alerting: Alerting,
    pub persistent_data: bool,
    pub persistent_data_backend: Option<Backend>,
    /// How long a store may take to be reached at the start.
    pub connect_timeout: Duration,
    /// Whether to begin without the store when it cannot be reached, if that is given.
    pub start_without_store: Option<bool>,
    /// For how long history is kept; absent where each store has its default.
    pub retention: Option<Retention>,
    pub notify: bool,
    /// The channels, in the order of the file.
    pub notify_backends: Vec<NotifyBackend>,
    /// Maintenance windows.
    pub maintenance: Vec<MaintenanceWindow>,
    /// Services whose failure shows that Platus itself is offline.
    pub connectivity: Vec<Located<ServiceId>>,
    /// Views of the board for everyone.
    pub views: Vec<View>,
    /// The public URL of the page. Notifications link to it, logins from it are allowed, and its path is the base path.
    pub public_url: Option<Url>,
    /// When a changed configuration is used.
    pub reload: Reload,
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

/// When a changed configuration is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reload {
    /// Within seconds after a file has changed, and when it is requested.
    #[default]
    Auto,
    /// When it is requested.
    Manual,
}

impl Reload {
    fn read(node: &Node) -> Result<Self, LocatedError> {
        match node.text() {
            Some("auto") => Ok(Self::Auto),
            Some("manual") => Ok(Self::Manual),
            _ => Err(node.expected("`auto` or `manual`")),
        }
    }
}

/// Certificate and key of the page.
#[derive(Clone, Debug)]
pub struct Tls {
    /// File in PEM: the certificate, followed by those of the intermediate authorities.
    pub cert: PathBuf,
    /// File in PEM.
    pub key: PathBuf,
    pub location: Location,
}

impl Settings {
    /// Reads `config.yaml`. Absent keys have their defaults, and so have wrong ones, whose errors are returned; `check_interval` may come
    /// from the environment. Errors that the original tolerated are added to `tolerated`.
    pub(super) fn read(document: &Node, sources: &Sources<'_>, tolerated: &mut Vec<LocatedError>) -> (Self, Vec<LocatedError>) {
        let mut fields = Fields::declared(document, CONFIG);
        let vault = read_flag(&mut fields, "vault", false, tolerated);
        let persistent_data = read_flag(&mut fields, "persistent_data", true, tolerated);
        // The variable counts only when the key is absent: a wrong key must not be taken for an absent one.
        let interval_given = fields.node("check_interval").is_some();
        let mut check_interval = fields.read("check_interval", read_interval);
        // A file for containers that names the variable and gives no value sets it to nothing.
        let of_environment = || (sources.environment)(CHECK_INTERVAL).filter(|text| !text.trim().is_empty());
        if !interval_given && let Some(text) = of_environment() {
            check_interval = parse_interval(CHECK_INTERVAL, &text).map_err(|error| fields.fail(error)).ok();
        }
        let settings = Self {
            services: fields.read("services", read_files).unwrap_or_else(|| vec!["services.yaml".to_owned()]),
            users: fields.read("users", read_files).unwrap_or_else(|| vec!["users.yaml".to_owned()]),
            keys: fields.optional("keys").unwrap_or_else(|| "keys.yaml".to_owned()),
            listen: fields.read("listen", read_listen),
            tls: fields.nested("tls", |node| Tls::read(node, sources.folder)),
            session_key: fields.read("session_key", read_session_key),
            trusted_proxies: fields.read("trusted_proxies", |node| each(node, read_network)).unwrap_or_default(),
            log_level: fields.read("log_level", LogLevel::read).unwrap_or_default(),
            check_interval: check_interval.unwrap_or(Duration::from_secs(60)),
            alerting: read_alerting(&mut fields, tolerated),
            persistent_data,
            persistent_data_backend: fields
                .nested("persistent_data_backend", |node| {
                    unless_idle(
                        persistent_data,
                        Backend::read_store(node, sources, vault, tolerated),
                        "persistent_data_backend",
                        tolerated,
                    )
                })
                .flatten(),
            connect_timeout: fields.read("connect_timeout", read_timeout).unwrap_or(Duration::from_secs(10)),
            start_without_store: fields.optional("start_without_store"),
            retention: fields.nested("retention", read_retention),
            notify: read_flag(&mut fields, "notify", false, tolerated),
            notify_backends: fields.nested("notify_backend", |node| read_channels(node, sources, vault)).unwrap_or_default(),
            maintenance: fields.nested("maintenance", read_windows).unwrap_or_default(),
            connectivity: fields.read("connectivity", dependencies::read).unwrap_or_default(),
            views: fields.nested("views", read_views).unwrap_or_default(),
            public_url: fields.read("public_url", read_public_url),
            reload: fields.read("reload", Reload::read).unwrap_or_default(),
            vault,
            vault_backend: fields
                .nested("vault_backend", |node| {
                    unless_idle(vault, VaultBackend::read(node, sources.folder), "vault_backend", tolerated)
                })
                .flatten(),
        };
        if vault && fields.node("vault_backend").is_none() {
            let text = "`vault` is on, but there is no `vault_backend`; add it with `host` and `token` or `auth`";
            fields.fail(LocatedError::new(&document.location, text));
        }
        (settings, fields.finish())
    }
}

impl Settings {
    /// Whether to start without the store if it cannot be reached. Default: yes for a store on another machine, which may come back,
    /// and for the default store.
    pub fn may_start_without_store(&self) -> bool {
        let is_remote = |backend: &Backend| matches!(backend.kind.value.as_str(), "mongodb" | "redis");
        self.start_without_store.unwrap_or_else(|| self.persistent_data_backend.as_ref().is_none_or(is_remote))
    }
}

/// Retries, reminders and flapping. The original accepted any value of `retries_before_notify`.
fn read_alerting(fields: &mut Fields<'_>, tolerated: &mut Vec<LocatedError>) -> Alerting {
    let earlier = fields.take_errors();
    let alerting = Alerting::read(fields, Alerting::default());
    let (wrong, others): (Vec<_>, Vec<_>) =
        fields.take_errors().into_iter().partition(|error| error.is_under("retries_before_notify"));
    tolerated.extend(wrong.into_iter().map(|error| error.with_consequence("the default is used")));
    earlier.into_iter().chain(others).for_each(|error| fields.fail(error));
    alerting
}

/// Errors in a part that is switched off are only warnings.
fn unless_idle<T>(
    is_on: bool,
    read: Result<T, Vec<LocatedError>>,
    key: &str,
    tolerated: &mut Vec<LocatedError>,
) -> Result<Option<T>, Vec<LocatedError>> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(errors) if is_on => Err(errors),
        Err(errors) => {
            tolerated.extend(errors.into_iter().map(|error| error.under(key).with_consequence("it is not used now")));
            Ok(None)
        }
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
            LocatedError::unknown_word("unknown word", &word, &words, "words").at(&node.location)
        })
    }
}

impl Settings {
    /// The path under which browsers see the site.
    pub fn base_path(&self) -> BasePath {
        base_path(self.public_url.as_ref())
    }
}

impl Tls {
    fn read(node: &Node, folder: &Path) -> Result<Self, Vec<LocatedError>> {
        let mut fields = Fields::declared(node, TLS);
        let cert = fields.required("cert", Node::read::<String>);
        let key = fields.required("key", Node::read::<String>);
        match (cert, key, fields.finish()) {
            (Some(cert), Some(key), errors) if errors.is_empty() => {
                Ok(Self { cert: folder.join(cert), key: folder.join(key), location: node.location.clone() })
            }
            (_, _, errors) => Err(errors),
        }
    }
}

/// A path, or a list of them.
fn read_files(node: &Node) -> Result<Vec<String>, LocatedError> {
    let files = each(node, Node::read::<String>)?;
    if files.is_empty() {
        return Err(LocatedError::new(&node.location, "the list is empty; name at least one file, folder or pattern"));
    }
    Ok(files)
}

fn read_session_key(node: &Node) -> Result<Secret, LocatedError> {
    let key: Secret = node.read()?;
    if key.expose().len() < SESSION_KEY {
        let text = format!("expected at least {SESSION_KEY} random letters, for instance of `openssl rand -base64 64`");
        return Err(LocatedError::new(&node.location, text));
    }
    Ok(key)
}

/// An address, or a network of them.
fn read_network(node: &Node) -> Result<IpNet, LocatedError> {
    let text: String = node.read()?;
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| LocatedError::new(&node.location, "expected an address such as 10.0.0.1, or a network such as 10.0.0.0/8"))
}

fn read_listen(node: &Node) -> Result<SocketAddr, LocatedError> {
    let text: String = node.read()?;
    text.parse().map_err(|_| LocatedError::new(&node.location, "expected ADDRESS:PORT, for instance 127.0.0.1:5001 or [::]:5001"))
}
