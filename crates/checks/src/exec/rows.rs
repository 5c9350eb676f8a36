//! Rows that a program prints as a list in JSON: `[{"node": "a", "state": "operational"}, …]`. Rows of the original's plugins,
//! with `type`, `name` and `checked`, are accepted, too.

use crate::plain_text::plain;
use crate::{Metric, Observation};
use model::State;
use model::python_format::read_timedelta;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::time::Duration;

const MOST_ROWS: usize = 1000;
const MOST_METRICS: usize = 100;

/// Maximum length of the name of a node or metric, in characters.
const LONGEST_NAME: usize = 200;

/// Maximum of `elapsed` in seconds, over three years. More is not a duration in seconds.
const LONGEST_ELAPSED: f64 = 1e8;

/// Reads the list. One invalid row invalidates the list, since the meaning of the others is then uncertain. The error names the
/// row and the remedy.
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
        let row = observation(row).map_err(|what| format!("row {place} of the list: {what}"))?;
        if let Some(first) = places.insert(row.node.clone(), place) {
            return Err(format!("the rows {first} and {place} of the list are both of the node `{}`", row.node));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The allowed keys of a row. The last five are those of the original and are ignored.
const KEYS: [&str; 11] =
    ["node", "state", "message", "nodename", "elapsed", "metrics", "type", "name", "checked", "last_state", "retries"];

fn observation(row: Value) -> Result<Observation, String> {
    let Value::Object(row) = row else { return Err("expected an object with the keys `node` and `state`".to_owned()) };
    if let Some(strange) = row.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let known: Vec<_> = KEYS.iter().take(6).map(|key| format!("`{key}`")).collect();
        let known = known.join(", ");
        return Err(format!("the key `{}` is not known; a row has {known}", plain(strange)));
    }
    let node = text(&row, "node")?.ok_or("the key `node` is missing: the name of the row")?;
    let node = name("`node`", node)?;
    let state = text(&row, "state")?.ok_or("the key `state` is missing: `operational`, `unhealthy`, `down` or `unknown`")?;
    let state = State::BY_URGENCY
        .into_iter()
        .find(|known| known.as_str() == state)
        .ok_or_else(|| format!("`state` must be `operational`, `unhealthy`, `down` or `unknown`, not `{}`", plain(state)))?;
    let node_name = text(&row, "nodename")?.filter(|name| !name.is_empty());
    Ok(Observation {
        node_name: node_name.map(|text| name("`nodename`", text)).transpose()?,
        message: text(&row, "message")?.map(plain).filter(|message| !message.is_empty()),
        elapsed: present(&row, "elapsed").map(elapsed).transpose()?,
        metrics: present(&row, "metrics").map(metrics).transpose()?.unwrap_or_default(),
        ..Observation::new(node, state)
    })
}

/// The value of a key. Null counts as absent.
fn present<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, String> {
    let Some(value) = present(object, key) else { return Ok(None) };
    value.as_str().map(Some).ok_or_else(|| format!("`{key}` must be a text, not {}", kind(value)))
}

/// Describes a value in a message.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
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

fn metrics(figures: &Value) -> Result<Vec<Metric>, String> {
    let figures = figures.as_object().ok_or_else(|| format!("`metrics` must be an object, not {}", kind(figures)))?;
    if figures.len() > MOST_METRICS {
        return Err(format!("`metrics` has more than {MOST_METRICS} entries"));
    }
    // `NaN`, as Python prints it, arrives as null and is skipped.
    figures.iter().filter(|(_, figure)| !figure.is_null()).map(|(key, figure)| metric(key, figure)).collect()
}

/// A number, or an object with a value and a unit.
fn metric(key: &str, figure: &Value) -> Result<Metric, String> {
    let wrong = |what: &str| format!("the metric `{}` {what}", plain(key));
    let number = |value: &Value| value.as_number().map(|number| number.as_f64().unwrap_or(f64::NAN));
    let (value, unit) = match figure {
        Value::Object(figure) => {
            if let Some(strange) = figure.keys().find(|key| !["value", "unit"].contains(&key.as_str())) {
                return Err(wrong(&format!(
                    "has the key `{}`, which is not known; it may have `value` and `unit`",
                    plain(strange)
                )));
            }
            let value = figure.get("value").and_then(number).ok_or_else(|| wrong("needs a number in the key `value`"))?;
            let unit = figure.get("unit").map_or(Some(""), Value::as_str).ok_or_else(|| wrong("needs a text in the key `unit`"))?;
            (value, unit)
        }
        figure => {
            let value = number(figure).ok_or_else(|| wrong("must be a number, or an object with the keys `value` and `unit`"))?;
            (value, "")
        }
    };
    Ok(Metric::new(name("the name of a metric", key)?, value, plain(unit)))
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
        assert_eq!(rows[0], Observation::new("a", State::Operational));
        let mut second = rows[1].clone();
        second.metrics.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(
            second,
            Observation {
                node_name: Some("Berlin".into()),
                message: Some("lags behind".into()),
                elapsed: Some(Duration::from_millis(250)),
                metrics: vec![Metric::new("lag", 12.5, "s"), Metric::new("plain", 1.0, ""), Metric::new("queue", 3.0, "")],
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
    fn what_is_wrong_is_reported_with_its_row() {
        refused(
            "[]",
            "the program printed a list without rows, so nothing is known of any node; if that is all right, let it print a row that \
             says so",
        );
        refused(r#"[{"state": "down"}]"#, "row 1 of the list: the key `node` is missing: the name of the row");
        refused(
            r#"[{"node": "a", "state": "down"}, {"node": "b"}]"#,
            "row 2 of the list: the key `state` is missing: `operational`, `unhealthy`, `down` or `unknown`",
        );
        refused(
            r#"[{"node": "a", "state": "up"}]"#,
            "row 1 of the list: `state` must be `operational`, `unhealthy`, `down` or `unknown`, not `up`",
        );
        refused(
            r#"[{"node": "a", "state": "down", "mesage": "x"}]"#,
            "row 1 of the list: the key `mesage` is not known; a row has `node`, `state`, `message`, `nodename`, `elapsed`, `metrics`",
        );
        refused(r#"[{"node": 7, "state": "down"}]"#, "row 1 of the list: `node` must be a text, not the number 7");
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
            (
                r#"{"x": {"value": 1, "uni": "s"}}"#,
                "the metric `x` has the key `uni`, which is not known; it may have `value` and `unit`",
            ),
            (r#"{"x": {"unit": "s"}}"#, "the metric `x` needs a number in the key `value`"),
            (r#"{"": 1}"#, "the name of a metric is empty"),
            ("[1]", "`metrics` must be an object, not a list"),
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
