//! The rows that a program prints as a list in JSON: `[{"node": "a", "state": "operational"}, …]`.

use crate::plugins::plain_text::plain;
use crate::plugins::{Metric, Observation};
use app::model::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::time::Duration;

const MOST_ROWS: usize = 1000;
const MOST_METRICS: usize = 100;

/// Longest name of a node or figure, in characters.
const LONGEST_NAME: usize = 200;

/// A figure of seconds that is larger, over three years, is one of something else.
const LONGEST_ELAPSED: f64 = 1e8;

/// Whether this is meant to be a list. Nagios plugins begin with a bracket as well, but go on with a word: `[OK] all is well`.
pub(super) fn is_list(text: &str) -> bool {
    let Some(inside) = text.trim_start().strip_prefix('[') else { return false };
    let inside = inside.trim_start();
    let word = &inside[..inside.find(|character: char| !character.is_alphabetic()).unwrap_or(inside.len())];
    matches!(word, "" | "null" | "true" | "false")
}

/// Reads the list. One row that is wrong makes the whole of it wrong, since nobody knows then what the program meant; the error says
/// which row and what to change.
pub(super) fn read(text: &str) -> Result<Vec<Observation>, String> {
    let list: Vec<Value> = serde_json::from_str(text).map_err(|error| format!("the list of rows is no valid JSON: {error}"))?;
    if list.len() > MOST_ROWS {
        return Err(format!("the list has {} rows, more than the {MOST_ROWS} that a service can have", list.len()));
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut rows = Vec::with_capacity(list.len());
    for (place, row) in (1..).zip(list) {
        let row = Row::read(row).and_then(Row::observation).map_err(|what| format!("row {place} of the list: {what}"))?;
        if let Some(first) = places.insert(row.node.clone(), place) {
            return Err(format!("the rows {first} and {place} of the list are both of the node `{}`", row.node));
        }
        rows.push(row);
    }
    Ok(rows)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    node: String,
    state: State,
    message: Option<String>,
    nodename: Option<String>,
    /// Seconds.
    elapsed: Option<f64>,
    metrics: Option<Map<String, Value>>,
}

/// A figure that is not just a number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    value: f64,
    #[serde(default)]
    unit: String,
}

impl Row {
    fn read(row: Value) -> Result<Self, String> {
        if !row.is_object() {
            return Err("expected an object with the keys `node` and `state`".to_owned());
        }
        serde_json::from_value(row).map_err(|error| plain(&error.to_string()))
    }

    fn observation(self) -> Result<Observation, String> {
        let elapsed = self.elapsed.map(elapsed).transpose()?;
        let node_name = self.nodename.filter(|name| !name.is_empty()).map(|text| name("`nodename`", &text)).transpose()?;
        Ok(Observation {
            node_name,
            message: self.message.map(|message| plain(&message)).filter(|message| !message.is_empty()),
            elapsed,
            metrics: metrics(self.metrics.unwrap_or_default())?,
            ..Observation::new(name("`node`", &self.node)?, self.state)
        })
    }
}

fn name(what: &str, text: &str) -> Result<String, String> {
    let plain = plain(text);
    match plain.chars().count() {
        0 => Err(format!("{what} is empty")),
        length if length > LONGEST_NAME => Err(format!("{what} is longer than {LONGEST_NAME} characters")),
        _ => Ok(plain),
    }
}

fn elapsed(seconds: f64) -> Result<Duration, String> {
    let known = (0.0..=LONGEST_ELAPSED).contains(&seconds).then(|| Duration::try_from_secs_f64(seconds).ok()).flatten();
    known.ok_or_else(|| format!("`elapsed` must be seconds, from 0 to {LONGEST_ELAPSED}"))
}

fn metrics(figures: Map<String, Value>) -> Result<Vec<Metric>, String> {
    if figures.len() > MOST_METRICS {
        return Err(format!("`metrics` has more than {MOST_METRICS} entries"));
    }
    figures.into_iter().map(|(key, figure)| metric(&key, figure)).collect()
}

fn metric(key: &str, figure: Value) -> Result<Metric, String> {
    let Figure { value, unit } = match figure {
        Value::Number(number) => Figure { value: number.as_f64().unwrap_or(f64::NAN), unit: String::new() },
        Value::Object(_) => {
            serde_json::from_value(figure).map_err(|error| format!("the metric `{}`: {}", plain(key), plain(&error.to_string())))?
        }
        _ => return Err(format!("the metric `{}` must be a number, or an object with the keys `value` and `unit`", plain(key))),
    };
    Ok(Metric { name: name("the name of a metric", key)?, value, unit: plain(&unit) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn refused(list: &str, message: &str) {
        assert_eq!(read(list).unwrap_err(), message, "{list}");
    }

    #[test]
    fn a_list_is_told_from_a_text_in_brackets() {
        for list in ["[]", " \n[ ]", "[{", "[\n  {\"node\"", "[1]", "[\"a\"]", "[null]", "[true, ", "[[", "["] {
            assert!(is_list(list), "{list}");
        }
        for text in ["", "OK", "[OK] all is well", "[ WARNING ]", "[störung]", "{\"node\": 1}", "x []"] {
            assert!(!is_list(text), "{text}");
        }
    }

    #[test]
    fn a_row_needs_little_and_may_say_much() {
        let rows = read(
            r#"[{"node": "a", "state": "operational"},
                {"node": "b", "state": "unhealthy", "message": "lags\nbehind", "nodename": "Berlin", "elapsed": 0.25,
                 "metrics": {"lag": {"value": 12.5, "unit": "s"}, "queue": 3, "plain": {"value": 1}}},
                {"node": "c", "state": "down", "message": null, "nodename": "", "elapsed": null, "metrics": null},
                {"node": "d", "state": "unknown", "message": ""}]"#,
        )
        .unwrap();
        let metric = |name: &str, value, unit: &str| Metric { name: name.into(), value, unit: unit.into() };
        assert_eq!(rows[0], Observation::new("a", State::Operational));
        let mut told = rows[1].clone();
        told.metrics.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(
            told,
            Observation {
                node_name: Some("Berlin".into()),
                message: Some("lags behind".into()),
                elapsed: Some(Duration::from_millis(250)),
                metrics: vec![metric("lag", 12.5, "s"), metric("plain", 1.0, ""), metric("queue", 3.0, "")],
                ..Observation::new("b", State::Unhealthy)
            }
        );
        assert_eq!(rows[2..], [Observation::new("c", State::Down), Observation::new("d", State::Unknown)]);
        assert_eq!(read("[]"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_row() {
        refused(r#"[{"state": "down"}]"#, "row 1 of the list: missing field `node`");
        refused(r#"[{"node": "a", "state": "down"}, {"node": "b"}]"#, "row 2 of the list: missing field `state`");
        refused(
            r#"[{"node": "a", "state": "up"}]"#,
            "row 1 of the list: unknown variant `up`, expected one of `operational`, `unknown`, `unhealthy`, `down`",
        );
        refused(
            r#"[{"node": "a", "state": "down", "mesage": "x"}]"#,
            "row 1 of the list: unknown field `mesage`, expected one of `node`, `state`, `message`, `nodename`, `elapsed`, `metrics`",
        );
        refused(r#"[{"node": 7, "state": "down"}]"#, "row 1 of the list: invalid type: integer `7`, expected a string");
        refused(r#"[{"node": " ", "state": "down"}]"#, "row 1 of the list: `node` is empty");
        refused(
            &json!([{"node": "a".repeat(201), "state": "down"}]).to_string(),
            "row 1 of the list: `node` is longer than 200 characters",
        );
        for row in ["7", "null", r#""a""#, r#"["a", "down"]"#] {
            refused(&format!("[{row}]"), "row 1 of the list: expected an object with the keys `node` and `state`");
        }
        for elapsed in ["-1", "1e9"] {
            refused(
                &format!(r#"[{{"node": "a", "state": "down", "elapsed": {elapsed}}}]"#),
                "row 1 of the list: `elapsed` must be seconds, from 0 to 100000000",
            );
        }
        for (metrics, message) in [
            (r#"{"x": "1"}"#, "the metric `x` must be a number, or an object with the keys `value` and `unit`"),
            (r#"{"x": {"value": 1, "uni": "s"}}"#, "the metric `x`: unknown field `uni`, expected `value` or `unit`"),
            (r#"{"x": {"unit": "s"}}"#, "the metric `x`: missing field `value`"),
            (r#"{"": 1}"#, "the name of a metric is empty"),
            ("[1]", "invalid type: sequence, expected a map"),
        ] {
            refused(
                &format!(r#"[{{"node": "a", "state": "down", "metrics": {metrics}}}]"#),
                &format!("row 1 of the list: {message}"),
            );
        }
    }

    #[test]
    fn the_list_itself_may_be_wrong() {
        refused(
            r#"[{"node": "a", "state": "down"}, {"node": "b", "state": "down"}, {"node": "a", "state": "down"}]"#,
            "the rows 1 and 3 of the list are both of the node `a`",
        );
        refused("[{", "the list of rows is no valid JSON: EOF while parsing an object at line 1 column 2");
        refused("[]\nDebug: done", "the list of rows is no valid JSON: trailing characters at line 2 column 1");
        let rows = |count: usize| json!((0..count).map(|n| json!({"node": n.to_string(), "state": "down"})).collect::<Vec<_>>());
        assert_eq!(read(&rows(1000).to_string()).unwrap().len(), 1000);
        refused(&rows(1001).to_string(), "the list has 1001 rows, more than the 1000 that a service can have");
        let metrics: Map<String, Value> = (0..101).map(|n| (n.to_string(), n.into())).collect();
        refused(
            &json!([{"node": "a", "state": "down", "metrics": metrics}]).to_string(),
            "row 1 of the list: `metrics` has more than 100 entries",
        );
    }
}
