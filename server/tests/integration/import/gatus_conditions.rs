//! The conditions that Gatus' documentation lists, against servers with the answers that pass and fail there.

use super::import;
use crate::targets::OddServer;
use std::fmt::Write;
use std::fs;
use std::net::TcpListener;

/// A condition, answers (status and body) with which it passes, and answers with which it fails.
type Case = (&'static str, &'static [(u16, &'static str)], &'static [(u16, &'static str)]);

const CASES: [Case; 19] = [
    ("[STATUS] == 200", &[(200, "")], &[(201, ""), (404, "")]),
    ("[STATUS] < 300", &[(200, ""), (201, ""), (299, "")], &[(300, ""), (404, "")]),
    ("[STATUS] <= 299", &[(200, ""), (299, "")], &[(300, ""), (500, "")]),
    ("[STATUS] > 400", &[(401, ""), (404, "")], &[(400, ""), (200, "")]),
    ("[STATUS] == any(200, 429)", &[(200, ""), (429, "")], &[(201, ""), (400, "")]),
    ("[STATUS] == pat(2*)", &[(204, "")], &[(404, "")]),
    ("[CONNECTED] == true", &[(200, ""), (500, "")], &[]),
    ("[BODY] == 1", &[(200, "1"), (500, "1\n")], &[(200, "{}"), (200, "2"), (200, "11")]),
    ("[BODY].user.name == john", &[(200, r#"{"user": {"name": "john"}}"#)], &[(200, r#"{"user": {"name": "bob"}}"#), (200, "{}")]),
    (
        "[BODY].data[0].id == 1",
        &[(200, r#"{"data": [{"id": 1}]}"#), (200, r#"{"data": [{"id": "1"}]}"#)],
        &[(200, r#"{"data": [{"id": 2}]}"#)],
    ),
    ("[BODY].ok == true", &[(200, r#"{"ok": true}"#)], &[(200, r#"{"ok": false}"#)]),
    ("[BODY].age > 17", &[(200, r#"{"age": 18}"#)], &[(200, r#"{"age": 17}"#)]),
    ("len([BODY].data) < 5", &[(200, r#"{"data": [{"id": 1}]}"#)], &[(200, r#"{"data": [1, 2, 3, 4, 5]}"#)]),
    ("len([BODY].name) == 8", &[(200, r#"{"name": "john.doe"}"#)], &[(200, r#"{"name": "bob"}"#)]),
    ("has([BODY].errors) == false", &[(200, r#"{"name": "john.doe"}"#)], &[(200, r#"{"errors": []}"#)]),
    ("has([BODY].users) == true", &[(200, r#"{"users": []}"#)], &[(200, "{}")]),
    ("[BODY].name == pat(john*)", &[(200, r#"{"name": "john.doe"}"#)], &[(200, r#"{"name": "bob"}"#)]),
    ("[BODY].id == any(1, 2)", &[(200, r#"{"id": 1}"#), (200, r#"{"id": 2}"#)], &[(200, r#"{"id": 3}"#)]),
    ("[BODY] == pat(*<h1>Hello</h1>*)", &[(200, "<html><h1>Hello</h1>\n</html>")], &[(200, "<h1>Bye</h1>")]),
];

/// A server whose answers are numbered: `/7` is the seventh.
fn server(answers: Vec<(u16, &'static str)>) -> OddServer {
    OddServer::answering_each(move |head| {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let number: usize = path.trim_start_matches('/').parse().unwrap_or_default();
        let (status, body) = answers[number];
        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    })
}

#[test]
fn imported_conditions_pass_and_fail_where_gatus_says_so() {
    let answers = || {
        CASES.iter().flat_map(|(condition, passing, failing)| {
            let of = move |answers: &'static [(u16, &'static str)], passes| {
                answers.iter().map(move |answer| (*condition, *answer, passes))
            };
            of(passing, true).chain(of(failing, false))
        })
    };
    let server = server(answers().map(|(_, answer, _)| answer).collect());
    let mut file = String::from("endpoints:\n");
    for (number, (condition, _, _)) in answers().enumerate() {
        let url = format!("http://{}/{number}", server.address);
        writeln!(file, "  - {{name: '{number}', url: '{url}', conditions: ['{condition}']}}").unwrap();
    }
    // Nothing answers at this port.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (name, url) in [("open", server.address.to_string()), ("closed", closed.to_string())] {
        writeln!(file, "  - {{name: {name}, url: 'tcp://{url}', conditions: ['[CONNECTED] == true']}}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gatus.yaml");
    fs::write(&path, file).unwrap();

    let imported = import(&["gatus", path.to_str().unwrap()]);
    assert_eq!(imported.code, Some(0), "{}", imported.said);
    imported.assert_valid(&[]);
    let states = imported.states();
    let state = |id: &str| states[id].as_str();
    for (number, (condition, answer, passes)) in answers().enumerate() {
        let state = state(&number.to_string());
        assert_eq!(state == "operational", passes, "{condition} of {answer:?}: {state}");
        assert_ne!(state, "unknown", "{condition} of {answer:?}");
    }
    assert_eq!((state("open"), state("closed")), ("operational", "down"));
}
