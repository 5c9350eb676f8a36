//! JSON as real servers write it, compared with what stands in a file.

use super::*;
use checks::CheckConfig;
use checks::{CheckTypes, Host};
use std::time::Duration;
use yaml::{Located, Location};

/// Looks at a body with `data` as it stands in `services.yaml`.
async fn look_at(body: &[u8], data: &str) -> Result<Observation, String> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    let server = OddServer::answering([head.as_bytes(), body].concat());
    let parse = |text: &str| yaml::parse("services.yaml", text).unwrap();
    let location = Location { file: "services.yaml".into(), line: 1, column: 1 };
    let check = CheckConfig {
        plugin: Located { value: "rest_http".to_owned(), location },
        properties: parse(&at_odd(&server, json!({})).to_string()),
        data: parse(data),
    };
    let check = CheckTypes::built_in().connect(&check, &Host::new("service", "node", Duration::from_secs(10))).unwrap();
    observe(check.as_ref()).await
}

#[tokio::test]
async fn numbers_are_compared_digit_by_digit() {
    let body = br#"{"id": 9007199254740993, "long": 123456789012345678901234567890123456789012, "large": 1e400, "price": 19.90}"#;
    for data in [
        "search: {id: 9007199254740993, long: 123456789012345678901234567890123456789012, price: 19.9}",
        "json: {$.id: 9007199254740993, $.long: 123456789012345678901234567890123456789012, $.large: {greater_than: 1}}",
        "json: {$.id: {greater_than: 9007199254740992, less_than: 9007199254740994}}",
        "search: 123456789012345678901234567890123456789012",
        "search: 19.90",
    ] {
        assert_operational(look_at(body, data).await);
    }
    for (data, message) in [
        ("search: {id: 9007199254740992}", "id is 9007199254740993, expected 9007199254740992"),
        ("search: {id: 9007199254740992.0}", "id is 9007199254740993, expected 9007199254740992.0"),
        (
            "json: {$.long: 123456789012345678901234567890123456789013}",
            "expected $.long = 123456789012345678901234567890123456789013, got 123456789012345678901234567890123456789012",
        ),
        ("json: {$.id: {less_than: 9007199254740993}}", "expected $.id < 9007199254740993, got 9007199254740993"),
    ] {
        assert_seen(look_at(body, data).await, State::Unhealthy, message);
    }
}

#[tokio::test]
async fn values_are_equal_when_they_are_so_in_python() {
    let body = br#"{"ready": true, "count": 1.0, "flags": [0, {"on": 1}]}"#;
    assert_operational(look_at(body, "search: {ready: 1, count: 1, flags: [False, {on: yes}]}").await);
    assert_operational(look_at(body, "search: {ready: 1.0, count: true}").await);
    assert_seen(look_at(body, "search: {ready: 2}").await, State::Unhealthy, "ready is true, expected 2");
    assert_seen(look_at(body, "search: {ready: '1'}").await, State::Unhealthy, r#"ready is true, expected "1""#);
}

#[tokio::test]
async fn what_python_reads_is_read() {
    let text = r#"{"status": "ok", "name": "grün"}"#;
    let wide = |mark: &str| format!("{mark}{text}").encode_utf16().collect::<Vec<_>>();
    let wider = |mark: &str| format!("{mark}{text}").chars().map(u32::from).collect::<Vec<_>>();
    let bodies: Vec<Vec<u8>> = vec![
        format!("\u{feff}{text}").into(),
        wide("").into_iter().flat_map(u16::to_le_bytes).collect(),
        wide("").into_iter().flat_map(u16::to_be_bytes).collect(),
        wide("\u{feff}").into_iter().flat_map(u16::to_le_bytes).collect(),
        wide("\u{feff}").into_iter().flat_map(u16::to_be_bytes).collect(),
        wider("").into_iter().flat_map(u32::to_le_bytes).collect(),
        wider("").into_iter().flat_map(u32::to_be_bytes).collect(),
        wider("\u{feff}").into_iter().flat_map(u32::to_le_bytes).collect(),
        wider("\u{feff}").into_iter().flat_map(u32::to_be_bytes).collect(),
        r#"{"status": "ok", "name": "grün", "half": "\ud83d", "other": "\udc00x"}"#.into(),
        r#"{"status": "ok", "name": "grün", "numbers": [NaN, Infinity, -Infinity, 1e400, -1E+999]}"#.into(),
        r#"{"status": "down", "name": "gr\u00fcn", "status": "ok"}"#.into(),
        format!(r#"{{"status": "ok", "name": "grün", "deep": {}{}}}"#, "[".repeat(900), "]".repeat(900)).into(),
    ];
    for body in bodies {
        for data in ["search: {status: ok, name: grün}", "json: {$.status: ok, $.name: {length: 4}}"] {
            let seen = look_at(&body, data).await;
            assert_eq!(seen.as_ref().ok().map(|seen| seen.state), Some(State::Operational), "{body:?}: {seen:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_json_is_said_with_its_place() {
    let deep = format!("[{}", "[".repeat(2000));
    for (body, reason) in [
        ("{\n  \"status\": \"ok\",\n}", "line 3, column 1: expected a name in double quotes"),
        ("{'status': 'ok'}", "line 1, column 2: expected a name in double quotes"),
        ("<html>sorry</html>", "line 1, column 1: expected a value"),
        ("{\"status\": \"ok\"", "line 1, column 16: expected `,` or `}`, but the text ends"),
        (&deep, "line 1, column 1001: nested deeper than 1000 levels"),
    ] {
        let searched = look_at(body.as_bytes(), "search: {status: ok}").await;
        assert_seen(searched, State::Unhealthy, &format!("the body is not a JSON object ({reason})"));
        let compared = look_at(body.as_bytes(), "json: {$.status: ok}").await;
        assert_seen(compared, State::Unhealthy, &format!("expected a body in JSON, got something else ({reason})"));
    }
}
