//! The rows that a program prints as a list in JSON: `[{"node": "a", "state": "operational"}, …]`. What a plugin of the original
//! returned, with `type`, `name` and `checked`, is one as well.

use crate::plugins::plain_text::plain;
use crate::plugins::{Metric, Observation};
use crate::python_format::read_timedelta;
use app::model::State;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::time::Duration;

const MOST_ROWS: usize = 1000;
const MOST_METRICS: usize = 100;

/// Longest name of a node or figure, in characters.
const LONGEST_NAME: usize = 200;

/// A figure of seconds that is larger, over three years, is one of something else.
const LONGEST_ELAPSED: f64 = 1e8;

/// Reads the list. One row that is wrong makes the whole of it wrong, since nobody knows then what the program meant; the error says
/// which row and what to change.
pub(super) fn read(list: Vec<Value>) -> Result<Vec<Observation>, String> {
    if list.is_empty() {
        return Err(
            "the program printed a list without rows, so nothing is known of any node; if that is all right, let it print a \
                    row that says so"
                .to_owned(),
        );
    }
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
    /// Seconds, or the text that Python makes of a duration.
    elapsed: Option<Value>,
    metrics: Option<Map<String, Value>>,
    // Further keys of the rows of the original. The service says its own type and name, and Platus knows when it has checked.
    #[serde(rename = "type")]
    _type: Option<IgnoredAny>,
    #[serde(rename = "name")]
    _name: Option<IgnoredAny>,
    #[serde(rename = "checked")]
    _checked: Option<IgnoredAny>,
    #[serde(rename = "last_state")]
    _last_state: Option<IgnoredAny>,
    #[serde(rename = "retries")]
    _retries: Option<IgnoredAny>,
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
        let elapsed = self.elapsed.as_ref().map(elapsed).transpose()?;
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

fn elapsed(value: &Value) -> Result<Duration, String> {
    let duration = match value {
        Value::String(text) => read_timedelta(text),
        value => value.as_f64().filter(|seconds| *seconds >= 0.0).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
    };
    let known = duration.filter(|duration| duration.as_secs_f64() <= LONGEST_ELAPSED);
    known.ok_or_else(|| format!("`elapsed` must be seconds, from 0 to {LONGEST_ELAPSED}, or a text such as `0:00:00.729046`"))
}

fn metrics(figures: Map<String, Value>) -> Result<Vec<Metric>, String> {
    if figures.len() > MOST_METRICS {
        return Err(format!("`metrics` has more than {MOST_METRICS} entries"));
    }
    // What is no number, as Python prints `NaN`, is no figure.
    figures.into_iter().filter(|(_, figure)| !figure.is_null()).map(|(key, figure)| metric(&key, figure)).collect()
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

    fn read(list: &str) -> Result<Vec<Observation>, String> {
        super::read(serde_json::from_str(list).unwrap())
    }

    #[track_caller]
    fn refused(list: &str, message: &str) {
        assert_eq!(read(list).unwrap_err(), message, "{list}");
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
    }

    #[test]
    fn a_row_of_the_original_is_a_row() {
        let row = |elapsed: Value| {
            json!([{"type": "App", "name": "myapp01", "node": "host", "state": "unhealthy", "checked": "2017-04-30 16:58:04.687229",
                    "elapsed": elapsed, "last_state": "operational", "retries": 18}])
        };
        let seen = |elapsed| read(&row(elapsed).to_string()).map(|mut rows| rows.remove(0));
        let expected = Observation::new("host", State::Unhealthy).with_elapsed(Duration::from_micros(729_046));
        assert_eq!(seen(json!("0:00:00.729046")), Ok(expected.clone()));
        assert_eq!(seen(json!(0.729046)), Ok(expected));
        assert_eq!(seen(Value::Null).unwrap().elapsed, None);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_row() {
        refused(
            "[]",
            "the program printed a list without rows, so nothing is known of any node; if that is all right, let it print a row that \
             says so",
        );
        refused(r#"[{"state": "down"}]"#, "row 1 of the list: missing field `node`");
        refused(r#"[{"node": "a", "state": "down"}, {"node": "b"}]"#, "row 2 of the list: missing field `state`");
        refused(
            r#"[{"node": "a", "state": "up"}]"#,
            "row 1 of the list: unknown variant `up`, expected one of `operational`, `unknown`, `unhealthy`, `down`",
        );
        refused(
            r#"[{"node": "a", "state": "down", "mesage": "x"}]"#,
            "row 1 of the list: unknown field `mesage`, expected one of `node`, `state`, `message`, `nodename`, `elapsed`, `metrics`, \
             `type`, `name`, `checked`, `last_state`, `retries`",
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
        for elapsed in ["-1", "1e9", "true", r#""soon""#, r#""1200 days, 0:00:00""#] {
            refused(
                &format!(r#"[{{"node": "a", "state": "down", "elapsed": {elapsed}}}]"#),
                "row 1 of the list: `elapsed` must be seconds, from 0 to 100000000, or a text such as `0:00:00.729046`",
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
