//! How maps of several layers become one.

use std::collections::{HashMap, HashSet};
use yaml::{Entry, Node, Value};

/// The maps of a service whose values can stand elsewhere: `password_file` and `vault_password` are other ways to give `password`.
const WITH_OTHER_PLACES: [&str; 2] = ["properties", "data"];

/// A service with what it does not say itself. Maps merge key by key; anything else of `over` replaces what `under` has, also a key without
/// a value, and one that gives the same value in another way.
pub(super) fn merge_service(over: Node, under: &Node) -> Node {
    merge_with(over, under, &|key, over, under| {
        if WITH_OTHER_PLACES.contains(&key) {
            let under = without_given(under, &over);
            merge(over, &under)
        } else {
            merge(over, under)
        }
    })
}

/// The map without the values that `over` gives in another way.
fn without_given(under: &Node, over: &Node) -> Node {
    let mut under = under.clone();
    if let (Value::Map(entries), Value::Map(lower)) = (&over.value, &mut under.value) {
        let keys: HashSet<&str> = entries.iter().map(|entry| entry.key.value.as_str()).collect();
        let given: HashSet<&str> = keys.iter().map(|key| plain(key)).collect();
        lower.retain(|entry| keys.contains(entry.key.value.as_str()) || !given.contains(plain(&entry.key.value)));
    }
    under
}

/// The key whose value this key gives.
fn plain(key: &str) -> &str {
    let key = key.strip_prefix("vault_").unwrap_or(key);
    key.strip_suffix("_file").filter(|plain| !plain.is_empty()).unwrap_or(key)
}

fn merge(over: Node, under: &Node) -> Node {
    merge_with(over, under, &|_, over, under| merge(over, under))
}

/// Merges two maps; `inner` merges the values of a key that both have. Without two maps it is `over`.
fn merge_with(over: Node, under: &Node, inner: &dyn Fn(&str, Node, &Node) -> Node) -> Node {
    let (Value::Map(_), Value::Map(lower)) = (&over.value, &under.value) else { return over };
    let Node { value: Value::Map(entries), location } = over else { return over };
    let mut rest: HashMap<&str, &Entry> = lower.iter().map(|entry| (entry.key.value.as_str(), entry)).collect();
    let mut merged: Vec<Entry> = entries
        .into_iter()
        .map(|Entry { key, value }| {
            let value = match rest.remove(key.value.as_str()) {
                Some(under) => inner(&key.value, value, &under.value),
                None => value,
            };
            Entry { key, value }
        })
        .collect();
    merged.extend(lower.iter().filter(|entry| rest.contains_key(entry.key.value.as_str())).cloned());
    Node { value: Value::Map(merged), location }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    #[track_caller]
    fn check(over: &str, under: &str, expected: &str) {
        let merged = merge_service(parse("over.yaml", over).unwrap(), &parse("under.yaml", under).unwrap());
        let json = |node: &Node| node.read::<serde_json::Value>().unwrap();
        assert_eq!(json(&merged), json(&parse("expected.yaml", expected).unwrap()), "{over} over {under}");
    }

    #[test]
    fn maps_merge_deeply_and_everything_else_replaces() {
        check(
            "{type: a, data: {search: {x: 1}}}",
            "{type: b, interval: 5, data: {name: n, search: {x: 0, y: 2}}}",
            "{type: a, data: {search: {x: 1, y: 2}, name: n}, interval: 5}",
        );
        check("role: [a]", "role: [b, c]", "role: [a]");
        check("data: {search: text}", "data: {search: {x: 1}}", "data: {search: text}");
        check("data: {search: {x: 1}}", "data: {search: text}", "data: {search: {x: 1}}");
    }

    #[test]
    fn a_key_without_a_value_takes_away_what_is_inherited() {
        check(
            "{timeout: , data: {search: ~}}",
            "{timeout: 5, data: {search: ok, url: /}}",
            "{timeout: , data: {search: , url: /}}",
        );
        check("properties:", "properties: {host: h}", "properties:");
    }

    #[test]
    fn a_value_is_given_in_one_way() {
        check("properties: {password_file: f}", "properties: {password: x, host: h}", "properties: {password_file: f, host: h}");
        check("properties: {password: x}", "properties: {vault_password: v}", "properties: {password: x}");
        check("properties: {vault_password: v}", "properties: {password_file: f}", "properties: {vault_password: v}");
        check("properties: {password_file: f}", "properties: {password_file: g}", "properties: {password_file: f}");
        check("data: {body_file: f}", "data: {body: x}", "data: {body_file: f}");
        check("data: {_file: f}", "data: {_file: g, x: 1}", "data: {_file: f, x: 1}");
    }

    #[test]
    fn each_value_keeps_its_place() {
        let over = parse("over.yaml", "data: {name: n}").unwrap();
        let merged = merge_service(over, &parse("under.yaml", "data:\n  url: /\ntimeout: 5").unwrap());
        let place = |path: [&str; 2]| merged.get(path[0]).unwrap().get(path[1]).unwrap().location.to_string();
        assert_eq!((place(["data", "name"]), place(["data", "url"])), ("over.yaml:1:14".to_owned(), "under.yaml:2:8".to_owned()));
    }
}
