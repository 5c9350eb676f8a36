//! The keywords of Python's `redis.Redis`, to which the original handed on all that stood in `persistent_data_backend.data`.

use yaml::flag::is_true;
use yaml::{Entry, LocatedError, Node, Reading, Scalar, Value};

/// Keywords that have a meaning here under another name. The last three are files, and mean something with TLS alone.
const RENAMED: [(&str, &str); 4] =
    [("ssl", "tls"), ("ssl_ca_certs", "ca_file"), ("ssl_certfile", "cert_file"), ("ssl_keyfile", "key_file")];

/// Says whether the certificate of the server is verified: none, optional or required.
const CERT_REQS: &str = "ssl_cert_reqs";

/// Keywords that have no meaning here.
const WITHOUT_EFFECT: [&str; 14] = [
    "charset",
    "client_name",
    "connection_pool",
    "decode_responses",
    "encoding",
    "encoding_errors",
    "errors",
    "health_check_interval",
    "max_connections",
    "retry_on_timeout",
    "single_connection_client",
    "socket_keepalive",
    "socket_keepalive_options",
    "ssl_check_hostname",
];

/// Keywords of which an empty text means the default, as nothing does.
const EMPTY_IS_ABSENT: [&str; 4] = ["port", "db", "socket_timeout", "socket_connect_timeout"];

/// All keywords that are no keys of the store.
pub fn redis_keywords() -> impl Iterator<Item = &'static str> {
    RENAMED.into_iter().map(|(keyword, _)| keyword).chain([CERT_REQS]).chain(WITHOUT_EFFECT)
}

/// The data of a store in Redis with the store's own keys in the place of the keywords, and a warning that names the keywords without
/// effect.
pub(super) fn translate(data: Node) -> (Node, Option<LocatedError>) {
    let Value::Map(entries) = data.value else { return (data, None) };
    let own: Vec<String> = entries.iter().map(|entry| entry.key.value.clone()).collect();
    let is_given = |key: &str| own.iter().any(|given| given == key);
    let asks_for_tls = |entry: &Entry| matches!(entry.key.value.as_str(), "ssl" | "tls") && is_true(&entry.value);
    let speaks_tls = entries.iter().any(asks_for_tls);
    let (mut kept, mut idle) = (Vec::with_capacity(entries.len()), Vec::new());
    for mut entry in entries {
        let key = entry.key.value.clone();
        let is_empty = entry.value.is_null() || entry.value.text() == Some("");
        if let Some((_, name)) = RENAMED.into_iter().find(|(keyword, _)| *keyword == key) {
            if is_empty {
                continue;
            }
            let has_meaning = !is_given(name) && (speaks_tls || key == "ssl");
            if !has_meaning {
                idle.push(entry.key);
                continue;
            }
            if key == "ssl" {
                entry.value = truth(is_true(&entry.value), &entry.value);
            }
            entry.key.value = name.to_owned();
            kept.push(entry);
        } else if key == CERT_REQS {
            match is_none(&entry.value) {
                Some(true) if speaks_tls && !is_given("verify") => {
                    entry.value = truth(false, &entry.value);
                    entry.key.value = "verify".to_owned();
                    kept.push(entry);
                }
                // Certificates are verified anyway.
                Some(false) => {}
                _ if is_empty => {}
                _ => idle.push(entry.key),
            }
        } else if WITHOUT_EFFECT.contains(&key.as_str()) {
            if !is_empty && !is_default(&key, &entry.value) {
                idle.push(entry.key);
            }
        } else if !(is_empty && EMPTY_IS_ABSENT.contains(&key.as_str())) {
            kept.push(entry);
        }
    }
    // One file may hold both, as Python allowed.
    if let Some(both) = kept.iter().find(|entry| entry.key.value == "cert_file").cloned()
        && !is_given("ssl_keyfile")
        && !is_given("key")
        && !is_given("key_file")
    {
        let mut key = both;
        key.key.value = "key_file".to_owned();
        kept.push(key);
    }
    let warning = idle.first().map(|first| {
        let names: Vec<_> = idle.iter().map(|key| format!("`{}`", key.value)).collect();
        let (verb, object) = if idle.len() == 1 { ("has", "it") } else { ("have", "them") };
        LocatedError::new(&first.location, format!("{} {verb} no effect in Platus; remove {object}", names.join(", ")))
    });
    (Node { value: Value::Map(kept), location: data.location }, warning)
}

fn truth(value: bool, at: &Node) -> Node {
    let text = if value { "true" } else { "false" }.to_owned();
    Node { value: Value::Scalar(Scalar { text, reading: Reading::Bool(value) }), location: at.location.clone() }
}

/// Whether `ssl_cert_reqs` asks for no verification. The numbers are those of Python's module `ssl`.
fn is_none(value: &Node) -> Option<bool> {
    match value.text()?.trim_start_matches("CERT_").to_lowercase().as_str() {
        "none" | "0" => Some(true),
        "optional" | "required" | "1" | "2" => Some(false),
        _ => None,
    }
}

/// Whether the value asks for what is done in any case.
fn is_default(key: &str, value: &Node) -> bool {
    match key {
        "charset" | "encoding" => value.text().is_some_and(|name| name.replace(['-', '_'], "").eq_ignore_ascii_case("utf8")),
        _ => !is_true(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    /// The keys and values that are left, and the warning.
    fn translated(data: &str) -> (String, String) {
        let (data, warning) = translate(parse("config.yaml", data).unwrap());
        let entries = data.entries().unwrap().iter();
        let entries = entries.map(|entry| format!("{}={}", entry.key.value, entry.value.text().unwrap_or("(nothing)")));
        (entries.collect::<Vec<_>>().join(" "), warning.map(|warning| warning.to_string()).unwrap_or_default())
    }

    #[test]
    fn keywords_with_a_meaning_become_keys_of_the_store() {
        for (data, expected) in [
            ("{host: h, port: 1, db: 2, password: p}", "host=h port=1 db=2 password=p"),
            ("{host: h, port: , db: ''}", "host=h"),
            ("{ssl: 'True', ssl_ca_certs: ca.pem}", "tls=true ca_file=ca.pem"),
            ("{ssl: True, ssl_cert_reqs: none}", "tls=true verify=false"),
            ("{ssl: True, ssl_cert_reqs: CERT_REQUIRED}", "tls=true"),
            ("{ssl: True, ssl_cert_reqs: , ssl_keyfile: ''}", "tls=true"),
            ("{ssl: True, ssl_certfile: both.pem}", "tls=true cert_file=both.pem key_file=both.pem"),
            ("{ssl: True, ssl_certfile: c, ssl_keyfile: k}", "tls=true cert_file=c key_file=k"),
            ("{ssl: False}", "tls=false"),
            ("{unix_socket_path: /run/redis, socket_timeout: 1}", "unix_socket_path=/run/redis socket_timeout=1"),
            ("{charset: UTF-8, encoding: utf8, decode_responses: False, connection_pool: }", ""),
            ("{hots: h}", "hots=h"),
        ] {
            assert_eq!(translated(data), (expected.to_owned(), String::new()), "{data}");
        }
    }

    #[test]
    fn keywords_without_a_meaning_are_named() {
        let (entries, warning) = translated("host: h\ncharset: latin-1\nsocket_keepalive: True\nmax_connections: 10\n");
        assert_eq!(entries, "host=h");
        assert_eq!(
            warning,
            "config.yaml:2:1: `charset`, `socket_keepalive`, `max_connections` have no effect in Platus; remove them"
        );
        for data in ["{ssl_ca_certs: ca.pem}", "{ssl: True, ssl_cert_reqs: maybe}", "{ssl: True, tls: True}"] {
            assert!(translated(data).1.ends_with(" has no effect in Platus; remove it"), "{data}: {:?}", translated(data));
        }
    }
}
