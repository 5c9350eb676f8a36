//! Programs that print a list of rows.

use super::{look, python, shell};
use crate::looking::{assert_unknown, look as look_at_all};
use app::model::State;
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
async fn an_empty_list_is_a_service_without_nodes() {
    assert_eq!(look_at_all("exec", &shell("echo '[]'"), &json!({})).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_list_that_is_wrong_makes_one_unknown_row() {
    for (script, message) in [
        ("echo '[{\"node\": \"a\"}]'", "row 1 of the list: missing field `state`"),
        ("echo '[{'", "the list of rows is no valid JSON: EOF while parsing an object at line 2 column 0"),
        ("echo '[]'; echo done", "the list of rows is no valid JSON: trailing characters at line 2 column 1"),
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
