//! Programs that take too long, print too much, want too much memory, or leave something behind.

use super::{is_running, look, python, shell, stat, with};
use crate::looking::{assert_seen, assert_unknown, service};
use crate::servers::folder;
use crate::test_app::PATIENCE;
use crate::waiting;
use model::State;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Starts a process that would outlive it, says which, and waits.
const WAITS: &str = "sleep 600 & echo $$ $! > ids.new; mv ids.new ids; wait";

/// The shell and the process that it started, once it has written them down.
fn ids(folder: &Path) -> Option<[u32; 2]> {
    let text = fs::read_to_string(folder.join("ids")).ok()?;
    let ids: Vec<u32> = text.split_whitespace().map(|id| id.parse().unwrap()).collect();
    Some(ids.try_into().unwrap())
}

/// Of the shell not even a zombie is left; burying the other is the business of whoever adopted it.
async fn assert_both_go([shell, sleep]: [u32; 2]) {
    // The runtime buries the shell when it comes to it.
    waiting::until("both are gone", async || stat(shell).is_none() && !is_running(sleep)).await;
}

#[tokio::test]
async fn the_time_out_kills_the_whole_group() {
    let folder = folder();
    let waits = with(shell(WAITS), "directory", json!(folder.path()));
    // The first may be too short on a machine that is busy; what matters is that the processes were there.
    for timeout in [0.5, 4.0, 16.0] {
        let seen = look(with(waits.clone(), "timeout", json!(timeout))).await;
        assert_unknown(seen, &format!("`sh` did not end within {timeout} s, and was killed"));
        if ids(folder.path()).is_some() {
            break;
        }
    }
    assert_both_go(ids(folder.path()).expect("it started")).await;
}

#[tokio::test]
async fn a_check_that_is_given_up_takes_its_processes_with_it() {
    let folder = folder();
    let check = service("exec", &with(shell(WAITS), "directory", json!(folder.path())), &json!({}));
    let started = waiting::until("it has started", async || ids(folder.path()).is_some());
    tokio::select! {
        seen = check.check() => panic!("it ended: {seen:?}"),
        () = started => {}
    }
    assert_both_go(ids(folder.path()).unwrap()).await;
}

#[tokio::test]
async fn what_a_program_leaves_running_neither_holds_it_up_nor_stays() {
    let seen = look(with(shell("sleep 600 & echo $!"), "timeout", json!(60))).await.unwrap();
    assert_eq!(seen.state, State::Operational);
    assert!(seen.elapsed.unwrap() < PATIENCE, "{seen:?}");
    let left: u32 = seen.message.unwrap().parse().unwrap();
    waiting::until("what it left is gone", async || !is_running(left)).await;
}

#[tokio::test]
async fn what_left_the_group_does_not_hold_it_up_either() {
    let leaves = "setsid sleep 600 & id=$!
                  until [ \"$(cut -d' ' -f6 /proc/$id/stat)\" = $id ]; do :; done
                  echo $id";
    let seen = look(with(shell(leaves), "timeout", json!(60))).await.unwrap();
    assert!(seen.elapsed.unwrap() < PATIENCE, "{seen:?}");
    let left = seen.message.unwrap();
    assert!(is_running(left.parse().unwrap()), "it left on purpose");
    assert!(Command::new("kill").args(["-s", "KILL", &left]).status().unwrap().success());
}

#[tokio::test]
async fn a_flood_is_stopped() {
    let seen = look(json!({"command": ["yes", "marker"], "timeout": 300})).await;
    assert_unknown(seen, "`yes` printed more than 16 MiB, and was killed");
    let seen = look(with(shell("yes marker >&2"), "timeout", json!(300))).await;
    assert_unknown(seen, "`sh` printed more than 16 MiB, and was killed");
}

#[tokio::test]
async fn a_long_output_is_cut_off_and_its_exit_code_counts() {
    let long = "head -c 1000000 /dev/zero | tr '\\0' x; exit 1";
    let expected = format!("{}… (its output was cut off after 65536 bytes)", "x".repeat(500));
    assert_seen(look(shell(long)).await, State::Unhealthy, &expected);
    let list = "printf '[{\"node\": \"a\", \"state\": \"down\"}]'";
    let message = "the list of rows is longer than 20 bytes; raise `max_output`";
    assert_unknown(look(with(shell(list), "max_output", json!(20))).await, message);
    assert_eq!(look(with(shell(list), "max_output", json!(33))).await.unwrap().state, State::Down);
}

/// Waits for its limit, which it gets when it has been started already, and then takes a gibibyte.
const HOG: &str = "
import os, resource, subprocess, sys
while os.environ['LIMITED'] == 'yes' and resource.getrlimit(resource.RLIMIT_DATA)[0] == resource.RLIM_INFINITY:
    pass
take = 'taken = bytearray(1 << 30); print(len(taken))'
if os.environ.get('IN') == 'child':
    sys.exit(subprocess.run([sys.executable, '-c', take]).returncode)
exec(take)
";

#[tokio::test]
async fn memory_is_limited_in_the_program_and_in_what_it_starts() {
    for place in ["program", "child"] {
        let hog = with(python(HOG), "env", json!({"LIMITED": "yes", "IN": place}));
        let message = "exit code 1, nothing on standard output, and on standard error: MemoryError";
        assert_seen(look(hog).await, State::Unknown, message);
    }
    let free = with(with(python(HOG), "env", json!({"LIMITED": "no"})), "max_memory", json!(0));
    assert_seen(look(free).await, State::Operational, "1073741824");
    let roomy = with(with(python(HOG), "env", json!({"LIMITED": "yes"})), "max_memory", json!(2048));
    assert_seen(look(roomy).await, State::Operational, "1073741824");
}
