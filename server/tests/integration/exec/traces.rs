//! Many runs, and the end of Platus, leave nothing behind.

use super::{python_itself, stat};
use crate::command_line::Running;
use crate::test_app::configuration;
use crate::waiting;
use std::fs;
use std::process::Command;

const SERVICES: usize = 40;
const RUNS: usize = 200;

/// Starts a program without the open files of the test runner, which would be inherited through Platus.
const WITHOUT_FILES: &str = "import os, sys; os.closerange(3, 65536); os.execv(sys.argv[1], sys.argv[1:])";

/// The numbers of all processes.
fn processes() -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// How many processes, dead ones that are not buried included, have this parent.
fn children(parent: u32) -> usize {
    processes().into_iter().filter(|id| stat(*id).is_some_and(|stat| stat[1] == parent.to_string())).count()
}

/// How many processes have this in their environment.
fn marked(mark: &str) -> usize {
    let environment = |id: &u32| fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
    processes().into_iter().filter(|id| String::from_utf8_lossy(&environment(id)).contains(mark)).count()
}

fn open_files(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

#[test]
fn hundreds_of_runs_leave_no_process_no_zombie_and_no_open_file() {
    let mark = format!("PLATUS_TEST_MARK={}", std::process::id());
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let count = || fs::read_to_string(&runs).unwrap_or_default().lines().count();
    let env = mark.replace('=', ": ");
    // Each run leaves a process behind, as far as it can.
    let each = format!("sleep 600 & echo run >> {}", runs.display());
    let mut services: String = (0..SERVICES)
        .map(|id| format!("s{id}: {{type: exec, properties: {{command: [sh, -c, '{each}'], env: {{{env}}}}}}}\n"))
        .collect();
    services += &format!("hangs: {{type: exec, timeout: 600, properties: {{command: [sleep, 600], env: {{{env}}}}}}}\n");
    let open = folder.path().join("open");
    let lists = format!("ls /proc/self/fd > {0}.new; mv {0}.new {0}", open.display());
    services += &format!("lists: {{type: exec, properties: {{command: [sh, -c, '{lists}']}}}}\n");
    let files = configuration("check_interval: 1\n", &services);
    let config = files.path().join("config.yaml");
    let mut command = Command::new(python_itself());
    command.args(["-c", WITHOUT_FILES, env!("CARGO_BIN_EXE_platus"), "serve", "--listen", "127.0.0.1:0"]);
    let mut running = Running::start(command.arg("--config").arg(config));
    let process = running.id();

    waiting::until_blocking("each has run", || count() > SERVICES);
    let files_before = open_files(process);
    let counted = count();
    waiting::until_blocking("many have run", || count() >= counted + RUNS);
    // The fourth is the folder that `ls` reads.
    assert_eq!(fs::read_to_string(&open).unwrap().split_whitespace().collect::<Vec<_>>(), ["0", "1", "2", "3"]);
    // Only what is in flight at this moment may be there: a process, what it starts, and two pipes and a handle of the process.
    assert!(children(process) <= SERVICES + 2, "{} children", children(process));
    assert!(marked(&mark) <= 2 * SERVICES + 1, "{} processes", marked(&mark));
    let files = open_files(process);
    assert!(files <= files_before + 3 * SERVICES, "{files_before} open files became {files}");

    assert!(marked(&mark) > 0, "one hangs");
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
    waiting::until_blocking("what was in flight is gone", || marked(&mark) == 0);
}
