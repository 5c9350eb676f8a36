use super::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn search(expected: Value) -> Search {
    Search::new(expected.into()).unwrap().unwrap()
}

/// The finding of the first expectation that is not met.
fn find(search: &Search, body: &Body) -> Finding {
    let found = search.find(&body.text(), body, &Budget::new()).into_iter().map(|(_, finding)| finding);
    found.into_iter().find(|finding| *finding != Finding::AsExpected).unwrap_or(Finding::AsExpected)
}

#[track_caller]
fn check(expected: Value, body: &str, finding: Result<(), &str>) {
    let shown = expected.to_string();
    let found = find(&search(expected), &Body::new(body, false));
    match finding {
        Ok(()) => assert_eq!(found, Finding::AsExpected, "{shown} in {body:?}"),
        Err(message) => assert_eq!(found, Finding::Unexpected(message.to_owned()), "{shown} in {body:?}"),
    }
}

#[test]
fn nothing_is_expected_when_nothing_is_given() {
    for nothing in [json!(null), json!(""), json!([]), json!({}), json!([null, ""])] {
        assert!(Search::new(nothing.clone().into()).unwrap().is_none(), "{nothing}");
    }
}

#[test]
fn a_text_is_a_regular_expression_of_python() {
    let cases = [
        ("he[al]+thy", "all healthy here", true),
        ("he[al]+thy", "sick", false),
        ("(?i)OK", "ok", true),
        ("^b", "a\nb", false),
        ("(?m)^b$", "a\nb\nc", true),
        (r"(?P<word>\w+) (?P=word)", "say say", true),
        (r"(\w)\1", "abab", false),
        (r"status(?!: down)", "status: up", true),
        (r"status(?!: down)", "status: down", false),
        (r"(?<=a)b", "cb ab", true),
        (r"(?#what it is)ok", "ok", true),
        // The end of the text.
        ("ok$", "ok", true),
        ("ok$", "ok\n", true),
        ("ok$", "ok\n\n", false),
        ("(?:ok$|x)", "ok\n", true),
        (r"ok\Z", "ok", true),
        (r"ok\Z", "ok\n", false),
        (r"5\$", "5$", true),
        // Braces that repeat nothing.
        (r#"{"status": "ok"}"#, r#"{"status": "ok"}"#, true),
        ("a{2}", "aa", true),
        ("a{2,}b", "aab", true),
        ("^a{,2}b", "aab", true),
        ("^a{,2}b", "aaab", false),
        ("a{}", "a{}", true),
        ("a{x}", "a{x}", true),
        (r"\{\}", "{}", true),
        // Sets.
        ("[[{]", "x[", true),
        ("[]]x", "]x", true),
        ("[^]]x", "]x", false),
        ("[^[]x", "[x", false),
        (r"[\]a]x", "]x", true),
        ("[a&&b]x", "&x", true),
        ("[a~~b]x", "~x", true),
        ("[[:alpha:]]", "a]", true),
        (r"<b\>", "<b>", true),
        (r"\<b>", "<b>", true),
        (r"\\$", "\\", true),
        ("größe", "größe", true),
    ];
    for (pattern, body, found) in cases {
        let message = format!("“{pattern}” not found in the body");
        check(json!(pattern), body, if found { Ok(()) } else { Err(&message) });
    }
}

#[test]
fn a_pattern_may_be_nested_and_one_that_is_nested_too_deeply_is_an_error() {
    let groups = |depth: usize| format!("{}a{}", "(".repeat(depth), ")*".repeat(depth));
    check(json!(groups(40)), "a", Ok(()));
    check(json!(format!("a{}", "*".repeat(90))), "a", Ok(()));
    for depth in [101, 200, 249, 3_000] {
        for pattern in [groups(depth), format!("a{}", "*".repeat(depth))] {
            assert!(Search::new(json!(pattern).into()).is_err(), "{depth}");
        }
    }
}

#[test]
fn other_scalars_are_looked_for_as_they_are() {
    check(json!(3.1), "version 3.1", Ok(()));
    check(json!(3.1), "version 3x1", Err("“3.1” not found in the body"));
    check(json!(200), "code 200", Ok(()));
    check(json!(-1), "code 1", Err("“-1” not found in the body"));
    check(json!(true), r#"{"ready": true}"#, Ok(()));
    check(json!(true), "{'ready': True}", Ok(()));
    check(json!(false), "{'ready': True}", Err("“false” not found in the body"));
}

#[test]
fn every_entry_of_a_list_must_be_found() {
    check(json!(["a", 1, "c$"]), "a 1 c\n", Ok(()));
    check(json!(["a", 1, "d"]), "a 1 c", Err("“d” not found in the body"));
    check(json!(["a", {"b": 1}]), r#"{"a": 0, "b": 1}"#, Ok(()));
    check(json!(["a", ["b"]]), "a", Err("“b” not found in the body"));
}

#[test]
fn every_key_of_a_map_must_be_in_the_body() {
    let body = r#"{"status": "ok", "version": 3, "big": 9007199254740993, "list": [1, {"a": null}], "nested": {"a": 1, "b": [2]}}"#;
    let cases = [
        (json!({"status": "ok"}), Ok(())),
        (json!({"version": 3.0}), Ok(())),
        (json!({"list": [1.0, {"a": null}]}), Ok(())),
        (json!({"nested": {"b": [2], "a": 1}}), Ok(())),
        (json!({"status": "up"}), Err(r#"status is "ok", expected "up""#)),
        (json!({"version": 2}), Err("version is 3, expected 2")),
        (json!({"version": "3"}), Err(r#"version is 3, expected "3""#)),
        (json!({"big": 9_007_199_254_740_992_u64}), Err("big is 9007199254740993, expected 9007199254740992")),
        (json!({"missing": 1}), Err("missing is missing")),
        (json!({"list": [1]}), Err("list has 2 entries, expected 1")),
        (json!({"list": [1, {"a": false}]}), Err("list[1].a is null, expected false")),
        (json!({"nested": {"a": 1}}), Err("nested.b was not expected")),
        (json!({"nested": {"a": 1, "b": [2], "c": 3}}), Err("nested.c is missing")),
        (json!({"nested": 1}), Err("nested is an object, expected 1")),
        (json!({"nested": [1]}), Err("nested is an object, expected a list")),
        (json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}), Err("a is missing; b is missing; c is missing; and 2 more")),
    ];
    for (expected, finding) in cases {
        check(expected, body, finding);
    }
    for (body, reason) in [
        ("", " (line 1, column 1: expected a value, but the text ends)"),
        ("no", " (line 1, column 1: expected a value)"),
        ("[1]", ""),
        ("3", ""),
        (r#"{"status": "ok"} and more"#, " (line 1, column 18: the value has ended, but more text follows)"),
        (&"[".repeat(100_000), " (line 1, column 1001: nested deeper than 1000 levels)"),
    ] {
        check(json!({"status": "ok"}), body, Err(&format!("the body is not a JSON object{reason}")));
    }
    check(json!({"status": "ok"}), "\u{feff}{\"status\": \"ok\"}", Ok(()));
}

#[test]
fn values_are_equal_when_they_are_so_in_python() {
    let body = r#"{"yes": true, "one": 1, "float": 1.0, "no": false, "zero": 0.0, "null": null, "text": "1", "two": 2,
        "list": [true, {"deep": [0, 1.0]}], "empty": []}"#;
    for (expected, finding) in [
        (json!({"yes": 1}), Ok(())),
        (json!({"yes": 1.0}), Ok(())),
        (json!({"one": true}), Ok(())),
        (json!({"one": 1.0}), Ok(())),
        (json!({"float": 1}), Ok(())),
        (json!({"float": true}), Ok(())),
        (json!({"no": 0}), Ok(())),
        (json!({"zero": false}), Ok(())),
        (json!({"list": [1, {"deep": [false, true]}]}), Ok(())),
        (json!({"two": true}), Err("two is 2, expected true")),
        (json!({"yes": 2}), Err("yes is true, expected 2")),
        (json!({"yes": "true"}), Err(r#"yes is true, expected "true""#)),
        (json!({"text": 1}), Err(r#"text is "1", expected 1"#)),
        (json!({"null": false}), Err("null is null, expected false")),
        (json!({"null": 0}), Err("null is null, expected 0")),
        (json!({"empty": false}), Err("empty is a list, expected false")),
        (json!({"list": [true, {"deep": [0, 0]}]}), Err("list[1].deep[1] is 1.0, expected 0")),
    ] {
        check(expected, body, finding);
    }
}

/// Reads `search` as in a file.
fn of_yaml(yaml: &str) -> Search {
    let document = yaml::parse("services.yaml", &format!("search: {yaml}")).unwrap();
    Search::new(document.get("search").unwrap().read().unwrap()).unwrap().unwrap()
}

#[test]
fn numbers_of_the_file_and_of_the_body_are_compared_digit_by_digit() {
    let body = r#"{"id": 9007199254740993, "huge": 123456789012345678901234567890123456789012345678901234567890, "f": 9007199254740993.0,
        "price": 0.1, "php": 0.10000000000000001, "large": 1e400, "nan": NaN, "inf": Infinity}"#;
    for (yaml, finding) in [
        ("{id: 9007199254740993}", Ok(())),
        ("{id: 9007199254740993.0}", Ok(())),
        ("{id: 9007199254740992.0}", Err("id is 9007199254740993, expected 9007199254740992.0")),
        ("{huge: 123456789012345678901234567890123456789012345678901234567890}", Ok(())),
        ("{huge: 0}", Err("huge is 123456789012345678901234567890123456789012345678901234567890, expected 0")),
        ("{f: 9007199254740993}", Ok(())),
        ("{f: 9007199254740992}", Err("f is 9007199254740993.0, expected 9007199254740992")),
        ("{price: 0.1, php: 0.10}", Ok(())),
        ("{price: 0.2}", Err("price is 0.1, expected 0.2")),
        ("{large: 1.0e+400, inf: .inf}", Ok(())),
        ("{large: 1.0e+401}", Err("large is 1e400, expected 1.0e+401")),
        ("{nan: .nan}", Err("nan is NaN, expected NaN")),
        ("123456789012345678901234567890123456789012345678901234567890", Ok(())),
        ("9007199254740992", Err("“9007199254740992” not found in the body")),
        ("0.10", Ok(())),
    ] {
        let found = find(&of_yaml(yaml), &Body::new(body, false));
        assert_eq!(
            found,
            finding.map_or_else(|message: &str| Finding::Unexpected(message.to_owned()), |()| Finding::AsExpected),
            "{yaml}"
        );
    }
}

#[test]
fn json_is_read_as_python_reads_it() {
    let deep = format!(r#"{{"status": "ok", "deep": {}{}}}"#, "[".repeat(999), "]".repeat(999));
    let twice = r#"{"status": "down", "status": "ok"}"#.to_owned();
    let half = r#"{"status": "ok", "name": "\ud83d"}"#.to_owned();
    for body in [deep, twice, half] {
        check(json!({"status": "ok"}), &body, Ok(()));
    }
}

#[test]
fn values_that_look_secret_are_not_shown() {
    let body = r#"{"api_key": "marker-1", "session": {"id": "marker-2"}}"#;
    check(json!({"api_key": "marker-3"}), body, Err("api_key is not as expected"));
    check(json!({"session": {"id": "marker-4"}}), body, Err("session.id is not as expected"));
}

#[test]
fn what_is_shown_is_short_and_one_line() {
    let long = "ä".repeat(200);
    check(json!(long), "", Err(&format!("“{}…” not found in the body", "ä".repeat(80))));
    check(json!("a\nb"), "", Err("“a b” not found in the body"));
    let message = format!(r#"a is "{}…, expected 1"#, "ä".repeat(59));
    check(json!({"a": 1}), &json!({"a": long}).to_string(), Err(&message));
}

#[test]
fn a_body_that_was_cut_says_so() {
    let body = Body::new("0123456789", true);
    assert_eq!(find(&search(json!("89")), &body), Finding::AsExpected);
    let Finding::Unexpected(message) = find(&search(json!("ab")), &body) else { panic!("found") };
    assert_eq!(message, "“ab” not found in the first 10 bytes of the body, after which it was cut (`max_body`)");
    let Finding::Unexpected(message) = find(&search(json!({"a": 1})), &body) else { panic!("found") };
    assert_eq!(message, "the body was cut at 10 bytes (`max_body`), so it is no whole JSON object");
}

#[test]
fn what_is_no_regular_expression_is_reported_with_the_reason() {
    for (pattern, reason) in [("(", "parenthesis"), ("*", "*"), ("[a", ""), (r"(a)\2", ""), (r"\w{1000}{1000}", "too large")] {
        let message = Search::new(json!(pattern).into()).err().unwrap_or_else(|| panic!("{pattern} was taken")).to_string();
        assert!(message.starts_with(&format!("`search`: “{pattern}” is not a regular expression: ")), "{message}");
        assert!(message.contains(reason) && !message.contains('\n'), "{message}");
    }
}

/// The expression for mail addresses in the README of the original took seconds on 40 letters.
#[test]
fn patterns_that_explode_elsewhere_take_no_time() {
    let started = Instant::now();
    let email = r"^([a-zA-Z0-9_.+-]+)+@([a-zA-Z0-9-]+\.)+[a-zA-Z0-9-.]+$";
    check(
        json!(email),
        &"a".repeat(50_000),
        Err("“^([a-zA-Z0-9_.+-]+)+@([a-zA-Z0-9-]+\\.)+[a-zA-Z0-9-.]+$” not found in the body"),
    );
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[test]
fn backtracking_is_bounded() {
    let cases = [
        (r"(a|aa)+(?!a)b\1", "a".repeat(100), "needs too much backtracking"),
        (r"(?=b)c", "a".repeat(256 << 10), "is not in the first 131072 bytes"),
        // Takes cubic time without backtracking.
        ("(?:(?=(?:(?=.*y).)*y).)*z", "a".repeat(100_000) + "y", "needs too much backtracking"),
    ];
    for (pattern, body, reason) in cases {
        match find(&search(json!(pattern)), &Body::new(body, false)) {
            Finding::Undecided(message) => assert!(message.contains(reason), "{message}"),
            other => panic!("{pattern}: {other:?}"),
        }
    }
}
