//! Fuzzes the parsers of this crate; see `test_support::fuzz`.

#[cfg(feature = "celery")]
use crate::celery_worker;
use crate::heartbeats::Failure;
use crate::{exec, rest_http};
use system::foreign_text;

fn json_body(bytes: &[u8]) {
    if let Ok(value) = json::parse(&String::from_utf8_lossy(bytes)) {
        value.to_string();
        value.to_serde(json::Number::to_serde);
    }
}

/// The text of a failed job.
fn heartbeat(bytes: &[u8]) {
    Failure::new(None, bytes);
}

/// An answer of a Redis server. The library parses it, and messages contain the result.
fn resp(bytes: &[u8]) {
    match redis::parse_redis_value(bytes) {
        Ok(value) => foreign_text::message(&format!("{value:?}")),
        Err(error) => foreign_text::message(&error.to_string()),
    };
}

test_support::parsers! {
    json_bodies: json_body, [r#"{"a": [1, -0.5e+10, "\ud83d\ude00\n", null, true, NaN, -Infinity], "b": {"c": 123456789012345678901234567890}}"#];
    answers_over_http: rest_http::fuzz::answer, [
        "content-type: text/html; charset=\"utf-16\"\ncontent-encoding: gzip, br, zstd, deflate\nset-cookie: a=b; Domain=.example; Path=/; Max-Age=99999999999999999999; Expires=Thu, 01 Jan 9999 00:00:00 GMT\n\n<meta charset='latin1'>",
        "content-encoding: identity\ncontent-type: application/xml\n\n<?xml version='1.0' encoding='shift_jis'?>",
    ];
    patterns: rest_http::fuzz::pattern, ["(?P<word>\\w+) (?P=word)\nsay say", "^(?!.*down)(a|aa)+(?<=b)\\1$\naaaaaaaaab", "{\"a\": [[{~&\\Z\n{\"a\": [[{", "((a**)*|[[b]])+(?=c)\naabc"];
    expectations_of_json: rest_http::fuzz::json, [
        "{\"$.a[?@.b > 1 && match(@.c, 'x.*')]\": {\"at_least\": 1}, \"$..d\": 2}\n{\"a\": [{\"b\": 2, \"c\": \"xy\"}], \"d\": 2}",
        "{\"$[?!(@.a[?search(@.b, 'c**(d)')] && (length(@.e) > 1))]\": {\"count\": 1}}\n[{\"a\": [{\"b\": \"cd\"}], \"e\": \"f\"}]",
        "{\"a\": {\"b\": [1, 2.0, \"x\"]}}\n{\"a\": {\"b\": [true, 2, \"x\"]}}",
    ];
    output_of_programs: exec::fuzz::output, [
        r#"[{"node": "a", "state": "down", "message": "m", "elapsed": "0:00:01", "metrics": {"x": 1, "y": {"value": 2, "unit": "s"}}}]"#,
        "[OK] all is well | 'a b'=1s;2;3;0;10 c=4%",
        "warning: x\n[{\"node\": \"a\", \"state\": \"ok\"}]",
    ];
    performance_data: exec::fuzz::performance_data, ["'a b'=1.5e+3s;2;3;0;10 c=-4%;;;0 d=U 'e''f'=.5B", "=1 a= b=1e c=1e+ d=+-1"];
    bodies_of_heartbeats: heartbeat, ["copying\r\n  disk full \r\n\r\n"];
    answers_of_redis: resp, ["*2\r\n$3\r\nfoo\r\n:1\r\n", "%1\r\n+a\r\n_\r\n", "-ERR x\r\n", "*1\r\n*1\r\n*1\r\n:1\r\n", "$-1\r\n", "(3492890328409238509324850943850943825024385\r\n"];
}

#[cfg(feature = "celery")]
test_support::parsers! {
    answers_of_workers: celery_worker::fuzz::answer, [
        r#"{"celery@host": {"ok": "pong"}}"#,
        "celery@host:\n  error: \"it\"\n",
        "\u{1}\u{3}w@h",
    ];
    frames_of_brokers: celery_worker::fuzz::frame, [
        "A\0\0\0\u{1e}A\0\0\0\u{19}A\0\0\0\u{14}A\0\0\0\u{f}A\0\0\0\u{a}A\0\0\0\u{5}A\0\0\0\0",
        "F\0\0\0\u{19}\u{1}aS\0\0\0\u{1}b\u{1}cF\0\0\0\u{7}\u{1}dt\u{1}\u{1}eV\u{1}fI\0\0\0\0",
    ];
}
