//! Every parser of text that others write, fed with anything. None may panic, exhaust the stack or run for ever.
//!
//! A normal run tries a few hundred inputs for each. With `PLATUS_FUZZ_SECONDS=3600 cargo test -p server --lib fuzzing` each one goes on
//! for that long. What is found is shrunk, printed, and kept in `proptest-regressions` to be tried again.

use crate::application;
use crate::config::{Config, general_entries};
use crate::foreign_text;
use crate::heartbeats::{Failure, Heartbeats};
use crate::notify::Template;
use crate::plugins::Registry;
use crate::plugins::fuzz as plugins;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{TestError, TestRunner};
use std::time::{Duration, Instant};

/// Inputs that a normal run tries.
const CASES: u32 = 256;

/// Longest input, in bytes, but for what a change adds.
const LONGEST: usize = 2_000;

/// What is put into inputs besides single bytes: what parsers treat in a way of its own.
const PIECES: [&str; 44] = [
    "\0",
    "\r\n",
    "\n",
    "\t",
    " ",
    "\"",
    "'",
    "\\",
    "\\u",
    "\\ud800",
    "{{",
    "}}",
    "{{#if title}}",
    "{{/if}}",
    "{{else}}",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    ";",
    "=",
    "|",
    "-",
    "+",
    "$",
    "..",
    "?",
    "*",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "\u{202e}",
    "\u{feff}",
    "ü",
    "9223372036854775808",
    "1e999",
    "NaN",
    "-0",
    "+262142-12-31T23:59:59Z",
];

/// One change of an input: where, how many bytes are taken away, and what comes in their place how often.
type Change = (Index, usize, Vec<u8>, usize);

fn input(corpus: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ];
    let times = prop_oneof![8 => Just(1usize), 1 => 2..40usize, 1 => 40..3_000usize];
    let change = (any::<Index>(), 0..12usize, piece, times);
    let changed = (select(corpus), vec(change, 0..10)).prop_map(|(seed, changes)| changed(seed, changes));
    prop_oneof![9 => changed, 1 => vec(any::<u8>(), 0..LONGEST)]
}

fn changed(seed: &str, changes: Vec<Change>) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for (place, taken, piece, times) in changes {
        let at = place.index(bytes.len() + 1);
        let end = (at + taken).min(bytes.len());
        bytes.splice(at..end, piece.repeat(times));
    }
    bytes
}

/// Headers, a line for each, and what follows an empty line. Lines that are no header are left out, as HTTP leaves them out.
pub(crate) fn headers_and_body(bytes: &[u8]) -> (HeaderMap, &[u8]) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(&line[..colon]), HeaderValue::from_bytes(line[colon + 1..].trim_ascii()))
        {
            headers.append(name, value);
        }
    }
    (headers, body)
}

/// Runs a parser until something is wrong or the time is over.
#[track_caller]
fn fuzz(corpus: &'static [&'static str], parse: fn(&[u8])) {
    corpus.iter().for_each(|seed| parse(seed.as_bytes()));
    let seconds = std::env::var("PLATUS_FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
    let end = Instant::now() + Duration::from_secs(seconds);
    let config = ProptestConfig { cases: CASES, source_file: Some(file!()), ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    loop {
        let result = runner.run(&input(corpus), |bytes| {
            parse(&bytes);
            Ok(())
        });
        match result {
            Ok(()) if Instant::now() >= end => return,
            Ok(()) => {}
            Err(TestError::Fail(why, bytes)) => panic!("{why}: {:?}", String::from_utf8_lossy(&bytes)),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
    }
}

/// The three files with a line of dashes between them, read and connected as at the start.
fn configuration(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut files = text.split("\n-----\n");
    let folder = tempfile::tempdir().unwrap();
    for name in ["config.yaml", "services.yaml", "users.yaml"] {
        std::fs::write(folder.path().join(name), files.next().unwrap_or_default()).unwrap();
    }
    match Config::load(&folder.path().join("config.yaml"), &|_| None) {
        Ok(config) => {
            application::services(&config, &Registry::built_in(), &Heartbeats::default(), None);
            general_entries(&config, |_, _| true);
        }
        Err(error) => drop(error.to_string()),
    }
}

fn template(bytes: &[u8]) {
    Template::of_text(&String::from_utf8_lossy(bytes)).ok();
}

fn json_body(bytes: &[u8]) {
    if let Ok(value) = crate::json::parse(&String::from_utf8_lossy(bytes)) {
        value.to_string();
        value.to_serde(crate::json::Number::to_serde);
    }
}

/// The end of what a job says of its failure.
fn heartbeat(bytes: &[u8]) {
    Failure::new(None, bytes);
}

/// An answer of a Redis server. The library parses it; what it makes of it is turned into messages.
fn resp(bytes: &[u8]) {
    match redis::parse_redis_value(bytes) {
        Ok(value) => foreign_text::message(&format!("{value:?}")),
        Err(error) => foreign_text::message(&error.to_string()),
    };
}

macro_rules! parsers {
    ($($name:ident: $parse:path, $corpus:expr;)*) => {
        $(#[test]
        fn $name() {
            fuzz(&$corpus, $parse);
        })*
    };
}

parsers! {
    configuration_files: configuration, [
        "check_interval: 5\npublic_url: https://p.example\nnotify_backend:\n  type: slack\n  data: {url: 'https://h.example/x'}\n  template: '{{title}}'\nmaintenance:\n  - {services: [a-*], hours: {days: sun, from: '02:00', to: '04:00', zone: Europe/Berlin}}\n  - {types: X, cron: '0 2 * * 6', lasts: 3600}\n  - {from: 2026-12-24 18:00, until: '2026-12-25T06:00:00+01:00'}\nretention: {raw: 2d}\n-----\na: {role: [dev], type: rest_http, interval: 10, timeout: 5, properties: {host: a.lan, port: 443, protocol: https}, data: {name: a, url: /h, search: 'a(?=b)', json: {$.a: {at_least: 1}}, max_elapsed: 0.5}}\nb: {type: exec, properties: {command: [true]}}\n-----\nadmin: {role: [admin], password: x}\n",
        "{}\n-----\na: &a {type: redis, properties: {host: r.lan, port: 6379}, data: {type: B, name: a}}\nb: *a\nc: {<<: *a, type: dns, properties: {host: d.lan}}\nd: {type: celery_worker, properties: {broker: 'redis://r/0'}}\ne: {type: mongodb, properties: {host: [m1, 'm2:1']}}\nf: {type: ping}\ng: {type: heartbeat, properties: {token: 0123456789abcdef}, data: {every: 1d}}\n-----\nu: {role: dev, password: $argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g}",
    ];
    templates: template, [
        "{{title}}",
        "{{#each alerts}}{{#unless @first}}, {{/unless}}{{name}}: {{#if seen}}{{{seen}}}{{else if link}}{{link}}{{else}}-{{/if}}{{/each}}",
        "{{#if (eq tone \"bad\")}}{{counts.down}}{{/if}} {{lookup alerts 0}} {{~#with counts~}}{{down}}{{/with}} {{! c }} {{!-- d --}} {{{{raw}}}}{{x}}{{{{/raw}}}}",
        "{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}} {{#> b}}{{> @partial-block}}{{/b}}",
    ];
    request_headers: crate::http::fuzz::headers, [
        "x-forwarded-for: 203.0.113.9, 10.0.0.1\nx-forwarded-proto: https\nx-forwarded-host: p.example",
        "forwarded: for=\"[2001:db8::1]:4711\";proto=https;host=\"p\\\"q\", for=_hidden, for=unknown",
        "x-forwarded-for: [::1]:80, 1.2.3.4:99, ,\nx-real-ip: 1.1.1.1",
    ];
    cookies: crate::http::fuzz::cookies, ["platus_session=e30", "a=b; platus_session=\"%00%ff\"; platus_session=x; =; ;"];
    orders: crate::http::fuzz::orders, [
        r#"{"kind": "silence", "services": ["a"], "comment": "c", "from": "+262142-12-31T00:00:00Z", "minutes": 4294967295}"#,
        r#"{"until": "2026-11-28T00:00:00+01:00", "comment": ""}"#,
        "2026-10-25T09:00:00 02:00", "-24h", "2026-10-25", "now", "1793000000",
    ];
    json_bodies: json_body, [r#"{"a": [1, -0.5e+10, "\ud83d\ude00\n", null, true, NaN, -Infinity], "b": {"c": 123456789012345678901234567890}}"#];
    answers_over_http: plugins::http_answer, [
        "content-type: text/html; charset=\"utf-16\"\ncontent-encoding: gzip, br, zstd, deflate\nset-cookie: a=b; Domain=.example; Path=/; Max-Age=99999999999999999999; Expires=Thu, 01 Jan 9999 00:00:00 GMT\n\n<meta charset='latin1'>",
        "content-encoding: identity\ncontent-type: application/xml\n\n<?xml version='1.0' encoding='shift_jis'?>",
    ];
    patterns: plugins::pattern, ["(?P<word>\\w+) (?P=word)\nsay say", "^(?!.*down)(a|aa)+(?<=b)\\1$\naaaaaaaaab", "{\"a\": [[{~&\\Z\n{\"a\": [[{"];
    expectations_of_json: plugins::json, [
        "{\"$.a[?@.b > 1 && match(@.c, 'x.*')]\": {\"at_least\": 1}, \"$..d\": 2}\n{\"a\": [{\"b\": 2, \"c\": \"xy\"}], \"d\": 2}",
        "{\"a\": {\"b\": [1, 2.0, \"x\"]}}\n{\"a\": {\"b\": [true, 2, \"x\"]}}",
    ];
    output_of_programs: plugins::output, [
        r#"[{"node": "a", "state": "down", "message": "m", "elapsed": "0:00:01", "metrics": {"x": 1, "y": {"value": 2, "unit": "s"}}}]"#,
        "[OK] all is well | 'a b'=1s;2;3;0;10 c=4%",
        "warning: x\n[{\"node\": \"a\", \"state\": \"ok\"}]",
    ];
    performance_data: plugins::performance_data, ["'a b'=1.5e+3s;2;3;0;10 c=-4%;;;0 d=U 'e''f'=.5B", "=1 a= b=1e c=1e+ d=+-1"];
    answers_of_workers: plugins::worker_answer, [
        r#"{"celery@host": {"ok": "pong"}}"#,
        "celery@host:\n  error: \"it\"\n",
        "\u{1}\u{3}w@h",
    ];
    bodies_of_heartbeats: heartbeat, ["copying\r\n  disk full \r\n\r\n"];
    answers_of_redis: resp, ["*2\r\n$3\r\nfoo\r\n:1\r\n", "%1\r\n+a\r\n_\r\n", "-ERR x\r\n", "*1\r\n*1\r\n*1\r\n:1\r\n", "$-1\r\n", "(3492890328409238509324850943850943825024385\r\n"];
}
