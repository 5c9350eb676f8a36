use super::*;

const BODY: &str = r#"{
    "status": "degraded", "version": "2.14.1", "load": 0.75, "ready": true, "error": null, "api_token": "marker",
    "queue": {"length": 250, "limit": "300"}, "tags": ["a", "b"], "big": 9007199254740993,
    "nodes": [{"name": "n1", "state": "up"}, {"name": "n2", "state": "down"}, {"name": "n3", "state": "gone"}]
}"#;

fn read(yaml: &str) -> Result<Assertions, String> {
    yaml::parse("services.yaml", yaml).unwrap().read().map_err(|error| error.to_string())
}

/// The same for the value of `json:`.
fn read_value(yaml: &str) -> Result<Assertions, String> {
    let document = yaml::parse("services.yaml", &format!("json: {yaml}")).unwrap();
    document.get("json").unwrap().read().map_err(|error| error.to_string())
}

/// The complaint of each expectation; `None` if it is met.
fn complaints(yaml: &str, body: &str) -> Vec<Option<String>> {
    let assertions = read(yaml).unwrap_or_else(|error| panic!("{yaml}: {error}"));
    let compared = assertions.compare(body, &Body::new(body, false), &Budget::new());
    compared.iter().map(|(expectation, _)| (!expectation.met).then(|| expectation.complaint())).collect()
}

#[track_caller]
fn check(yaml: &str, complaint: Result<(), &str>) {
    assert_eq!(complaints(yaml, BODY), [complaint.err().map(str::to_owned)], "{yaml}");
}

#[test]
fn a_plain_value_is_what_is_there() {
    check("$.status: degraded", Ok(()));
    check("$.status: ok", Err(r#"expected $.status = "ok", got "degraded""#));
    check("$.load: 0.75", Ok(()));
    check("$.queue.length: 250.0", Ok(()));
    check("$.queue.length: '250'", Err(r#"expected $.queue.length = "250", got 250"#));
    check("$.big: 9007199254740992", Err("expected $.big = 9007199254740992, got 9007199254740993"));
    check("$.ready: true", Ok(()));
    check("$.ready: false", Err("expected $.ready = false, got true"));
    check("$.error: null", Ok(()));
    check("$.status:", Err(r#"expected $.status = null, got "degraded""#));
    check("$.tags: [a, b]", Ok(()));
    check("$.tags: [a, c]", Err(r#"expected $.tags as given, got $.tags[1] is "b", expected "c""#));
    check("$.queue: ok", Err(r#"expected $.queue = "ok", got an object"#));
    check("$.missing: 1", Err("expected $.missing = 1, got nothing"));
    check("$['status']: degraded", Ok(()));
}

#[test]
fn conditions_compare() {
    check("$.queue: {equals: {length: 250, limit: '300'}}", Ok(()));
    check("$.queue: {equals: {length: 1, limit: '300'}}", Err("expected $.queue as given, got $.queue.length is 250, expected 1"));
    check("$.status: {not_equals: down}", Ok(()));
    check("$.status: {not_equals: degraded}", Err(r#"expected $.status ≠ "degraded", got "degraded""#));
    check("$.missing: {not_equals: 1}", Err("expected $.missing ≠ 1, got nothing"));
    check("$.queue.length: {less_than: 251}", Ok(()));
    check("$.queue.length: {less_than: 250}", Err("expected $.queue.length < 250, got 250"));
    check("$.queue.length: {at_most: 250}", Ok(()));
    check("$.queue.length: {at_most: '249.5'}", Err("expected $.queue.length ≤ 249.5, got 250"));
    check("$.load: {greater_than: 0.5}", Ok(()));
    check("$.load: {greater_than: 0.75}", Err("expected $.load > 0.75, got 0.75"));
    check("$.load: {at_least: 0.75}", Ok(()));
    check("$.load: {at_least: 1}", Err("expected $.load ≥ 1, got 0.75"));
    check("$.queue.limit: {less_than: 1000}", Err(r#"expected $.queue.limit < 1000, got "300""#));
    check("$.status: {one_of: [ok, degraded]}", Ok(()));
    check("$.status: {one_of: [ok, 3]}", Err(r#"expected $.status one of "ok", 3, got "degraded""#));
    check(r"$.version: {matches: '^2\.\d+'}", Ok(()));
    check(r"$.version: {matches: '^3\.'}", Err(r#"expected $.version to match “^3\.”, got "2.14.1""#));
    check("$.queue.length: {matches: '^25'}", Ok(()));
    check("$.queue: {matches: x}", Err("expected $.queue to match “x”, got an object"));
    check("$.status: {exists: true}", Ok(()));
    check("$.error: {exists: true}", Ok(()));
    check("$.missing: {exists: true}", Err("expected $.missing to exist, got nothing"));
    check("$.missing: {exists: false}", Ok(()));
    check("$.status: {exists: false}", Err(r#"expected $.status not to exist, got "degraded""#));
    check("$.tags: {length: 2}", Ok(()));
    check("$.tags: {length: {at_least: 1, less_than: 2}}", Err("expected length of $.tags ≥ 1 and < 2, got 2"));
    check("$.status: {length: 8}", Ok(()));
    check("$.load: {length: 4}", Err("expected length of $.load = 4, got 0.75"));
}

#[test]
fn a_path_may_find_many_values() {
    check("$.nodes[*].name: {matches: '^n'}", Ok(()));
    check("$.nodes[*].state: up", Err(r#"expected $.nodes[*].state = "up", got "down" in 2 of 3"#));
    check("$.nodes[?@.state == 'up']: {count: 1}", Ok(()));
    check("$.nodes[?@.state != 'up']: {count: 0}", Err("expected count of $.nodes[?@.state != 'up'] = 0, got 2"));
    check("$.nodes: {count: {at_most: 1}}", Ok(()));
    check("$..state: {one_of: [up, down, gone]}", Ok(()));
    check("$.nodes[*]: {length: {at_least: 3}}", Err("expected length of $.nodes[*] ≥ 3, got 2 in 3 of 3"));
}

#[test]
fn large_numbers_are_compared_digit_by_digit() {
    let body = r#"{"id": 9007199254740993, "long": 18446744073709551617, "f": 9007199254740993.0, "large": 1e400,
        "ids": [9007199254740992, 9007199254740993], "nan": NaN, "truth": true}"#;
    for (yaml, complaint) in [
        ("$.id: 9007199254740993.0", None),
        ("$.id: {less_than: 9007199254740993}", Some("expected $.id < 9007199254740993, got 9007199254740993")),
        ("$.id: {less_than: 9007199254740993.5}", None),
        ("$.id: {greater_than: 9007199254740992}", None),
        ("$.id: {at_most: '9007199254740992'}", Some("expected $.id ≤ 9007199254740992, got 9007199254740993")),
        ("$.long: 18446744073709551617", None),
        ("$.long: 18446744073709551616", Some("expected $.long = 18446744073709551616, got 18446744073709551617")),
        ("$.long: {greater_than: 18446744073709551616, at_most: 1.8446744073709551617e+19}", None),
        ("$.f: {equals: 9007199254740993}", None),
        ("$.f: {not_equals: 9007199254740992}", None),
        ("$.large: {greater_than: 1}", None),
        ("$.large: {less_than: 1.0e+399}", Some("expected $.large < 1.0e+399, got 1e400")),
        (
            "$.ids[*]: {one_of: [9007199254740992, 5]}",
            Some("expected $.ids[*] one of 9007199254740992, 5, got 9007199254740993 in 1 of 2"),
        ),
        ("$.ids: [9007199254740992, 9007199254740993]", None),
        ("$.long: {matches: '^18446744073709551617$'}", None),
        ("$.nan: {at_most: 1}", Some("expected $.nan ≤ 1, got NaN")),
        // Here types matter.
        ("$.truth: 1", Some("expected $.truth = 1, got true")),
    ] {
        let said: Vec<_> = complaints(yaml, body).into_iter().flatten().collect();
        assert_eq!(said, complaint.into_iter().collect::<Vec<_>>(), "{yaml}");
    }
}

#[test]
fn paths_reach_the_deepest_level() {
    let body = format!(r#"{}{{"a": 18446744073709551617}}{}"#, "[".repeat(999), "]".repeat(999));
    assert_eq!(complaints("$..a: 18446744073709551617", &body), [None]);
    assert_eq!(complaints("$..a: {count: 1}", &body), [None]);
    assert_eq!(complaints("$..[?@.a > 1]: {count: 1}", &body), [None]);
    // A value that a path finds twice counts twice.
    assert_eq!(complaints("$['a', 'a']: {count: 2}", r#"{"a": 1}"#), [None]);
}

#[test]
fn several_conditions_are_reported_one_by_one_in_the_order_of_the_file() {
    let yaml = "{$.status: ok, $.queue.length: {at_least: 1, less_than: 100}, $.load: {less_than: 1}}";
    let said: Vec<_> = complaints(yaml, BODY).into_iter().flatten().collect();
    assert_eq!(said, [r#"expected $.status = "ok", got "degraded""#, "expected $.queue.length < 100, got 250"]);
}

#[test]
fn values_that_look_secret_are_not_shown() {
    for yaml in
        ["$.api_token: marker-2", "$.api_token: {matches: marker-2}", "$.api_token: {exists: false}", "$.api_token: {length: 1}"]
    {
        let said = complaints(yaml, BODY);
        assert!(said[0].as_ref().is_some_and(|said| !said.contains("marker")), "{said:?}");
    }
    let read = read("$.api_token: marker").unwrap();
    assert!(!format!("{:?}", read.compare(BODY, &Body::new(BODY, false), &Budget::new())).contains("marker"));
}

#[test]
fn a_body_that_is_no_json_says_so() {
    for (body, reason) in [
        ("", "line 1, column 1: expected a value, but the text ends"),
        ("no", "line 1, column 1: expected a value"),
        ("{\"status\": \"ok\"\n} and more", "line 2, column 3: the value has ended, but more text follows"),
        (&"[".repeat(100_000), "line 1, column 1001: nested deeper than 1000 levels"),
    ] {
        let complaint = format!("expected a body in JSON, got something else ({reason})");
        assert_eq!(complaints("$.status: ok", body), [Some(complaint)]);
    }
    let cut = Body::new(BODY, true);
    let compared = read("$.status: ok").unwrap().compare(&BODY[..10], &cut, &Budget::new());
    assert_eq!(
        compared[0].0.complaint(),
        format!("expected a body in JSON, got one that was cut at {} bytes (`max_body`)", BODY.len())
    );
    assert_eq!(complaints("$: [1]", "[1]"), [None]);
}

#[test]
fn nothing_is_expected_when_nothing_is_given() {
    for nothing in ["{}", "''"] {
        assert!(read_value(nothing).unwrap().is_empty(), "{nothing}");
    }
    assert!(complaints("{}", "no json").is_empty());
}

#[test]
fn what_is_wrong_is_reported_with_its_place() {
    for (yaml, expected) in [
        ("status: ok", "services.yaml:1:1: a JSONPath begins with `$`, as in `$.status`"),
        (
            "$.a..b..c: 1",
            "services.yaml:1:1: a JSONPath with `..` more than once can find more than there is room for; name the steps between",
        ),
        ("$.x: {les_than: 1}", "services.yaml:1:6: `$.x`: unknown condition; did you mean `less_than`? Known conditions: "),
        ("$.x: {status: 1}", "services.yaml:1:6: `$.x`: unknown condition; "),
        ("$.x: {less_than: many}", "services.yaml:1:6: `$.x`: `less_than`: expected a number"),
        ("$.x: {one_of: a}", "services.yaml:1:6: `$.x`: `one_of`: expected a list of values"),
        ("$.x: {matches: '('}", "services.yaml:1:6: `$.x`: `matches`: “(” is not a regular expression: "),
        ("$.x: {matches: 3}", "services.yaml:1:6: `$.x`: `matches`: expected a regular expression"),
        ("$.x: {exists: 1}", "services.yaml:1:6: `$.x`: `exists`: expected true or false"),
        ("$.x: {count: many}", "services.yaml:1:6: `$.x`: `count`: expected a number, or a map such as `at_least: 1`"),
        (
            "$.x: {length: {at_lest: 1}}",
            "services.yaml:1:6: `$.x`: `length`: did you mean `at_least`? Known conditions of a number: ",
        ),
        ("$.x: {length: {at_least: a}}", "services.yaml:1:6: `$.x`: `length`: `at_least`: expected a number"),
        ("$.x: {}", "services.yaml:1:6: `$.x`: say what is expected there"),
    ] {
        let error = read(yaml).err().unwrap_or_else(|| panic!("{yaml} was taken"));
        assert!(error.starts_with(expected), "{yaml}: {error}");
    }
    for yaml in ["[$.x]", "some text", "3"] {
        let error = read_value(yaml).err().unwrap_or_else(|| panic!("{yaml} was taken"));
        assert!(error.starts_with("services.yaml:1:7: expected JSONPaths"), "{yaml}: {error}");
    }
    let (filters, pattern) = ("$[?".to_owned() + &"@[?".repeat(30), format!("$[?match(@.a, 'b{}')]", "*".repeat(200)));
    for (path, expected) in [
        (filters, "services.yaml:1:2: the filters of this JSONPath are nested more than 8 levels deep at character 27"),
        (pattern, "services.yaml:1:2: the regular expression “b***"),
    ] {
        let error = read(&serde_json::json!({&path: 1}).to_string()).err().unwrap_or_else(|| panic!("{path} was taken"));
        assert!(error.starts_with(expected), "{path}: {error}");
    }
    for path in ["$.", "$x", "$.a b", "$[", "$[?@.a ==]"] {
        let error = read(&serde_json::json!({path: 1}).to_string()).err().unwrap_or_else(|| panic!("{path} was taken"));
        assert!(error.contains("this is not a JSONPath (RFC 9535): at position "), "{path}: {error}");
    }
}

#[test]
fn slow_paths_are_known() {
    for (yaml, is_linear) in [
        ("$.a: 1", true),
        ("$..a: 1", true),
        ("$.a[?@.b == 1]: {count: 1}", false),
        ("$.a: {matches: '^b'}", true),
        ("$.a: {matches: '(?=b)c'}", false),
    ] {
        assert_eq!(read(yaml).unwrap().is_linear(), is_linear, "{yaml}");
    }
}
