//! Standard output that is full, or whose reader has gone.

use super::{Running, platus, serve, text};
use crate::test_app::configuration;
use std::fs;
use std::process::Stdio;

#[test]
fn output_that_is_not_taken_is_an_error_and_no_crash() {
    let of = |arguments: &[&str], output: Stdio| {
        let child = platus(arguments).stdout(output).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), text(&output.stderr).to_owned())
    };
    let folder = configuration("{}", "a: {type: exec, properties: {command: [echo, fine]}, data: {name: a}}");
    let config = &folder.path().join("config.yaml").display().to_string();
    let made = platus(&["keys", "create", "key", "--user", "admin", "--scope", "admin", "--config", config]).output().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, &made.stdout).unwrap();
    let (code, said) = of(&["probe", "--config", config], full());
    assert_eq!((code, said.contains("cannot write to standard output")), (Some(3), true), "{said}");

    let running = Running::start(serve(folder.path()).stdout(full()));
    let url = &format!("http://{}", running.address());
    for arguments in [
        &["plugins"][..],
        &["plugins", "rest_http"],
        &["schema", "services"],
        &["validate", "--config", config],
        &["validate", "--json", "--config", config],
        &["config", "show", "--config", config],
        &["config", "show", "--json", "--config", config],
        &["keys", "list", "--config", config],
        &["diff", "--config", config, "--url", url, "--key-file", key.to_str().unwrap()],
    ] {
        // The reader has seen enough, as `head` has.
        assert_eq!(of(arguments, left()), (Some(0), String::new()), "{arguments:?}");
        let (code, said) = of(arguments, full());
        assert_eq!(code, Some(1), "{arguments:?}");
        assert!(said.starts_with("platus: cannot write to standard output: No space left on device"), "{said}");
    }
    end(running);
    // Nor does it need a standard output that is read.
    end(Running::start(serve(folder.path()).stdout(left())));
}

fn end(mut running: Running) {
    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
}

/// A standard output without space.
fn full() -> Stdio {
    Stdio::from(fs::File::options().write(true).open("/dev/full").unwrap())
}

/// A standard output whose reader has gone.
fn left() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    Stdio::from(writer)
}
