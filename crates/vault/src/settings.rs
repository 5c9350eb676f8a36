//! Vault: how to reach it, and which values are read from it instead of from the files.

use net::host::HostName;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use yaml::declaration::Form::Text;
use yaml::declaration::{Form, Key, Keys};
use yaml::fields::Fields;
use yaml::seconds::read_timeout;
use yaml::{Entry, Located, LocatedError, Node, Reading, Scalar, Secret, Value};

/// The prefix of a property whose value is kept in Vault.
const PREFIX: &str = "vault_";

/// For how long a value is used before it is read again.
const DEFAULT_CACHE_TTL: Duration = Duration::from_secs(60);

/// How long one answer of Vault may take.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where Kubernetes puts the token of a pod.
const KUBERNETES_JWT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// How to reach Vault.
#[derive(Clone, Debug)]
pub struct VaultBackend {
    /// Name or address.
    pub host: String,
    pub port: u16,
    /// `http` or `https`.
    pub protocol: String,
    /// What stands before every key, for instance `/v1/secret/`.
    pub path: String,
    /// The namespace of `OpenBao`, or of Vault Enterprise.
    pub namespace: Option<String>,
    /// Authorities in PEM that are trusted besides those of the system.
    pub ca: Option<String>,
    pub verify: bool,
    /// For how long a value is used before it is read again.
    pub cache_ttl: Duration,
    /// How long one answer may take.
    pub timeout: Duration,
    pub login: VaultLogin,
}

/// How to log in to Vault. `mount` is where the method is mounted.
#[derive(Clone, Debug)]
pub enum VaultLogin {
    Token(Credential),
    AppRole { mount: String, role_id: Secret, secret_id: Credential },
    Userpass { mount: String, username: String, password: Credential },
    Kubernetes { mount: String, role: String, jwt: Credential },
}

/// A secret in the configuration, or a file with one that is read at each login, because agents replace it.
#[derive(Clone, Debug)]
pub enum Credential {
    Given(Secret),
    File(PathBuf),
}

/// The key of a value in Vault: `path/of/the/secret#field`. The last `#` separates, and `\#` is a `#` that is part of the path or the field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultKey {
    /// Below the `path` of the backend; not empty, without a slash at its ends.
    pub path: String,
    /// Default: `value`, else the only field.
    pub field: Option<String>,
}

impl fmt::Display for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escaped(&self.path))?;
        self.field.iter().try_for_each(|field| write!(f, "#{}", escaped(field)))
    }
}

fn escaped(text: &str) -> String {
    text.replace('#', "\\#")
}

fn unescaped(text: &str) -> String {
    text.replace("\\#", "#")
}

/// Path and field, still escaped.
fn split(text: &str) -> (&str, Option<&str>) {
    let is_separator = |at: &usize| !text[..*at].ends_with('\\');
    match text.match_indices('#').map(|(at, _)| at).rfind(is_separator) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

impl VaultKey {
    /// Reads `path/of/the/secret#field`. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (path, field) = split(text);
        let path = unescaped(path);
        let path = path.trim_matches('/');
        let is_step = |step: &str| !step.is_empty() && step != "." && step != ".." && !step.contains(char::is_control);
        if !path.split('/').all(is_step) || field.is_some_and(str::is_empty) {
            return Err("expected a key of Vault, for instance apps/shop or apps/shop#password");
        }
        Ok(Self { path: path.to_owned(), field: field.map(unescaped) })
    }

    pub fn read(node: &Node) -> Result<Self, LocatedError> {
        let text: String = node.read()?;
        Self::parse(&text).map_err(|problem| LocatedError::new(&node.location, problem))
    }
}

/// `vault_PROPERTY: KEY`: the property has the value that stands in Vault at that key.
#[derive(Clone, Debug)]
pub struct VaultProperty {
    /// The name of the property, without the prefix.
    pub property: Located<String>,
    pub key: VaultKey,
}

/// Removes the properties with values in Vault from a map.
pub fn take(node: Node, vault_is_on: bool) -> (Node, Vec<VaultProperty>, Vec<LocatedError>) {
    let Value::Map(entries) = node.value else { return (node, Vec::new(), Vec::new()) };
    let (kept, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key.value.starts_with(PREFIX));
    let mut properties = Vec::new();
    let mut problems = Vec::new();
    for entry in kept {
        match property(&entry, &others, vault_is_on) {
            Ok(property) => properties.push(property),
            Err(problem) => problems.push(problem),
        }
    }
    (Node { value: Value::Map(others), location: node.location }, properties, problems)
}

fn property(Entry { key, value }: &Entry, others: &[Entry], vault_is_on: bool) -> Result<VaultProperty, LocatedError> {
    let name = key.value.strip_prefix(PREFIX).unwrap_or_default();
    let wrong = |text: String| Err(LocatedError::new(&key.location, text));
    if !vault_is_on {
        return wrong(format!(
            "`{}`: Vault is off; write `vault: true` and a `vault_backend` in config.yaml, or give `{name}` itself",
            key.value
        ));
    }
    if others.iter().any(|other| other.key.value == name) {
        return wrong(format!("`{}`: `{name}` is given as well; keep one of the two", key.value));
    }
    let property = Located { value: name.to_owned(), location: key.location.clone() };
    Ok(VaultProperty { property, key: VaultKey::read(value).map_err(|error| error.under(&key.value))? })
}

/// The map with these properties added, as if their values stood in the file.
pub fn with_values<'a>(node: &Node, values: impl IntoIterator<Item = (&'a VaultProperty, &'a Secret)>) -> Node {
    let mut entries = node.entries().unwrap_or_default().to_vec();
    entries.extend(values.into_iter().map(|(VaultProperty { property, .. }, value)| {
        let scalar = Scalar { text: value.expose().to_owned(), reading: Reading::Text };
        Entry { key: property.clone(), value: Node { value: Value::Scalar(scalar), location: property.location.clone() } }
    }));
    Node { value: Value::Map(entries), location: node.location.clone() }
}

/// The keys of `vault_backend`.
pub const VAULT_BACKEND: Keys = &[&[
    Key::new("host", Text, "Name or address.").or("localhost"),
    Key::new("port", Form::Whole(0, 65_535), "Port.").or("8200"),
    Key::new("protocol", Text, "Protocol: `https` or `http`.").or("https"),
    Key::new("path", Text, "Prefix of every key.").or("/v1/secret/"),
    Key::new("token", Form::Secret, "A token."),
    Key::new("token_file", Text, "File in which an agent keeps a token."),
    Key::new("auth", Form::Map(AUTH), "Login method, instead of a token."),
    Key::new("namespace", Text, "Namespace of OpenBao or Vault Enterprise."),
    Key::new("ca", Text, "Certificate authority in PEM to trust in addition to those of the system."),
    Key::new("verify", Form::Flag, "Whether to verify the certificate of Vault.").or("true"),
    Key::new("cache_ttl", Form::Number(0.001, 3600.0), "Time for which a value is used before it is read again. Seconds.").or("60"),
    Key::new("timeout", Form::Number(0.001, 3600.0), "Time limit of one answer. Seconds.").or("5"),
]];

/// The keys of `auth`. Which of them are needed depends on the method.
const AUTH: Keys = &[&[
    Key::new(
        "method",
        Form::Words(&[
            ("approle", "Login with `role_id`, and `secret_id` or `secret_id_file`."),
            ("kubernetes", "Login with `role`, and `jwt` or `jwt_file`. Default: the token file of the pod."),
            ("userpass", "Login with `username`, and `password` or `password_file`."),
        ]),
        "Login method.",
    )
    .required(),
    Key::new("mount", Text, "Where the method is mounted. Default: its name."),
    Key::new("role_id", Form::Secret, "Role of `approle`."),
    Key::new("secret_id", Form::Secret, "Secret of `approle`."),
    Key::new("secret_id_file", Text, "File with the secret of `approle`."),
    Key::new("username", Text, "User of `userpass`."),
    Key::new("password", Form::Secret, "Password of `userpass`."),
    Key::new("password_file", Text, "File with the password of `userpass`."),
    Key::new("role", Text, "Role of `kubernetes`."),
    Key::new("jwt", Form::Secret, "Token of `kubernetes`."),
    Key::new("jwt_file", Text, "File with the token of `kubernetes`."),
]];

impl VaultBackend {
    /// Reads `vault_backend`. Relative paths of files are looked up from `folder`.
    pub fn read(node: &Node, folder: &Path) -> Result<Self, Vec<LocatedError>> {
        let mut fields = Fields::declared(node, VAULT_BACKEND);
        let host: Option<String> = fields.optional("host");
        let port = fields.optional("port");
        let protocol = fields.read("protocol", read_protocol);
        let path: Option<String> = fields.optional("path");
        let namespace = fields.read("namespace", read_visible);
        let ca = fields.optional("ca");
        let verify = fields.optional("verify");
        let cache_ttl = fields.read("cache_ttl", read_timeout);
        let timeout = fields.read("timeout", read_timeout);
        let token = credential(&mut fields, node, ("token", "token_file"), folder);
        let auth = fields.nested("auth", |node| read_auth(node, folder));
        let login = match (token, auth) {
            (Some(token), None) => Some(VaultLogin::Token(token)),
            (None, Some(auth)) => Some(auth),
            (Some(_), Some(_)) => {
                fields.fail(LocatedError::new(&node.location, "there is a token and `auth`; keep one of the two"));
                None
            }
            // The errors of `auth` and `token` are reported already.
            (None, None) if node.get("auth").is_some() || node.get("token").is_some() => None,
            (None, None) => {
                let text = "Platus cannot log in to Vault; add `token`, `token_file`, or `auth` with a `method`";
                fields.fail(LocatedError::new(&node.location, text));
                None
            }
        };
        match (login, fields.finish()) {
            (Some(login), errors) if errors.is_empty() => Ok(Self {
                host: host.unwrap_or_else(|| "localhost".to_owned()),
                port: port.unwrap_or(8200),
                protocol: protocol.unwrap_or_else(|| "https".to_owned()),
                path: path.unwrap_or_else(|| "/v1/secret/".to_owned()),
                namespace,
                ca,
                verify: verify.unwrap_or(true),
                cache_ttl: cache_ttl.unwrap_or(DEFAULT_CACHE_TTL),
                timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
                login,
            }),
            (_, errors) => Err(errors),
        }
    }

    /// Its address for texts, without credentials.
    pub fn address(&self) -> String {
        format!("{}://{}", self.protocol, HostName::new(&self.host).with_port(self.port))
    }
}

const METHODS: [&str; 3] = ["approle", "kubernetes", "userpass"];

fn read_auth(node: &Node, folder: &Path) -> Result<VaultLogin, Vec<LocatedError>> {
    let mut fields = Fields::of(node);
    let method: Option<Located<String>> =
        fields.required("method", |node| Ok(Located { value: node.read::<String>()?, location: node.location.clone() }));
    let mount = fields.read("mount", read_visible).map(|mount| mount.trim_matches('/').to_owned());
    let login = method.and_then(|method| {
        let mount = mount.unwrap_or_else(|| method.value.clone());
        match method.value.as_str() {
            "approle" => {
                let role_id = fields.required("role_id", Node::read);
                let secret_id = required_credential(&mut fields, node, ("secret_id", "secret_id_file"), folder);
                Some(VaultLogin::AppRole { mount, role_id: role_id?, secret_id: secret_id? })
            }
            "userpass" => {
                let username = fields.required("username", read_visible);
                let password = required_credential(&mut fields, node, ("password", "password_file"), folder);
                Some(VaultLogin::Userpass { mount, username: username?, password: password? })
            }
            "kubernetes" => {
                let role = fields.required("role", Node::read);
                let jwt = credential(&mut fields, node, ("jwt", "jwt_file"), folder);
                let jwt = jwt.unwrap_or_else(|| Credential::File(PathBuf::from(KUBERNETES_JWT)));
                Some(VaultLogin::Kubernetes { mount, role: role?, jwt })
            }
            unknown => {
                let error = LocatedError::unknown_word("unknown method", unknown, &METHODS, "methods");
                fields.fail(error.at(&method.location).under("method"));
                None
            }
        }
    });
    match (login, fields.finish()) {
        (Some(login), errors) if errors.is_empty() => Ok(login),
        (_, errors) => Err(errors),
    }
}

/// The names of the two keys under which a secret, or the file that it is in, may stand.
type Places = (&'static str, &'static str);

/// A secret, or the file of it, among the keys of `node`.
fn credential(fields: &mut Fields<'_>, node: &Node, (key, key_file): Places, folder: &Path) -> Option<Credential> {
    let given = fields.read(key, |node| {
        let secret: Secret = node.read()?;
        // It becomes a header.
        if key == "token" && (secret.expose().is_empty() || !secret.expose().bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(LocatedError::new(&node.location, "a token of Vault has letters, digits and signs only"));
        }
        Ok(secret)
    });
    let file = fields.optional::<String>(key_file);
    match (given, file) {
        (Some(_), Some(_)) => {
            let text = format!("`{key}` and `{key_file}` are both given; keep one of the two");
            fields.fail(LocatedError::new(&node.location, text));
            None
        }
        (Some(secret), None) => Some(Credential::Given(secret)),
        (None, file) => file.map(|file| Credential::File(folder.join(file))),
    }
}

fn required_credential(fields: &mut Fields<'_>, node: &Node, keys: Places, folder: &Path) -> Option<Credential> {
    let found = credential(fields, node, keys, folder);
    if found.is_none() && !fields.has_failed() {
        let (key, key_file) = keys;
        let text = format!("the key `{key}`, or `{key_file}`, is missing; add it");
        fields.fail(LocatedError::new(&node.location, text));
    }
    found
}

fn read_protocol(node: &Node) -> Result<String, LocatedError> {
    let protocol = node.read::<String>()?.trim().to_ascii_lowercase();
    match protocol.as_str() {
        "http" | "https" => Ok(protocol),
        _ => Err(LocatedError::new(&node.location, "expected http or https")),
    }
}

/// Text that becomes part of an address or a header.
fn read_visible(node: &Node) -> Result<String, LocatedError> {
    let text: String = node.read()?;
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(LocatedError::new(&node.location, "expected letters, digits and signs, without spaces"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_sign_separates_unless_it_is_escaped() {
        for (text, path, field) in [
            ("apps/shop", "apps/shop", None),
            ("/apps/shop/#password", "apps/shop", Some("password")),
            ("team #1/db#password", "team #1/db", Some("password")),
            ("team \\#1", "team #1", None),
            ("a\\#b#c\\#d", "a#b", Some("c#d")),
            ("a\\b", "a\\b", None),
            ("a %41?b ü", "a %41?b ü", None),
        ] {
            let key = VaultKey::parse(text).unwrap();
            assert_eq!((key.path.as_str(), key.field.as_deref()), (path, field), "{text}");
            assert_eq!(VaultKey::parse(&key.to_string()), Ok(key), "{text}");
        }
        for text in ["", "/", "a#", "#a", "a/../b", "a//b", "a/./b", "a\n"] {
            assert!(VaultKey::parse(text).is_err(), "{text:?}");
        }
    }
}
