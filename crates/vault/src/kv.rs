//! The address of a key in the two versions of Vault's key/value engine, and its value in an answer.

use super::error::VaultError;
use super::wire::Answer;
use crate::VaultKey;
use serde_json::{Map, Value};
use yaml::Secret;

/// The field of a key that names no field.
const DEFAULT_FIELD: &str = "value";

/// The two versions of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// An engine: where it is mounted, and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Without slashes at its ends.
    pub path: String,
    pub version: Version,
}

impl Mount {
    /// From the answer of `sys/internal/ui/mounts/PATH`; `None` when it does not name the engine.
    pub fn from_answer(answer: &Answer) -> Option<Self> {
        let data = &answer.body["data"];
        let path = data["path"].as_str().filter(|_| answer.is_good())?.trim_matches('/');
        let version = match data["options"]["version"].as_str() {
            Some("2") => Version::V2,
            _ => Version::V1,
        };
        (!path.is_empty()).then(|| Self { path: path.to_owned(), version })
    }

    /// Whether the full path of a secret is in it.
    pub fn holds(&self, full: &str) -> bool {
        full.strip_prefix(&self.path).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Where to ask for a secret, given its full path.
    pub fn place(&self, full: &str) -> String {
        match self.version {
            Version::V1 => full.to_owned(),
            Version::V2 => format!("{}/data{}", self.path, full.strip_prefix(&self.path).unwrap_or(full)),
        }
    }

    /// Whether the first step of a full path below the engine is the `data` of the API of version 2.
    pub fn names_data(&self, full: &str) -> bool {
        full.strip_prefix(&self.path).is_some_and(|rest| rest.starts_with("/data/"))
    }

    /// The mounts of version 2 that a full path may be in, the likeliest first: a mount mostly has one step, or is all that the
    /// configuration gives as `path`.
    pub fn guesses(prefix: &str, full: &str) -> Vec<Self> {
        let ends = full.match_indices('/').map(|(end, _)| &full[..end]);
        let mut paths: Vec<&str> = ends.collect();
        if let Some(likeliest) = paths.iter().position(|path| *path == prefix) {
            paths[..=likeliest].rotate_right(1);
        }
        paths.into_iter().map(|path| Self { path: path.to_owned(), version: Version::V2 }).collect()
    }
}

/// The fields of a secret in a successful answer; `None` when it has none.
pub(super) fn fields(answer: &Answer) -> Option<&Map<String, Value>> {
    let data = answer.body["data"].as_object()?;
    match (data.get("data"), data.get("metadata")) {
        // The form of version 2, also when the configured path already contains its `data`.
        (Some(Value::Object(fields)), Some(Value::Object(_))) => Some(fields),
        _ => Some(data),
    }
}

/// When this version of a secret was deleted. Vault answers with the status "not found" and a body that is not an error.
pub(super) fn deletion(answer: &Answer) -> Option<&str> {
    answer.body["data"]["metadata"]["deletion_time"].as_str().filter(|time| !time.is_empty())
}

/// Whether Vault says that the path is one of version 2 and lacks its `data`.
pub(super) fn is_of_version_2(answer: &Answer) -> bool {
    let warnings = answer.body["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    warnings.into_iter().any(|warning| warning.contains("versioned K/V"))
}

/// The value of a key among the fields of its secret.
pub(super) fn value(key: &VaultKey, fields: &Map<String, Value>) -> Result<Secret, VaultError> {
    let names = || {
        let mut names: Vec<_> = fields.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.join(", ")
    };
    let (name, value) = match (&key.field, fields.get(DEFAULT_FIELD)) {
        (Some(field), _) => {
            let missing = || VaultError::missing(format!("it has no field `{field}`, but {}", names()));
            (field.as_str(), fields.get(field).ok_or_else(missing)?)
        }
        (None, Some(value)) => (DEFAULT_FIELD, value),
        (None, None) => match fields.iter().next() {
            Some((name, value)) if fields.len() == 1 => (name.as_str(), value),
            Some(_) => {
                let text = format!("it has several fields; say which, as {}#FIELD: {}", key.path, names());
                return Err(VaultError::missing(text));
            }
            None => return Err(VaultError::missing("it has no fields")),
        },
    };
    match value {
        Value::String(text) => Ok(Secret::new(text)),
        Value::Number(number) => Ok(Secret::new(number.to_string())),
        Value::Bool(value) => Ok(Secret::new(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(VaultError::missing(format!("its field `{name}` holds no text and no number")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good(body: Value) -> Answer {
        Answer { status: 200, body, is_foreign: false }
    }

    #[test]
    fn the_version_comes_from_what_vault_tells_of_its_mounts() {
        let mount_of =
            |version: Value| Mount::from_answer(&good(json!({"data": {"path": "team/kv/", "type": "kv", "options": version}})));
        let mount = |version| Some(Mount { path: "team/kv".to_owned(), version });
        assert_eq!(mount_of(json!({"version": "2"})), mount(Version::V2));
        assert_eq!(mount_of(json!({"version": "1"})), mount(Version::V1));
        assert_eq!(mount_of(Value::Null), mount(Version::V1));
        assert_eq!(
            Mount::from_answer(&Answer { status: 403, body: json!({"errors": ["permission denied"]}), is_foreign: false }),
            None
        );
    }

    #[test]
    fn version_2_has_data_between_the_mount_and_the_key() {
        let mount = Mount { path: "team/kv".to_owned(), version: Version::V2 };
        assert_eq!(mount.place("team/kv/apps/shop"), "team/kv/data/apps/shop");
        assert!(mount.holds("team/kv/apps/shop") && !mount.holds("team/kv2/apps") && !mount.holds("team/kv"));
        let guesses: Vec<_> = Mount::guesses("team/kv", "team/kv/apps/shop").into_iter().map(|mount| mount.path).collect();
        assert_eq!(guesses, ["team/kv", "team", "team/kv/apps"]);
        let guesses: Vec<_> = Mount::guesses("", "secret/shop").into_iter().map(|mount| mount.path).collect();
        assert_eq!(guesses, ["secret"]);
    }

    #[test]
    fn fields_are_found_in_both_envelopes() {
        let v1 = good(json!({"data": {"password": "p", "data": "d"}}));
        assert_eq!(fields(&v1).unwrap()["data"], "d");
        let v2 = good(json!({"data": {"data": {"password": "p"}, "metadata": {"version": 3}}}));
        assert_eq!(fields(&v2).unwrap()["password"], "p");
        let deleted = json!({"data": {"data": null, "metadata": {"deletion_time": "2026-01-02T03:04:05Z", "version": 3}}});
        assert_eq!(deletion(&Answer { status: 404, body: deleted, is_foreign: false }), Some("2026-01-02T03:04:05Z"));
        assert_eq!(deletion(&v2), None);
    }

    #[test]
    fn a_key_means_its_field_or_value_or_the_only_one() {
        let read = |key: &str, fields: Value| {
            let key = VaultKey::parse(key).unwrap();
            value(&key, fields.as_object().unwrap()).map(|secret| secret.expose().to_owned()).map_err(|error| error.to_string())
        };
        let failure = |text: &str| Err(text.to_owned());
        assert_eq!(read("a#b", json!({"b": "1", "value": "2"})).as_deref(), Ok("1"));
        assert_eq!(read("a", json!({"b": "1", "value": "2"})).as_deref(), Ok("2"));
        assert_eq!(read("a", json!({"b": 5432})).as_deref(), Ok("5432"));
        assert_eq!(read("a", json!({"b": true})).as_deref(), Ok("true"));
        assert_eq!(read("a", json!({"c": "1", "b": "2"})), failure("it has several fields; say which, as a#FIELD: b, c"));
        assert_eq!(read("a#d", json!({"c": "1", "b": "2"})), failure("it has no field `d`, but b, c"));
        assert_eq!(read("a", json!({})), failure("it has no fields"));
        assert_eq!(read("a", json!({"b": {"c": 1}})), failure("its field `b` holds no text and no number"));
    }
}
