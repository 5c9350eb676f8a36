//! The files of Platus itself, and of the Python program of that name. They load unchanged; here they get the form that the documentation
//! has.

use super::input::{self, ImportError};
use super::model::{Imported, Part};
use super::value::{Map, Value};
use crate::config;
use std::path::{Path, PathBuf};
use yaml::flag::is_true;
use yaml::{Node, Reading};

/// Keys of `config.yaml` that may be a quoted word or a number.
const FLAGS: [&str; 3] = ["notify", "persistent_data", "vault"];

/// Words of `log_level` that mean another one.
const LOG_LEVELS: [(&str, &str); 2] = [("critical", "error"), ("warning", "warn")];

/// Keywords of `redis.Redis`, and the keys that mean the same.
const REDIS_KEYWORDS: [(&str, &str); 4] =
    [("ssl", "tls"), ("ssl_ca_certs", "ca_file"), ("ssl_certfile", "cert_file"), ("ssl_keyfile", "key_file")];

/// Reads `config.yaml` and the files that it names. `new_file` is the `config.yaml` that is going to be written. Waits for the disk.
pub(super) fn read(path: &Path, new_file: &Path) -> Result<Imported, ImportError> {
    let document = input::yaml(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let source = Source { folder: folder.canonicalize().unwrap_or_else(|_| folder.to_owned()) };
    let mut imported = Imported { may_refer_to_files: true, ..Imported::default() };
    let named = |key, default: &str| document.get(key).and_then(Node::text).unwrap_or(default).to_owned();
    let services = source.document(&named("services", "services.yaml"))?;
    let users = source.document(&named("users", "users.yaml"))?;

    imported.services = source.parts(&services);
    imported.users = source.parts(&users);
    for user in &mut imported.users {
        user.keys.retain(|_, value| !matches!(value, Value::List(entries) if entries.is_empty()));
        let is_plain = matches!(user.keys.get("password"), Some(Value::Text(password)) if !password.starts_with('$'));
        if is_plain {
            let hash = config::command(new_file, "users hash --in-place");
            user.note(format!("The password is in the file as it is; `{hash}` replaces it by its hash."));
        }
    }
    for entry in document.entries().unwrap_or_default() {
        let key = entry.key.value.as_str();
        match key {
            "services" | "users" => {}
            "notify_backend" => imported.channels = source.list(&entry.value, "type"),
            "maintenance" => imported.windows = source.list(&entry.value, "services"),
            _ if entry.value.is_null() => {}
            _ => imported.settings.set(key, source.setting(key, &entry.value)),
        }
    }
    if document.get("persistent_data_backend").is_none() {
        imported.note("The database platus.db stays in the folder of the earlier config.yaml; copy it to keep the history.");
    }
    imported.note("Comments of the earlier files are not carried over.");
    Ok(imported)
}

/// The files that are read.
struct Source {
    /// Of `config.yaml`, from which relative paths begin.
    folder: PathBuf,
}

impl Source {
    /// A file that `config.yaml` names: from its folder, else from the working directory.
    fn document(&self, given: &str) -> Result<Node, ImportError> {
        let beside = self.folder.join(given);
        let path = if beside.is_file() { beside } else { PathBuf::from(given) };
        if !path.is_file() {
            return Err(ImportError::new(format!(
                "there is no file {} beside the configuration",
                self.folder.join(given).display()
            )));
        }
        input::yaml(&path)
    }

    /// The services or the users of a file.
    fn parts(&self, document: &Node) -> Vec<Part> {
        let entries = document.entries().unwrap_or_default().iter();
        let part = |entry: &yaml::Entry| {
            let mut part = Part::new(&entry.key.value);
            match self.value(&entry.value) {
                Value::Map(keys) => part.keys = keys,
                _ => part.lost_altogether("it is no map"),
            }
            if let Some(Value::Text(role)) = part.keys.get("role") {
                let roles = Value::texts([role.clone()]);
                part.keys.set("role", roles);
            }
            part
        };
        entries.map(part).collect()
    }

    /// The channels or the windows: one, or a list.
    fn list(&self, node: &Node, name: &str) -> Vec<Part> {
        let part = |node: &Node| {
            let called = node.get("name").or(node.get(name)).and_then(Node::text).unwrap_or("one");
            let mut part = Part::new(called);
            match self.value(node) {
                Value::Map(keys) => part.keys = keys,
                _ => part.lost_altogether("it is no map"),
            }
            part
        };
        super::keys::entries(node).iter().filter(|node| !node.is_null()).map(part).collect()
    }

    fn setting(&self, key: &str, node: &Node) -> Value {
        match key {
            _ if FLAGS.contains(&key) => Value::flag(is_true(node)),
            "log_level" => {
                let word = node.text().unwrap_or_default().to_lowercase();
                Value::text(LOG_LEVELS.iter().find(|(theirs, _)| *theirs == word).map_or(word.as_str(), |(_, own)| own))
            }
            "tls" => match self.value(node) {
                Value::Map(keys) => Value::Map(keys.iter().map(|(key, value)| (key.to_owned(), self.absolute(value))).collect()),
                value => value,
            },
            "keys" => self.absolute(&self.value(node)),
            "persistent_data_backend" if node.get("type").and_then(Node::text) == Some("redis") => self.redis(node),
            _ => self.value(node),
        }
    }

    /// A store in Redis with its own keys in the place of the keywords.
    fn redis(&self, node: &Node) -> Value {
        let Value::Map(mut keys) = self.value(node) else { return self.value(node) };
        if let Some(Value::Map(data)) = keys.get("data") {
            let own = |key: &str| REDIS_KEYWORDS.iter().find(|(keyword, _)| *keyword == key).map_or(key, |(_, own)| own).to_owned();
            let data: Map = data.iter().map(|(key, value)| (own(key), value.clone())).collect();
            keys.set("data", Value::Map(data));
        }
        Value::Map(keys)
    }

    /// A value as it is written today: without empty keys, with `true` and `false`, and with absolute paths of files.
    fn value(&self, node: &Node) -> Value {
        match &node.value {
            yaml::Value::Scalar(scalar) => match scalar.reading {
                Reading::Bool(flag) => Value::flag(flag),
                Reading::Int(_) | Reading::LongInt | Reading::Float(_) => Value::Plain(scalar.text.clone()),
                Reading::Null | Reading::Text => Value::text(&scalar.text),
            },
            yaml::Value::List(nodes) => {
                Value::List(nodes.iter().filter(|node| !node.is_null()).map(|node| self.value(node)).collect())
            }
            yaml::Value::Map(entries) => {
                let given = entries.iter().filter(|entry| !entry.value.is_null());
                let value = |entry: &yaml::Entry| {
                    let value = self.value(&entry.value);
                    let is_file = entry.key.value.ends_with("_file");
                    (entry.key.value.clone(), if is_file { self.absolute(&value) } else { value })
                };
                Value::Map(given.map(value).collect())
            }
        }
    }

    /// A path that means the same from every folder.
    fn absolute(&self, value: &Value) -> Value {
        match value {
            Value::Text(path) if !path.contains("${") => self.folder.join(path).to_str().map_or_else(|| value.clone(), Value::text),
            value => value.clone(),
        }
    }
}
