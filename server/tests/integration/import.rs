//! `platus import`: the files of other monitors, and what the written ones mean.

mod blackbox;
mod documented;
mod gatus;
mod gatus_conditions;
mod hostile;
mod kuma_database;
mod kuma_history;
mod kuma_incomplete;
mod legacy;
mod uptime_kuma;

use crate::command_line::{PLATUS, platus};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// Where the files of other monitors are, which were written for these tests.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/import");

/// What an import has written and said.
struct Imported {
    folder: TempDir,
    code: Option<i32>,
    said: String,
}

fn fixture(name: &str) -> PathBuf {
    Path::new(FIXTURES).join(name)
}

/// Imports a file into a new folder.
fn import(arguments: &[&str]) -> Imported {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("platus");
    let output: Output = platus(&[&["import"], arguments, &["--output", output.to_str().unwrap()]].concat()).output().unwrap();
    assert_eq!(output.stdout, b"");
    Imported { folder, code: output.status.code(), said: String::from_utf8(output.stderr).unwrap() }
}

impl Imported {
    fn folder(&self) -> PathBuf {
        self.folder.path().join("platus")
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder().join(file)).unwrap()
    }

    /// What was said, without the folder.
    fn said(&self) -> String {
        self.said.replace(&self.folder.path().display().to_string(), "")
    }

    /// `platus validate` finds no error, with these variables in the environment, and only the owner can read the files.
    #[track_caller]
    fn assert_valid(&self, variables: &[(&str, &str)]) {
        let config = self.folder().join("config.yaml");
        let mut command = platus(&["validate", "--config", config.to_str().unwrap()]);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}\n{}", self.text("services.yaml"));
        for file in ["config.yaml", "services.yaml", "users.yaml"] {
            assert_eq!(fs::metadata(self.folder().join(file)).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        }
    }

    /// Checks every service once. Returns the states by the ids of the services.
    fn states(&self) -> BTreeMap<String, String> {
        let config = self.folder().join("config.yaml");
        let output = platus(&["probe", "--json", "--config", config.to_str().unwrap()]).output().unwrap();
        let rows: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(|row| (text(row, "service"), text(row, "state"))).collect()
    }
}

#[test]
fn files_that_are_there_are_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("users.yaml"), "mine").unwrap();
    let file = fixture("gatus.yaml");
    let arguments = ["import", "gatus", file.to_str().unwrap(), "--output", folder.path().to_str().unwrap()];
    let output = platus(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("users.yaml exists; give another folder"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else was written");
}

#[test]
fn the_folder_must_be_named() {
    let output = platus(&["import", "gatus", "x.yaml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(Path::new(PLATUS).is_file());
}
