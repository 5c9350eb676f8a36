use super::FileSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "{}").unwrap();
    }
    folder
}

fn look(folder: &Path, given: &[&str]) -> (Vec<String>, String) {
    let given: Vec<String> = given.iter().map(|name| (*name).to_owned()).collect();
    let (files, errors) = FileSet::new("services", &given, folder).look();
    let files = files.iter().map(|file| file.strip_prefix(folder).unwrap().display().to_string()).collect();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    (files, errors.join("\n").replace(&folder.display().to_string(), "FOLDER"))
}

/// The files that these names lead to.
#[track_caller]
fn found(folder: &Path, given: &[&str]) -> Vec<String> {
    let (files, errors) = look(folder, given);
    assert_eq!(errors, "");
    files
}

#[test]
fn a_folder_has_its_yaml_files_and_those_below_sorted() {
    let folder = folder(&[
        "s/b.yaml",
        "s/a.yml",
        "s/team/z.yaml",
        "s/team/deep/y.yaml",
        "s/README.md",
        "s/c.yaml~",
        "s/.hidden.yaml",
        "s/..data/b.yaml",
        "s/.git/config.yaml",
        "other.yaml",
    ]);
    assert_eq!(found(folder.path(), &["s"]), ["s/a.yml", "s/b.yaml", "s/team/deep/y.yaml", "s/team/z.yaml"]);
    assert_eq!(found(folder.path(), &["s/"]), found(folder.path(), &["s"]));
    assert_eq!(look(folder.path(), &[""]).0, [] as [&str; 0], "an empty name is not the folder of config.yaml");
}

#[test]
fn a_pattern_matches_names_in_one_folder() {
    let folder = folder(&["teams/a.yaml", "teams/b.yaml", "teams/b.json", "teams/.c.yaml", "teams/x/d.yaml", "s1.yaml", "s2.yaml"]);
    assert_eq!(found(folder.path(), &["teams/*.yaml"]), ["teams/a.yaml", "teams/b.yaml"]);
    assert_eq!(found(folder.path(), &["s[0-9].yaml"]), ["s1.yaml", "s2.yaml"]);
    assert_eq!(found(folder.path(), &["s?.yaml"]), ["s1.yaml", "s2.yaml"]);
    assert_eq!(found(folder.path(), &["*/*/*.yaml"]), ["teams/x/d.yaml"]);
    let absolute = folder.path().join("teams/*.yaml");
    assert_eq!(found(folder.path(), &[absolute.to_str().unwrap()]), ["teams/a.yaml", "teams/b.yaml"]);
}

#[test]
fn a_file_whose_name_looks_like_a_pattern_is_that_file() {
    let folder = folder(&["a[1].yaml", "a1.yaml", "x*/s.yaml"]);
    assert_eq!(found(folder.path(), &["a[1].yaml"]), ["a[1].yaml"]);
    // The folder of config.yaml is no pattern.
    let inner = folder.path().join("x*");
    fs::create_dir(folder.path().join("xy")).unwrap();
    fs::write(folder.path().join("xy/t.yaml"), "{}").unwrap();
    assert_eq!(found(&inner, &["*.yaml"]), ["s.yaml"]);
}

#[test]
fn a_list_is_read_in_its_order_and_each_file_once() {
    let folder = folder(&["z.yaml", "s/a.yaml", "s/b.yaml"]);
    assert_eq!(found(folder.path(), &["z.yaml", "s/b.yaml", "s"]), ["z.yaml", "s/b.yaml", "s/a.yaml"]);
    symlink("z.yaml", folder.path().join("same.yaml")).unwrap();
    assert_eq!(found(folder.path(), &["same.yaml", "z.yaml"]), ["same.yaml"]);
}

#[test]
fn a_name_that_leads_to_nothing_is_an_error() {
    let folder = folder(&["s/a.yaml", "empty/README.md"]);
    let (files, errors) = look(folder.path(), &["gone.yaml", "s", "empty", "none/*.yaml", "s/**/*.yaml", "s/[.yaml", ""]);
    assert_eq!(files, ["s/a.yaml"]);
    insta::assert_snapshot!(errors, @r"
    no file at FOLDER/gone.yaml nor at gone.yaml; create it, or set `services` in config.yaml to its path
    no file FOLDER/empty/*.yaml; create one that holds `{}` if there is nothing, or set `services` in config.yaml to another path
    no file matches none/*.yaml; create one, or set `services` in config.yaml to another path
    `services`: `**` is not supported in s/**/*.yaml; name the folder itself, which includes those below it
    `services`: s/[.yaml is no pattern: invalid range pattern
    no file at FOLDER/ nor at ; create it, or set `services` in config.yaml to its path
    ");
}

#[test]
fn links_to_files_count_and_links_to_folders_below_do_not() {
    let folder = folder(&["..2026/a.yaml", "s/b.yaml"]);
    // As a ConfigMap is mounted.
    symlink("..2026", folder.path().join("..data")).unwrap();
    fs::create_dir(folder.path().join("mounted")).unwrap();
    symlink("../..data/a.yaml", folder.path().join("mounted/a.yaml")).unwrap();
    assert_eq!(found(folder.path(), &["mounted"]), ["mounted/a.yaml"]);
    symlink(".", folder.path().join("s/loop")).unwrap();
    assert_eq!(found(folder.path(), &["s"]), ["s/b.yaml"]);
    symlink("s", folder.path().join("link")).unwrap();
    assert_eq!(found(folder.path(), &["link"]), ["link/b.yaml"]);
    symlink("nowhere", folder.path().join("s/dangling.yaml")).unwrap();
    assert_eq!(found(folder.path(), &["s"]), ["s/b.yaml", "s/dangling.yaml"], "reading it fails, so that it is noticed");
}

#[test]
fn folders_are_not_followed_for_ever() {
    let deep = "d/".repeat(40) + "a.yaml";
    let folder = folder(&[&format!("s/{deep}")]);
    assert!(look(folder.path(), &["s"]).1.contains("is nested more than 16 folders deep"));
}
