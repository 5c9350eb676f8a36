//! Programs that print a list of rows.

use super::{look, python, shell, with};
use crate::looking::{assert_seen, assert_unknown, look as look_at_all};
use model::State;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn each_entry_of_a_list_is_a_row() {
    let script = "
import json, sys
json.dump([
    {'node': 'a', 'state': 'operational', 'elapsed': 0.5, 'metrics': {'lag': {'value': 2.5, 'unit': 's'}, 'queue': 3}},
    {'node': 'b', 'nodename': 'Berlin', 'state': 'unhealthy', 'message': 'lags behind'},
    {'node': 'c', 'state': 'down'},
    {'node': 'd', 'state': 'unknown', 'message': 'nobody there'},
], sys.stdout, indent=2)
print('a warning', file=sys.stderr)
sys.exit(2)
";
    let rows = look_at_all("exec", &python(script), &json!({})).await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.node.as_str(), row.state, row.message.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("a", State::Operational, None),
            ("b", State::Unhealthy, Some("lags behind")),
            ("c", State::Down, None),
            ("d", State::Unknown, Some("nobody there"))
        ]
    );
    assert_eq!((rows[0].elapsed, rows[1].elapsed), (Some(Duration::from_millis(500)), None));
    assert_eq!(rows[1].node_name.as_deref(), Some("Berlin"));
    let metrics: Vec<_> = rows[0].metrics.iter().map(|metric| (metric.name.as_str(), metric.value, metric.unit.as_str())).collect();
    assert!(metrics.contains(&("lag", 2.5, "s")) && metrics.contains(&("queue", 3.0, "")), "{metrics:?}");
}

#[tokio::test]
async fn a_list_that_is_wrong_makes_one_unknown_row() {
    for (script, message) in [
        (
            "echo '[]'",
            "the program printed a list without rows, so nothing is known of any node; if that is all right, let it print a row that \
             says so",
        ),
        (
            "echo '[{\"node\": \"a\"}]'",
            "row 1 of the list: the key `state` is missing: `operational`, `unhealthy`, `down` or `unknown`",
        ),
        ("echo '[{'", "the list of rows is no valid JSON: EOF while parsing an object at line 1 column 2"),
        ("echo '[]'; echo done", "there is other text behind the list of rows; print nothing but the list on standard output"),
        (
            "echo '[{\"node\": \"a\", \"state\": \"down\"}, {\"node\": \"a\", \"state\": \"down\"}]'",
            "the rows 1 and 2 of the list are both of the node `a`",
        ),
        ("echo '[]'; exit 4", "exit code 4, which is none of 0, 1, 2, 3, so the rows that it printed are not used"),
        ("echo '[]'; kill -9 $$", "ended by signal 9 (SIGKILL), so the rows that it printed are not used"),
    ] {
        assert_unknown(look(shell(script)).await, message);
    }
    let many = python("import json; print(json.dumps([{'node': str(n), 'state': 'down'} for n in range(1001)]))");
    assert_unknown(look(many).await, "the list has 1001 rows, more than the 1000 that a service can have");
}

/// Python writes with a mark, blanks or another line end, PowerShell in UTF-16, and C its NUL: the node is down all the same.
#[tokio::test]
async fn what_stands_around_a_list_does_not_hide_it() {
    let list = r#"[{"node": "a", "state": "down"}]"#;
    for encode in [
        "('\\ufeff' + L).encode()",
        "('\\ufeff\\r\\n\\ufeff ' + L).encode()",
        "L.encode('utf-16')",
        "('\\ufeff' + L).encode('utf-16-be')",
        "L.encode('utf-16-le')",
        "b'\\0' + L.encode() + b'\\0'",
        "b'\\xff' + L.encode() + b'\\xff\\n'",
        "L.replace(' ', '\\r').encode()",
    ] {
        let script = format!("import sys; L = '{list}'; sys.stdout.buffer.write({encode})");
        let rows = look_at_all("exec", &python(&script), &json!({})).await.unwrap_or_else(|error| panic!("{encode}: {error}"));
        assert_eq!((rows[0].node.as_str(), rows[0].state), ("a", State::Down), "{encode}");
    }
}

/// The exit code of such a program is 0, so that as text it would be operational.
#[tokio::test]
async fn a_list_beside_other_text_is_never_taken_for_text() {
    let list = r#"[{\"node\": \"a\", \"state\": \"down\"}]"#;
    for (print, place) in [
        (format!("print('warning: old'); print(\"{list}\")"), "before"),
        (format!("print('[INFO] begins'); print(\"\\ufeff{list}\"); print('[INFO] ends')"), "before"),
        (format!("print(\"{list}\"); print('done')"), "behind"),
        (format!("print(\"{list}\"[1:-1]); print(\"{list}\"[1:-1])"), "behind"),
    ] {
        let message = format!("there is other text {place} the list of rows; print nothing but the list on standard output");
        assert_unknown(look(with(python(&print), "env", json!({"PYTHONIOENCODING": "utf-8"}))).await, &message);
    }
    let repr = "print([{'node': 'a', 'state': 'down'}])";
    let message = "the list of rows is no valid JSON: key must be a string at line 1 column 3";
    assert_unknown(look(python(repr)).await, message);
}

#[tokio::test]
async fn text_that_begins_with_a_bracket_is_judged_by_its_exit_code() {
    for text in ["[!] CRITICAL: disk full", "[1/3] ok", "[2026-11-28 19:00] late", "[1]", "{disk: full}", r#"{"status": "bad"}"#] {
        for (code, state) in [(0, State::Operational), (1, State::Unhealthy), (2, State::Down), (3, State::Unknown)] {
            assert_seen(look(shell(&format!("echo '{text}'; exit {code}"))).await, state, text);
        }
    }
    let marked = "import sys; sys.stdout.buffer.write('\\ufeffDISK OK | /=1MB'.encode()); sys.exit(1)";
    assert_seen(look(python(marked)).await, State::Unhealthy, "DISK OK");
}

/// As the README of the original shows it.
#[tokio::test]
async fn what_a_plugin_of_the_original_returned_is_a_row() {
    let status = "
import json
from datetime import datetime, timedelta
status = {'type': 'App', 'name': 'myapp01', 'node': 'host.lan', 'state': 'down', 'checked': str(datetime.now()),
          'elapsed': str(timedelta(seconds=0.729046))}
";
    for print in ["print(json.dumps(status))", "print(json.dumps([status]))"] {
        let seen = look(python(&format!("{status}{print}"))).await.unwrap();
        assert_eq!((seen.node.as_str(), seen.state, seen.message), ("host.lan", State::Down, None));
        assert_eq!(seen.elapsed, Some(Duration::from_micros(729_046)));
    }
    let silent = look(python(&format!("{status}del status['elapsed']\nprint(json.dumps(status))"))).await.unwrap();
    assert_eq!((silent.state, silent.elapsed), (State::Down, None));
}
