//! Servers whose answers would end the process if the driver read them.

use super::*;
use crate::servers::fake_mongod::{FakeMongod, Nesting, bytes, hello, with_nested};

const DEEP: usize = 10_000;

const TOO_DEEP: &str = "answers with documents nested deeper than 100 levels, which Platus does not read";

#[tokio::test]
async fn the_first_answer_of_a_server_is_not_read() {
    let server = FakeMongod::answering(|_| with_nested(&hello(doc! {}), Nesting::Documents, DEEP));
    let name = server.name();
    let store = open(&[server.name()], json!({"tls": false}));
    assert_away(store.load().await, &format!("no server that takes writes was found at {name}/platus: {name} {TOO_DEEP}"));
}

#[tokio::test]
async fn a_later_answer_is_not_read() {
    let server = FakeMongod::answering(|command| match command {
        "isMaster" | "hello" => bytes(&hello(doc! {})),
        _ => with_nested(&doc! { "ok": 1.0 }, Nesting::Scopes, DEEP),
    });
    let store = open(&[server.name()], json!({"tls": false}));
    assert_away(store.load().await, &format!("{} {TOO_DEEP}", server.name()));
}

/// A member of which only another member knows.
#[tokio::test]
async fn an_answer_of_a_member_that_was_found_is_not_read() {
    let (known, found) = (FakeMongod::bound(), FakeMongod::bound());
    let hosts = [known.name(), found.name()];
    let member = move |me: &str| {
        hello(
            doc! { "isWritablePrimary": false, "secondary": true, "setName": "rs0", "setVersion": 1, "hosts": &hosts[..], "me": me },
        )
    };
    let of_known = member(&known.name());
    let known = known.answering(move |_| bytes(&of_known));
    let of_found = member(&found.name());
    let found = found.answering(move |_| with_nested(&of_found, Nesting::Arrays, DEEP));
    let store = open(&[known.name()], json!({"tls": false, "replica_set": "rs0"}));
    waiting::eventually(async || match store.load().await {
        Err(StoreError::Away(text)) if text.contains(&format!("{} {TOO_DEEP}", found.name())) => Ok(()),
        loaded => Err(format!("{loaded:?}")),
    })
    .await;
}
