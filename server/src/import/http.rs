//! What all sources need to write `rest_http` services.

use super::value::{Map, Value};

/// Sets `request_headers`: those given, and for others a default of the source, where an empty text means that the source sends none.
pub(super) fn set_headers(properties: &mut Map, given: Vec<(String, String)>, defaults: &[(&str, &str)]) {
    let is_given = |name: &str| given.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    let mut headers = Map::new();
    for (name, value) in defaults.iter().filter(|(name, _)| !is_given(name)) {
        headers.set(name, Value::text(*value));
    }
    for (name, value) in &given {
        headers.set(name, Value::text(value));
    }
    properties.set_if("request_headers", headers.into_value());
}

/// Sets the path, unless it is the default.
pub(super) fn set_path(data: &mut Map, path: &str) {
    if path != "/" {
        data.set("url", Value::text(path));
    }
}

/// Sets the method, unless it is the default. Returns whether Platus has it.
pub(super) fn set_method(properties: &mut Map, method: &str) -> bool {
    let method = method.to_ascii_uppercase();
    match method.as_str() {
        "GET" => {}
        "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => properties.set("method", Value::text(method)),
        _ => return false,
    }
    true
}

/// Sets `search`: regular expressions that must all be found.
pub(super) fn set_search(data: &mut Map, patterns: Vec<String>) {
    match patterns.as_slice() {
        [] => {}
        [only] => data.set("search", Value::text(only)),
        _ => data.set("search", Value::texts(patterns)),
    }
}

/// The display keys of `data`.
pub(super) fn display(name: &str, group: Option<&str>) -> Map {
    let mut data = Map::new();
    data.set_if("type", group.filter(|group| !group.is_empty()).map(Value::text));
    data.set("name", Value::text(name));
    data
}
