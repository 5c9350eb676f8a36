use proptest::prelude::{ProptestConfig, proptest};
use serde::Deserialize;
use std::collections::BTreeMap;
use yaml::{Node, Secret, parse};

#[track_caller]
fn json(text: &str) -> String {
    let node = parse("file.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    node.read::<serde_json::Value>().unwrap().to_string()
}

#[track_caller]
fn error(text: &str) -> String {
    parse("file.yaml", text).unwrap_err().to_string()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Properties {
    host: String,
    #[serde(default)]
    port: u16,
    timeout: Option<f64>,
    #[serde(default)]
    verify: bool,
    protocol: Option<Protocol>,
    password: Option<Secret>,
    #[serde(default)]
    request_headers: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    Http,
    Https,
}

#[track_caller]
fn properties(text: &str) -> Properties {
    parse("file.yaml", text).unwrap().read().unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn wrong_properties(text: &str) -> String {
    parse("file.yaml", text).unwrap().read::<Properties>().unwrap_err().to_string()
}

#[test]
fn scalars_are_read_as_pyyaml_reads_them() {
    for (text, expected) in [
        ("a: True", r#"{"a":true}"#),
        ("a: yes", r#"{"a":true}"#),
        ("a: 'yes'", r#"{"a":"yes"}"#),
        ("a: \"yes\"", r#"{"a":"yes"}"#),
        ("a: !!str yes", r#"{"a":"yes"}"#),
        ("a: !!int \"5\"", r#"{"a":5}"#),
        ("a: 443", r#"{"a":443}"#),
        ("a: -1.5", r#"{"a":-1.5}"#),
        ("a: ~", r#"{"a":null}"#),
        ("a:", r#"{"a":null}"#),
        ("a: ''", r#"{"a":""}"#),
        ("a: |\n  one\n  two\n", r#"{"a":"one\ntwo\n"}"#),
        ("a: |\n  one", r#"{"a":"one"}"#),
        ("a: >-\n  one\n  two\n", r#"{"a":"one two"}"#),
        ("a: one\n  two", r#"{"a":"one two"}"#),
        ("8080: x", r#"{"8080":"x"}"#),
        ("a: [1, x, {b: no}]", r#"{"a":[1,"x",{"b":false}]}"#),
        ("a: été # comment", r#"{"a":"été"}"#),
        ("---\na: 1\n...\n", r#"{"a":1}"#),
    ] {
        assert_eq!(json(text), expected, "{text:?}");
    }
}

#[test]
fn byte_order_mark_and_windows_line_ends_are_tolerated() {
    assert_eq!(json("\u{feff}a: 1\r\nb: |\r\n  one\r\n  two\r\n"), r#"{"a":1,"b":"one\ntwo\n"}"#);
    assert_eq!(error("\u{feff}a: 1\r\na: 2\r\n"), error("a: 1\na: 2\n"));
}

#[test]
fn tags_of_plain_python_values_are_read_as_what_they_hold() {
    for (text, expected) in [
        ("a: !!python/unicode 'x'", r#"{"a":"x"}"#),
        ("!!python/unicode 'a': !!python/str yes", r#"{"a":"yes"}"#),
        ("a: !!python/none x", r#"{"a":null}"#),
        ("a: !!null ''", r#"{"a":null}"#),
        ("a: !!python/bool 'True'", r#"{"a":true}"#),
        ("a: !!python/int '5'", r#"{"a":5}"#),
        ("a: !!python/long 5", r#"{"a":5}"#),
        ("a: !!python/float '1.5'", r#"{"a":1.5}"#),
        ("a: !!float 5", r#"{"a":5.0}"#),
        ("a: !!python/tuple [dev, ops]", r#"{"a":["dev","ops"]}"#),
        ("a: !!python/list [1]", r#"{"a":[1]}"#),
        ("a: !!python/dict {b: 1}", r#"{"a":{"b":1}}"#),
        ("a: !!set {dev, ops}", r#"{"a":["dev","ops"]}"#),
        ("a: !!binary |\n  aGVs\n  bG8=\n", r#"{"a":"hello"}"#),
        ("a: !!timestamp 2017-04-30", r#"{"a":"2017-04-30"}"#),
        ("a: !<tag:yaml.org,2002:python/unicode> x", r#"{"a":"x"}"#),
    ] {
        assert_eq!(json(text), expected, "{text:?}");
    }
}

#[test]
fn anchors_and_merge_keys_are_filled_in() {
    let anchored = "base: &base {host: a, port: 1}\n";
    assert_eq!(json(&format!("{anchored}x: *base")), r#"{"base":{"host":"a","port":1},"x":{"host":"a","port":1}}"#);
    assert_eq!(
        json(&format!("{anchored}x: {{<<: *base, port: 2}}")),
        r#"{"base":{"host":"a","port":1},"x":{"port":2,"host":"a"}}"#
    );
    assert_eq!(
        json("a: &a {k: 1}\nb: &b {k: 2, l: 2}\nx: {<<: [*a, *b], m: 3}"),
        r#"{"a":{"k":1},"b":{"k":2,"l":2},"x":{"m":3,"k":1,"l":2}}"#
    );
    assert_eq!(json("x: {'<<': 1}"), r#"{"x":{"<<":1}}"#);
    assert_eq!(
        error("x: {<<: 1}"),
        "file.yaml:1:9: expected a map or a list of maps after the merge key `<<`, found a whole number"
    );
}

#[test]
fn what_is_no_document_of_ours_is_told_with_its_place() {
    for (text, expected) in [
        ("", "file.yaml:1:1: the file holds nothing; write `{}` if it is to be empty"),
        ("# comment\n", "file.yaml:1:1: the file holds nothing; write `{}` if it is to be empty"),
        ("- a\n", "file.yaml:1:1: expected a map of keys and values (`key: value` on each line), found a list"),
        ("hello", "file.yaml:1:1: expected a map of keys and values (`key: value` on each line), found text"),
        ("a: 1\n---\nb: 2\n", "file.yaml:2:1: a second document begins here, but a file holds one; remove the line `---`"),
        (
            "a:\n  b: 1\n  c: 2\n  b: 3\n",
            "file.yaml:4:3: the key `b` stands here again, first at file.yaml:2:3; remove one or rename it",
        ),
        (
            "a: !!python/object/apply:os.system [ls]",
            "file.yaml:1:36: the tag `!!python/object/apply:os.system` is not allowed here; write a plain value",
        ),
        (
            "a: !!python/object:os.x {b: 1}",
            "file.yaml:1:25: the tag `!!python/object:os.x` is not allowed here; write a plain value",
        ),
        (
            "a: !!python/name:os.system ''",
            "file.yaml:1:28: the tag `!!python/name:os.system` is not allowed here; write a plain value",
        ),
        ("a: !!python/tuple x", "file.yaml:1:19: the tag `!!python/tuple` is not allowed here; write a plain value"),
        ("a: !!binary MARKER!", "file.yaml:1:13: expected UTF-8 text in base64 after the tag `!!binary`"),
        ("a: !secret x", "file.yaml:1:12: the tag `!secret` is not allowed here; write a plain value"),
        ("a: !!int MARKER", "file.yaml:1:10: the tag `!!int` is not allowed here; write a plain value"),
        ("? [a]\n: 1", "file.yaml:1:3: a key must be a single word or number, not a list or a map"),
        ("a: &x [*x]", "file.yaml:1:8: this alias stands within the value that it means; write the value out"),
    ] {
        assert_eq!(error(text), expected, "{text:?}");
    }
    for text in ["a: *nowhere", "a: [1", "a: 'x", "a: b: c", "a:\n\tb: 1", "a: {b", "a: 1\n b: 2"] {
        let error = error(text);
        assert!(error.starts_with("file.yaml:") && error.contains("no valid YAML: "), "{text:?}: {error}");
    }
}

#[test]
fn documents_that_multiply_themselves_are_refused() {
    let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    let mut tower = "a0: &a0 [x]\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        laughs.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{below}"); 10].join(", ")));
        tower.push_str(&format!("a{level}: &a{level} [[[[[*a{below}]]]]]\n"));
    }
    let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (text, expected) in [
        (laughs, "takes more than 128 MiB; use fewer aliases"),
        (tower, "nested more than 32 levels deep"),
        (deep, "recursion limit exceeded"),
    ] {
        let error = error(&text);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_number_is_its_text_where_text_is_wanted() {
    for (text, expected) in [("0123", "0123"), ("1.10", "1.10"), ("yes", "yes"), ("1e999", "1e999"), ("0x1F", "0x1F"), ("'q'", "q")]
    {
        assert_eq!(properties(&format!("host: {text}")).host, expected);
        assert_eq!(properties(&format!("host: h\npassword: {text}")).password.unwrap().expose(), expected);
    }
}

#[test]
fn text_is_its_number_where_a_number_is_wanted() {
    assert_eq!(properties("host: h\nport: '443'").port, 443);
    assert_eq!(properties("host: h\nport: 8443").port, 8443);
    assert_eq!(properties("host: h\nport: 8443.0").port, 8443);
    assert_eq!(properties("host: h\nport:\nverify: ~\nrequest_headers:").port, 0, "nothing is the default");
    assert_eq!(properties("host: h\ntimeout: '2.5'").timeout, Some(2.5));
    assert_eq!(properties("host: h\ntimeout: 3").timeout, Some(3.0));
    assert_eq!(properties("host: h\ntimeout:").timeout, None);
    assert_eq!(properties("host: h\nprotocol: http").protocol, Some(Protocol::Http));
    assert!(properties("host: h\nverify: on").verify);
    assert_eq!(properties("host: h\nrequest_headers: {X-Number: 1.10}").request_headers["X-Number"], "1.10");
}

#[test]
fn wrong_values_are_told_with_place_and_key_and_without_the_value() {
    for (text, expected) in [
        (
            "host: h\nprot: 1",
            "file.yaml:2:1: unknown key `prot`; did you mean `port`? Known keys: host, password, port, protocol, request_headers, timeout, verify",
        ),
        ("port: 1", "file.yaml:1:1: the key `host` is missing; add it"),
        ("host: h\nport: MARKER", "file.yaml:2:7: `port`: expected a whole number from 0 to 65535, found text"),
        ("host: h\nport: 70000", "file.yaml:2:7: `port`: expected a whole number from 0 to 65535; this value is another"),
        ("host: h\nport: -1", "file.yaml:2:7: `port`: expected a whole number from 0 to 65535; this value is another"),
        ("host: h\nport: 1.5", "file.yaml:2:7: `port`: expected a whole number from 0 to 65535, found a number with a fraction"),
        ("host: [MARKER]", "file.yaml:1:7: `host`: expected text, found a list"),
        ("host:", "file.yaml:1:1: the key `host` is missing; add it"),
        ("host: h\nverify: 'yes'", "file.yaml:2:9: `verify`: expected true or false, found text"),
        ("host: h\ntimeout: MARKER", "file.yaml:2:10: `timeout`: expected a number, found text"),
        ("host: h\nprotocol: htps", "file.yaml:2:11: `protocol`: unknown word; did you mean `https`? Known words: http, https"),
        ("host: h\nrequest_headers: {a: [MARKER]}", "file.yaml:2:22: `request_headers.a`: expected text, found a list"),
        ("host: h\nrequest_headers: MARKER", "file.yaml:2:18: `request_headers`: expected a map of keys and values, found text"),
    ] {
        assert_eq!(wrong_properties(text), expected, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Made of the characters that mean something in YAML, so that many of the texts are documents.
    #[test]
    fn no_text_makes_the_reader_panic(text in r"(a|b|1|é|yes|<<|&a |\*a|!!str |- |\? |: |, |\[|\]|\{|\}|'|\x22|\| |# |---|\n|  |\t|\r|0x|[-.]){0,40}") {
        if let Ok(node) = parse("file.yaml", &text) {
            let _ = node.read::<serde_json::Value>();
            let _ = node.read::<Properties>();
        }
    }
}

#[test]
fn debug_shows_the_shape_and_no_value() {
    let node: Node = parse("file.yaml", "a: MARKER\nb: [1, {c: MARKER}]\n").unwrap();
    assert_eq!(format!("{node:?}"), r#"{"a": text, "b": [a whole number, {"c": text}]}"#);
    assert_eq!(format!("{:?}", Secret::new("MARKER")), "Secret(withheld)");
}
