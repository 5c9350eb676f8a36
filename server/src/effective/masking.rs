//! Values without what could be a secret, by the rules of the settings page.

use crate::config::{MASKED, is_secret_word, masked_url, without_credentials};
use crate::validation::KnownKeys;
use yaml::{Entry, Located, Node, Reading, Scalar, Value};

/// Shown instead of a value. Its length does not depend on the value.
const WITHHELD: &str = "••••••";

/// Characters of the longest key that is shown. A longer one may be a part of a value.
const LONGEST_KEY: usize = 64;

/// A map of names and maps without the values of secret and of unknown keys: a misspelt key could hold a secret.
pub(super) fn masked(named: &Node, keys: &KnownKeys) -> Node {
    let entry = |Entry { key, value }: &Entry| Entry { key: key.clone(), value: value_of(value, Values::Unknown, keys) };
    let entries = named.entries().unwrap_or_default().iter().map(entry).collect();
    Node { value: Value::Map(entries), location: named.location.clone() }
}

/// What the key of a value says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    /// They can be secrets.
    Secret,
    /// They never are. A map has the keys of the operator.
    Harmless,
    /// An address, whose login and query can be secrets.
    Address,
    /// A key of no file, or one of a map, in which each key is looked at.
    Unknown,
}

fn value_of(node: &Node, values: Values, keys: &KnownKeys) -> Node {
    let value = match &node.value {
        Value::Scalar(scalar) if scalar.is_null() || is_reference(&scalar.text) => Value::Scalar(scalar.clone()),
        Value::Scalar(scalar) => scalar_of(scalar, values),
        _ if values == Values::Secret => withheld(),
        Value::List(nodes) => Value::List(nodes.iter().map(|node| value_of(node, values, keys)).collect()),
        Value::Map(entries) => Value::Map(entries.iter().map(|entry| entry_of(entry, values, keys)).collect()),
    };
    Node { value, location: node.location.clone() }
}

fn scalar_of(scalar: &Scalar, values: Values) -> Value {
    let shown = match values {
        Values::Secret | Values::Unknown => return withheld(),
        Values::Harmless => without_credentials(&scalar.text),
        Values::Address => masked_url(&scalar.text),
    };
    match shown {
        same if same == scalar.text => Value::Scalar(scalar.clone()),
        // Several addresses in one text: only the first login is known to be one.
        shown if shown.matches('@').count() > 1 => withheld(),
        shown => text(shown),
    }
}

fn entry_of(Entry { key, value }: &Entry, outer: Values, keys: &KnownKeys) -> Entry {
    let name = key.value.as_str();
    let is_of_file = name.strip_suffix("_file").is_some_and(|plain| keys.is_known(plain));
    let values = match () {
        // The path of a file, not its content.
        () if is_of_file => Values::Harmless,
        () if name == MASKED => Values::Address,
        () if keys.is_secret(name) || (outer == Values::Harmless && is_secret_word(name)) => Values::Secret,
        () if keys.is_harmless(name) || outer == Values::Harmless => Values::Harmless,
        () => Values::Unknown,
    };
    let is_key =
        name.chars().count() <= LONGEST_KEY && name.chars().all(|letter| letter.is_alphanumeric() || "_-./$[]'".contains(letter));
    let shown = if is_key { name.to_owned() } else { WITHHELD.to_owned() };
    Entry { key: Located { value: shown, location: key.location.clone() }, value: value_of(value, values, keys) }
}

/// Whether a text says where a value is, and nothing of it: `${NAME}` without a default, or `file:/path`.
fn is_reference(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
        || text.starts_with("file:/")
}

fn withheld() -> Value {
    text(WITHHELD.to_owned())
}

fn text(text: String) -> Value {
    Value::Scalar(Scalar { text, reading: Reading::Text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(service: &str, expected: &str) {
        let document = yaml::parse("services.yaml", &format!("s: {service}")).unwrap();
        let shown: serde_json::Value = masked(&document, &KnownKeys::new()).get("s").unwrap().read().unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected.replace('*', WITHHELD)).unwrap();
        assert_eq!(shown, expected, "{service}");
    }

    #[test]
    fn values_of_secret_and_of_unknown_keys_are_withheld() {
        check("{password: x, passwrd: x, timeout: 5, role: [a]}", r#"{"password":"*","passwrd":"*","timeout":5,"role":["a"]}"#);
        check("{properties: {token: x, prot: 5, port: 443}}", r#"{"properties":{"token":"*","prot":"*","port":443}}"#);
        check("{properties: {request_headers: {Accept: x}}}", r#"{"properties":{"request_headers":"*"}}"#);
        check("text", r#""*""#);
    }

    #[test]
    fn an_address_is_shown_without_login_and_query() {
        check("{properties: {host: 'u:x@h'}}", r#"{"properties":{"host":"*@h"}}"#);
        check("{properties: {host: ['redis://u:x@h, redis://v:x@i']}}", r#"{"properties":{"host":["*"]}}"#);
        check("{data: {url: '/health?key=x&y'}}", r#"{"data":{"url":"/health?key=*&*"}}"#);
        check("{data: {url: /health}}", r#"{"data":{"url":"/health"}}"#);
    }

    #[test]
    fn references_are_shown_without_their_defaults() {
        check("{password: '${PW}'}", r#"{"password":"${PW}"}"#);
        check("{password: 'file:/run/pw'}", r#"{"password":"file:/run/pw"}"#);
        check("{password: '${PW:-x}'}", r#"{"password":"*"}"#);
        check("{password: '${PW}x'}", r#"{"password":"*"}"#);
        check("{password_file: secrets/db, vault_password: x}", r#"{"password_file":"secrets/db","vault_password":"*"}"#);
    }

    #[test]
    fn keys_of_the_operator_are_shown_unless_they_sound_like_secrets() {
        check(
            "{data: {search: {status: ok, api_token: x, inner: {a: 1, password: x}}}}",
            r#"{"data":{"search":{"status":"ok","api_token":"*","inner":{"a":1,"password":"*"}}}}"#,
        );
        check("{data: {json: {$.a: {equals: 1}}}}", r#"{"data":{"json":{"$.a":{"equals":1}}}}"#);
    }
}
