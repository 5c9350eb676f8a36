//! Warnings about the durability of Redis.

use super::link::{Link, Request};
use crate::StoreError;
use redis::{RedisResult, pipe};
use std::collections::HashMap;

const SETTINGS: [&str; 4] = ["appendonly", "save", "maxmemory", "maxmemory-policy"];

/// Warns about a server whose settings lose data. Logs nothing without the right to read the settings.
pub(super) async fn warn(link: &Link, address: &str) -> Result<(), StoreError> {
    let mut commands = pipe();
    commands.ignore_errors();
    for setting in SETTINGS {
        commands.cmd("CONFIG").arg("GET").arg(setting);
    }
    let answers: Vec<RedisResult<HashMap<String, String>>> = link.ask(Request::All(&commands)).await?;
    for warning in warnings(&answers.into_iter().flatten().flatten().collect()) {
        tracing::warn!(redis = address, "{warning}");
    }
    Ok(())
}

fn warnings(settings: &HashMap<String, String>) -> Vec<&'static str> {
    let is = |name: &str, value: &str| settings.get(name).is_some_and(|set| set == value);
    let mut warnings = Vec::new();
    if is("appendonly", "no") && is("save", "") {
        warnings.push("Redis keeps nothing on disk: states and history are lost when it ends. Set `appendonly yes` there.");
    } else if is("appendonly", "no") {
        warnings
            .push("Redis writes to disk only now and then: the last minutes are lost when it fails. Set `appendonly yes` there.");
    }
    let drops_any = settings.get("maxmemory-policy").is_some_and(|policy| policy.starts_with("allkeys"));
    if drops_any && !is("maxmemory", "0") {
        warnings.push("Redis evicts arbitrary keys when its memory is full, history too. Set `maxmemory-policy noeviction` there.");
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(settings: &[(&str, &str)], expect: &[&str]) {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let warnings = warnings(&settings);
        assert_eq!(warnings.len(), expect.len(), "{warnings:?}");
        assert!(warnings.iter().zip(expect).all(|(warning, word)| warning.contains(word)), "{warnings:?}");
    }

    #[test]
    fn only_what_loses_data_is_warned_of() {
        check(&[], &[]);
        check(&[("appendonly", "yes"), ("save", ""), ("maxmemory", "0"), ("maxmemory-policy", "allkeys-lru")], &[]);
        check(&[("appendonly", "no"), ("save", "")], &["keeps nothing"]);
        check(&[("appendonly", "no"), ("save", "3600 1")], &["now and then"]);
        check(&[("appendonly", "yes"), ("maxmemory", "1000"), ("maxmemory-policy", "allkeys-lru")], &["evicts arbitrary keys"]);
        check(&[("appendonly", "yes"), ("maxmemory", "1000"), ("maxmemory-policy", "noeviction")], &[]);
    }
}
