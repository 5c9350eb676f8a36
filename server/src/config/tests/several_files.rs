//! Services and users in several files.

use super::{Files, ONE_USER};
use std::fs;
use std::os::unix::fs::symlink;

/// A configuration with these further files.
fn configuration(config: &str, further: &[(&str, &str)]) -> Files {
    let files = Files::new(config, "{}", ONE_USER);
    for (name, text) in further {
        let path = files.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    files
}

fn ids(files: &Files) -> Vec<String> {
    files.load().unwrap().services.iter().map(|service| service.id.as_str().to_owned()).collect()
}

#[test]
fn services_and_users_are_merged_in_the_order_of_their_files() {
    let files = configuration(
        "services: [first.yaml, teams, 'more-*.yaml']\nusers: people",
        &[
            ("teams/b.yaml", "b: {type: tcp, depends_on: [first, a]}"),
            ("teams/a/a.yml", "a: {type: tcp}"),
            ("first.yaml", "first: {type: tcp}"),
            ("more-1.yaml", "{}"),
            ("more-2.yaml", "last: {type: tcp}"),
            ("people/admins.yaml", ONE_USER),
            ("people/others.yaml", &ONE_USER.replace("admin", "other")),
        ],
    );
    let config = files.load().unwrap();
    assert_eq!(ids(&files), ["first", "a", "b", "last"]);
    assert!(config.services.iter().all(|service| service.check.is_ok()), "dependencies reach other files");
    let users: Vec<_> = config.users.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(users, ["admin", "other"]);
    let place = config.services[2].place.to_string();
    assert!(place.ends_with("/teams/b.yaml:1:1"), "{place}");
    assert_eq!(config.warnings, [] as [String; 0]);
}

#[test]
fn an_id_or_a_name_in_two_files_is_an_error_with_both_places() {
    let files = configuration(
        "{services: s, users: [users.yaml, more.yaml]}",
        &[
            ("s/a.yaml", "web: {type: x}\nweb: {type: tcp}\n"),
            ("s/b.yaml", "db: {type: tcp}\n\n  \nweb: {type: tcp}\n"),
            ("s/c.yaml", "web: {type: tcp}\ndb: {type: tcp}\n"),
            ("more.yaml", ONE_USER),
        ],
    );
    insta::assert_snapshot!(files.error(), @r"
    s/b.yaml:4:1: the service `web` stands here again, first at s/a.yaml:2:1; remove one or rename it
    s/c.yaml:1:1: the service `web` stands here again, first at s/a.yaml:2:1; remove one or rename it
    s/c.yaml:2:1: the service `db` stands here again, first at s/b.yaml:1:1; remove one or rename it
    more.yaml:1:1: the user `admin` stands here again, first at users.yaml:1:1; remove one or rename it
    ");
    // In one file, the last counts with a warning.
    for name in ["s/b.yaml", "s/c.yaml", "more.yaml"] {
        fs::write(files.0.path().join(name), "{}").unwrap();
    }
    let config = files.load().unwrap();
    assert_eq!((config.services.len(), config.services[0].plugin.as_str()), (1, "tcp"));
    assert!(config.warnings[0].contains("s/a.yaml:2:1: the key `web` stands here again"), "{:?}", config.warnings);
}

#[test]
fn every_file_that_cannot_be_read_is_an_error() {
    let files =
        configuration("services: s", &[("s/a.yaml", "a: {type: tcp}"), ("s/b.yaml", "b: ["), ("s/c.yaml", "# nothing yet\n")]);
    symlink("nowhere", files.0.path().join("s/d.yaml")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(files.0.path().join("s/e.yaml")).status().unwrap().success());
    insta::assert_snapshot!(files.error(), @r"
    s/b.yaml:1:4: this is no valid YAML: unclosed bracket '['
    s/c.yaml:1:1: the file holds nothing; write `{}` if it is to be empty
    s/d.yaml cannot be read: No such file or directory (os error 2); make it readable or give another path
    s/e.yaml is no ordinary file; remove it
    ");
}

#[test]
fn a_folder_without_files_is_no_configuration_without_services() {
    let files = configuration("services: s", &[("s/README.md", "")]);
    assert!(files.error().contains("s/*.yaml; create one that holds `{}`"), "{}", files.error());
    fs::write(files.0.path().join("s/none.yaml"), "{}").unwrap();
    assert_eq!(ids(&files), [] as [&str; 0]);
    let files = configuration("services: []", &[]);
    assert_eq!(files.error(), "config.yaml:1:11: `services`: the list is empty; name at least one file, folder or pattern");
}

#[test]
fn many_files_are_together_no_larger_than_one() {
    let half = format!("# {}\n{{}}\n", "x".repeat(33 * 1024 * 1024));
    let files = configuration("services: s", &[("s/a.yaml", &half), ("s/b.yaml", &half)]);
    assert!(files.error().ends_with("s/b.yaml and the files before it are larger than 64 MiB together; are they the right files?"));
}
