//! Answers that would end the process if the driver read them: it parses documents by recursion.

use super::*;
use crate::servers::fake_mongod::{FakeMongod, Nesting, bytes, hello, status, with_nested};
use ::mongodb::bson::{Document, doc};

/// Levels that exhaust the stack of any thread.
const DEEP: usize = 10_000;

/// The most levels that are read, with the outermost document.
const DEEPEST: usize = 100;

const TOO_DEEP: &str = "answers with documents nested deeper than 100 levels, which Platus does not read";

const ALL: [Nesting; 3] = [Nesting::Documents, Nesting::Arrays, Nesting::Scopes];

/// A server that answers one command with `levels` more levels, and all others as usual.
fn nesting_in(command: &'static str, nesting: Nesting, levels: usize) -> FakeMongod {
    let server = FakeMongod::bound();
    let name = server.name();
    server.answering(move |asked| {
        let document = usual(asked, &name);
        if asked == command { with_nested(&document, nesting, levels) } else { bytes(&document) }
    })
}

pub(super) fn usual(command: &str, name: &str) -> Document {
    match command {
        "hello" | "isMaster" | "ismaster" => hello(doc! {}),
        "replSetGetStatus" => status(name),
        "replSetGetConfig" => doc! { "config": { "_id": "rs0", "members": [{ "_id": 0, "host": name }] }, "ok": 1.0 },
        _ => doc! { "ok": 1.0 },
    }
}

fn only(server: &FakeMongod) -> Value {
    json!({"host": server.name(), "tls": false, "timeout": 20})
}

/// The first command of a connection, by the driver's older name for it.
const FIRST: &str = "isMaster";

#[tokio::test]
async fn documents_that_are_nested_too_deeply_are_not_read() {
    for nesting in ALL {
        for command in [FIRST, "replSetGetStatus"] {
            let server = nesting_in(command, nesting, DEEP);
            let expected = format!("{} {TOO_DEEP}", server.name());
            assert_eq!(look_in_vain(only(&server)).await, expected, "{command} {nesting:?}");
        }
    }
}

/// The debug build needs most of its stack for them.
#[tokio::test]
async fn documents_up_to_the_bound_are_read() {
    for nesting in ALL {
        for command in [FIRST, "replSetGetStatus", "replSetGetConfig"] {
            let server = nesting_in(command, nesting, DEEPEST - 1);
            let seen = look(only(&server), json!({})).await.unwrap_or_else(|error| panic!("{command} {nesting:?}: {error}"));
            assert_eq!(rows(&seen), [(State::Operational, "PRIMARY")]);
        }
        let server = nesting_in("replSetGetStatus", nesting, DEEPEST);
        assert_eq!(look_in_vain(only(&server)).await, format!("{} {TOO_DEEP}", server.name()));
    }
}

/// The configuration is done without, as if the user could not read it.
#[tokio::test]
async fn a_configuration_that_is_nested_too_deeply_is_done_without() {
    let server = nesting_in("replSetGetConfig", Nesting::Documents, DEEP);
    let service = service(&only(&server), &json!({}));
    for _ in 0..3 {
        assert_eq!(rows(&observe(service.as_ref()).await), [(State::Operational, "PRIMARY")]);
    }
}

#[tokio::test]
async fn errors_that_are_nested_too_deeply_are_not_read() {
    let server = FakeMongod::answering(|command| {
        let failed = doc! { "ok": 0.0, "code": 59, "codeName": "CommandNotFound", "errmsg": "no" };
        if command == FIRST { bytes(&hello(doc! {})) } else { with_nested(&failed, Nesting::Documents, DEEP) }
    });
    assert_eq!(look_in_vain(only(&server)).await, format!("{} {TOO_DEEP}", server.name()));
}

#[tokio::test]
async fn long_answers_are_not_read() {
    let server = FakeMongod::answering(|_| bytes(&hello(doc! { "more": "x".repeat(5 << 20) })));
    let expected = format!("{} answers with more than 4 MiB, which Platus does not read", server.name());
    assert_eq!(look_in_vain(only(&server)).await, expected);
}

/// Lengths that do not fit are found before the driver reads them.
#[tokio::test]
async fn malformed_documents_are_not_read() {
    let server = FakeMongod::answering(|_| {
        let mut bytes = bytes(&hello(doc! {}));
        bytes[0] += 1;
        bytes
    });
    let expected = format!("{} answers with a malformed document, which Platus does not read", server.name());
    assert_eq!(look_in_vain(only(&server)).await, expected);
}

/// Another host answers for it.
#[tokio::test]
async fn a_hostile_host_does_not_hide_the_others() {
    let hostile = nesting_in(FIRST, Nesting::Arrays, DEEP);
    let usual = nesting_in("none", Nesting::Arrays, 0);
    let seen = look(json!({"host": [hostile.name(), usual.name()], "tls": false, "timeout": 20}), json!({})).await.unwrap();
    assert_eq!(rows(&seen), [(State::Operational, "PRIMARY")]);
}
