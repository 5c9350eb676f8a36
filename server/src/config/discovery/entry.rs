//! The key `discover`: where a list comes from.

use super::refused::ALLOW_IN_COMMANDS;
use crate::config::declared::DISCOVER_KEYS;
use crate::config::masked_url::masked_url;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use net::host::{HostName, parse_url};
use net::tls::{TlsSettings, shared_client_config};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use yaml::fields::Fields;
use yaml::seconds::{read_interval, read_timeout};
use yaml::{LocatedError, Node};

/// `discover`.
#[derive(Clone, Debug)]
pub(in crate::config) struct Discover {
    pub source: ListSource,
    /// Whether an empty list after one with targets is meant.
    pub allow_empty: bool,
    /// Whether placeholders can stand in commands.
    pub allow_in_commands: bool,
}

/// Where a list comes from.
#[derive(Clone, Debug)]
pub(in crate::config) enum ListSource {
    File(PathBuf),
    Http(Arc<HttpList>),
}

/// A list that a server has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpList {
    pub url: Url,
    /// Its host as it is configured, with its zone.
    pub host: HostName,
    /// Time between two requests.
    pub every: Duration,
    /// Time limit of one request.
    pub timeout: Duration,
    /// Each value is marked as sensitive.
    pub headers: HeaderMap,
    /// Whether the certificate of the server is verified.
    pub verify: bool,
    /// Authorities in PEM, trusted in addition to those of the system.
    pub ca: Option<String>,
}

impl Discover {
    /// Reads a node whose references are resolved. Relative paths are looked up from `folder`.
    pub(in crate::config) fn read(node: &Node, folder: &Path) -> Result<Self, Vec<LocatedError>> {
        let mut fields = Fields::declared(node, DISCOVER_KEYS);
        let file = fields.read("file", |node| read_file(node, folder));
        let url = fields.read("url", read_url);
        let allow_empty = fields.optional("allow_empty").unwrap_or(false);
        let allow_in_commands = fields.optional(ALLOW_IN_COMMANDS).unwrap_or(false);
        let is_file = fields.node("file").is_some();
        for key in ["every", "timeout", "headers", "verify", "ca"] {
            if is_file && let Some(node) = fields.node(key) {
                fields.fail(LocatedError::new(&node.location, format!("`{key}` is for a `url`; remove it")).under(key));
            }
        }
        let every = fields.read("every", read_interval).unwrap_or(Duration::from_secs(60));
        let timeout = fields.read("timeout", read_timeout).unwrap_or(Duration::from_secs(10));
        let headers = fields.nested("headers", read_headers).unwrap_or_default();
        let verify = fields.optional("verify").unwrap_or(true);
        let ca = fields.read("ca", read_ca);
        let is_one = is_file != fields.node("url").is_some();
        if !is_one {
            fields.fail(LocatedError::new(&node.location, "give one of `file` and `url`: where the list is"));
        }
        let errors = fields.finish();
        let source = match (file, url) {
            (Some(file), None) => ListSource::File(file),
            (None, Some((url, host))) => ListSource::Http(Arc::new(HttpList { url, host, every, timeout, headers, verify, ca })),
            _ => return Err(errors),
        };
        if errors.is_empty() { Ok(Self { source, allow_empty, allow_in_commands }) } else { Err(errors) }
    }
}

impl ListSource {
    /// The path of the file, or the URL without secrets.
    pub(in crate::config) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Http(list) => masked_url(list.url.as_str()),
        }
    }
}

fn read_file(node: &Node, folder: &Path) -> Result<PathBuf, LocatedError> {
    let path: String = node.read()?;
    if path.is_empty() {
        return Err(LocatedError::new(&node.location, "the name is empty; give the path of a file"));
    }
    Ok(folder.join(path))
}

fn read_url(node: &Node) -> Result<(Url, HostName), LocatedError> {
    let wrong = |text: &str| LocatedError::new(&node.location, text);
    let text: String = node.read()?;
    let parsed = parse_url(&text).filter(|(url, _)| matches!(url.scheme(), "http" | "https") && url.has_host());
    let (url, host) = parsed.ok_or_else(|| wrong("expected an address of the form https://HOST/…"))?;
    if url.password().is_some() || !url.username().is_empty() {
        return Err(wrong("an address with a login is shown in logs; give it as `Authorization` in `headers`"));
    }
    Ok((url, host))
}

fn read_headers(node: &Node) -> Result<HeaderMap, Vec<LocatedError>> {
    let entries = node.entries().ok_or_else(|| vec![node.expected("a map of headers")])?;
    let mut headers = HeaderMap::new();
    let mut errors = Vec::new();
    for entry in entries {
        let (name, value) = (&entry.key.value, &entry.value);
        let read = value.read::<String>().and_then(|text| {
            let wrong = || LocatedError::new(&value.location, "the name or the value is none that a header can have");
            let name = HeaderName::try_from(name.as_str()).map_err(|_| wrong())?;
            let mut value = HeaderValue::try_from(text).map_err(|_| wrong())?;
            value.set_sensitive(true);
            Ok((name, value))
        });
        match read {
            Ok((name, value)) => drop(headers.insert(name, value)),
            Err(error) => errors.push(error.under(name)),
        }
    }
    if errors.is_empty() { Ok(headers) } else { Err(errors) }
}

fn read_ca(node: &Node) -> Result<String, LocatedError> {
    let ca: String = node.read()?;
    let settings = TlsSettings { verify: true, ca: Some(&ca), cert: None, key: None };
    shared_client_config(settings, &[]).map_err(|error| LocatedError::new(&node.location, error.message))?;
    Ok(ca)
}
