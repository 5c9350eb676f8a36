//! How programs end, and why some never begin.

use super::{look, shell, with};
use crate::looking::{assert_seen, assert_unknown};
use crate::servers::folder;
use model::State;
use serde_json::json;
use std::fs;
use std::process::Command;

#[tokio::test]
async fn the_exit_code_decides() {
    for (script, state, message) in [
        ("echo 'all | x=1'", State::Operational, "all"),
        ("echo slow; exit 1", State::Unhealthy, "slow"),
        ("echo gone; exit 2", State::Down, "gone"),
        ("echo who knows; exit 3", State::Unknown, "who knows"),
        ("exit 1", State::Unhealthy, "exit code 1"),
        ("echo half; exit 4", State::Unknown, "exit code 4, which is none of 0, 1, 2, 3: half"),
        ("echo lost >&2; exit 127", State::Unknown, "exit code 127, which is none of 0, 1, 2, 3: lost"),
        ("kill -9 $$", State::Unknown, "ended by signal 9 (SIGKILL)"),
        ("echo half; kill -TERM $$", State::Unknown, "ended by signal 15 (SIGTERM): half"),
        ("echo oops >&2; exit 2", State::Unknown, "exit code 2, nothing on standard output, and on standard error: oops"),
    ] {
        assert_seen(look(shell(script)).await, state, message);
    }
    let silent = look(json!({"host": "node", "command": ["true"]})).await.unwrap();
    assert_eq!((silent.node.as_str(), silent.state, silent.message), ("node", State::Operational, None));
}

#[tokio::test]
async fn what_does_not_start_is_named_without_its_arguments() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    // Another program writes it: what a process of ours has open for writing, if only for a moment, cannot be started.
    let file = |name: &str, content: &str, mode: &str| {
        let source = path("source");
        fs::write(&source, content).unwrap();
        assert!(Command::new("install").args(["-m", mode, &source, &path(name)]).status().unwrap().success());
        path(name)
    };
    let absent = path("absent");
    let plain = file("plain", "#!/bin/sh\n", "644");
    let orphan = file("orphan", "#!/no/such/interpreter\n", "755");
    let garbage = file("garbage", "\u{1}\u{2}", "755");
    for (program, message) in [
        (&absent, format!("there is no program `{absent}`")),
        (&plain, format!("`{plain}` may not be executed by the user who runs Platus; look at its owner and mode")),
        (&orphan, format!("`{orphan}` cannot be started: what its first line names after `#!` is not there")),
        (
            &garbage,
            format!("`{garbage}` cannot be started: it is no program for this machine, and no script with `#!` in its first line"),
        ),
    ] {
        let seen = look(json!({"command": [program, "--password", "marker"], "env": {"PASSWORD": "marker"}})).await;
        assert_unknown(seen, &message);
    }
    let elsewhere = with(shell("true"), "directory", json!(absent));
    assert_unknown(look(elsewhere).await, &format!("the folder `{absent}`, in which `sh` is to run, is not there"));
}

#[test]
fn what_can_never_run_is_told_before_it_is_tried() {
    for (properties, complaint) in [
        (json!({"command": []}), "`command` needs a program as its first entry"),
        (json!({"command": ["bin/check"]}), "write the whole path of `bin/check`"),
        (json!({"command": ["true", "marker"], "max_memory": 1}), "`max_memory` must be 0, or from 16"),
        (json!({"command": ["true", "marker"], "max_outptu": 1}), "did you mean `max_output`"),
        (json!({"env": {"A": "marker"}}), "the key `command` is missing"),
        (json!({"command": "marker"}), "`properties.command`: expected a list, found text"),
        (json!({"command": ["true", {"marker": 1}]}), "`properties.command`"),
    ] {
        let error = crate::looking::connect("exec", &properties, &json!({})).err().unwrap();
        assert!(error.contains(complaint) && !error.contains("marker"), "{error}");
    }
}
