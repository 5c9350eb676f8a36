//! The metrics and labels that an expression of `PromQL` names.

use regex::{Captures, Regex};
use std::collections::BTreeSet;

const KEYWORDS: [&str; 6] = ["and", "bool", "offset", "on", "or", "unless"];

/// What an expression names.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Each metric with the labels of its selector.
    pub(super) metrics: Vec<(String, BTreeSet<String>)>,
    /// The labels by which it groups and joins.
    pub(super) grouping: BTreeSet<String>,
}

/// Removes what a pattern matches, and hands it to `take`.
fn extract(text: &str, pattern: &str, mut take: impl FnMut(&Captures<'_>)) -> String {
    let remove = |captures: &Captures<'_>| {
        take(captures);
        " ".to_owned()
    };
    Regex::new(pattern).unwrap().replace_all(text, remove).into_owned()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty())
}

/// Reads an expression from which the variables of Grafana do not hide anything: they stand in strings and ranges.
pub(super) fn named(expression: &str) -> Named {
    let mut named = Named::default();
    let text = Regex::new(r#""[^"]*""#).unwrap().replace_all(expression, "''").into_owned();
    let text = extract(&text, r"([a-zA-Z_:][\w:]*)\{([^}]*)\}", |found| {
        let labels = words(&found[2]).map(|matcher| matcher.split(['=', '!']).next().unwrap().trim().to_owned());
        named.metrics.push((found[1].to_owned(), labels.collect()));
    });
    let text = extract(&text, r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)", |found| {
        named.grouping.extend(words(&found[1]));
    });
    let text = extract(&text, r"\[[^\]]*\]", |_| ());
    extract(&text, r"\b([a-zA-Z_:][\w:]*)(\s*\()?", |found| {
        if found.get(2).is_none() && !KEYWORDS.contains(&&found[1]) {
            named.metrics.push((found[1].to_owned(), BTreeSet::new()));
        }
    });
    named
}

#[test]
fn metrics_are_told_from_functions_labels_strings_and_keywords() {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    let found = named(
        r#"sum by (le, job) (rate(a_bucket{job="b_total",x!~"$c"}[$__rate_interval])) / on (node) d > 0.5 or absent(e:f[5m])"#,
    );
    let metrics = [("a_bucket", set(&["job", "x"])), ("d", set(&[])), ("e:f", set(&[]))];
    assert_eq!(found.metrics, metrics.map(|(name, labels)| (name.to_owned(), labels)));
    assert_eq!(found.grouping, set(&["job", "le", "node"]));
}
