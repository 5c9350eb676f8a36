//! The files of the configuration, and whether they have changed.

use crate::application::file_version::FileVersion;
use crate::config::{Config, FileSet};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// The files of the configuration that is in use.
#[derive(Clone, Debug)]
pub(crate) struct ConfigurationFiles {
    /// `config.yaml`.
    file: PathBuf,
    named: Named,
    /// Those that the latest reload has named, which failed. Empty if they are the same.
    tried: Named,
    /// When they were read last, also by a reload that failed.
    read: Looked,
    /// When they were looked at last.
    seen: Looked,
    digest: String,
}

/// The files that a configuration names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    sets: Vec<FileSet>,
    /// Files with lists of services, which other programs write.
    lists: BTreeSet<PathBuf>,
}

/// What was seen of all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Looked {
    own: Own,
    /// Of each list.
    lists: BTreeMap<PathBuf, Option<FileVersion>>,
}

/// What was seen of the files of the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Own {
    used: Vec<Seen>,
    tried: Vec<Seen>,
}

/// What was seen of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    File(PathBuf, Option<FileVersion>),
    /// Why a name leads to no file.
    Nothing(String),
}

impl ConfigurationFiles {
    /// The files of a configuration that was just read: `config.yaml` and those that it names. Waits for the disk.
    pub(crate) fn new(file: PathBuf, named: Named) -> Self {
        let digest = digest(&file, &named.sets);
        let mut files = Self { file, named, tried: Named::default(), digest, read: Looked::default(), seen: Looked::default() };
        files.look();
        files
    }

    /// Remembers the versions of the files, which are to be read now. Waits for the disk.
    pub(crate) fn look(&mut self) {
        self.seen = self.now();
        self.read.clone_from(&self.seen);
    }

    /// These files were read, and named these. If they are others than those in use, they are watched as well: a correction of one of them is
    /// a reason to reload. Waits for the disk.
    pub(crate) fn were_tried(&mut self, named: Named) {
        self.tried = if self.named.is_same(&named) { Named::default() } else { named };
        // Only these: a change of the others since they were read is another one.
        self.seen.own.tried = seen(&self.tried.sets);
        self.read.own.tried.clone_from(&self.seen.own.tried);
        for (path, version) in versions(self.tried.lists.difference(&self.named.lists)) {
            self.seen.lists.insert(path.clone(), version.clone());
            self.read.lists.insert(path, version);
        }
    }

    /// These files were read as a configuration, which may have others. Waits for the disk.
    pub(crate) fn were_read(self, config: &Config) -> Self {
        let named = Named::of(config);
        match self.named.is_same(&named) {
            true => Self { digest: digest(&self.file, &named.sets), named, ..self },
            false => Self::new(config.file.clone(), named),
        }
    }

    /// Whether they have changed since they were read, and not since this was asked last. Then they count as read. Waits for the disk.
    ///
    /// Those of the operator are judged together, since they may be written together. Each list is judged by itself, so that one that always
    /// changes delays nothing. While those of the operator are being written, lists wait: a reload reads all files.
    pub(crate) fn have_changed(&mut self) -> bool {
        let now = self.now();
        let before = std::mem::replace(&mut self.seen, now);
        let settled = |path: &PathBuf, version: &Option<FileVersion>| {
            before.lists.get(path) == Some(version) && self.read.lists.get(path) != Some(version)
        };
        let have_lists_changed = self.seen.lists.iter().any(|(path, version)| settled(path, version));
        let is_settled = self.seen.own == before.own;
        if !is_settled || (self.seen.own == self.read.own && !have_lists_changed) {
            return false;
        }
        self.read.clone_from(&self.seen);
        true
    }

    /// Whether those of the operator are as they were when they were read last. Waits for the disk.
    pub(crate) fn are_as_read(&self) -> bool {
        self.own() == self.read.own
    }

    /// The SHA-256 of the contents of those of the operator, in hexadecimal.
    pub(crate) fn digest(&self) -> String {
        self.digest.clone()
    }

    fn now(&self) -> Looked {
        Looked { own: self.own(), lists: versions(self.named.lists.union(&self.tried.lists)) }
    }

    /// Also files that were added to a folder since, and a folder that is gone.
    fn own(&self) -> Own {
        let mut used = vec![Seen::of(self.file.clone())];
        used.extend(seen(&self.named.sets));
        Own { used, tried: seen(&self.tried.sets) }
    }
}

impl Named {
    /// Those that this configuration names.
    pub(crate) fn of(config: &Config) -> Self {
        let sets = vec![config.service_files.clone(), config.user_files.clone()];
        Self { sets, lists: config.discovered.iter().filter_map(|entry| entry.file.clone()).collect() }
    }

    fn is_same(&self, other: &Self) -> bool {
        let have_same_names = self.sets.iter().zip(&other.sets).all(|(set, other)| set.has_same_names(other));
        have_same_names && self.lists == other.lists
    }
}

impl Seen {
    fn of(path: PathBuf) -> Self {
        let version = FileVersion::of(&path);
        Self::File(path, version)
    }
}

/// What is seen of these files now. Waits for the disk.
fn seen(sets: &[FileSet]) -> Vec<Seen> {
    let mut seen = Vec::new();
    for set in sets {
        let (files, errors) = set.look();
        seen.extend(files.into_iter().map(Seen::of));
        seen.extend(errors.into_iter().map(|error| Seen::Nothing(error.to_string())));
    }
    seen
}

/// The versions of these files. Waits for the disk.
fn versions<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> BTreeMap<PathBuf, Option<FileVersion>> {
    paths.map(|path| (path.clone(), FileVersion::of(path))).collect()
}

/// The SHA-256 of the lengths and contents of the files that were read, in hexadecimal.
fn digest(file: &PathBuf, sets: &[FileSet]) -> String {
    let mut digest = Sha256::new();
    for path in [file].into_iter().chain(sets.iter().flat_map(FileSet::found)) {
        let content = fs::read(path).unwrap_or_default();
        digest.update(u64::try_from(content.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(&content);
    }
    let mut text = String::new();
    for byte in digest.finalize() {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use tempfile::TempDir;

    const USERS: &str = "admin: {role: admin, password: admin}";

    fn write(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
    }

    fn config(folder: &TempDir) -> Config {
        Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap()
    }

    fn of(config: &Config) -> ConfigurationFiles {
        ConfigurationFiles::new(config.file.clone(), Named::of(config))
    }

    /// A configuration whose services are in the folder `services`.
    fn configuration() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("config.yaml"), "services: services");
        write(&folder.path().join("users.yaml"), USERS);
        fs::create_dir(folder.path().join("services")).unwrap();
        write(&folder.path().join("services/a.yaml"), "a: {type: t}");
        folder
    }

    /// Whether a change is noticed, once and after it has settled.
    #[track_caller]
    fn check_noticed(files: &mut ConfigurationFiles, what: &str) {
        assert!(!files.have_changed(), "{what}: it may still be written");
        assert!(files.have_changed(), "{what}");
        assert!(!files.have_changed(), "{what}: it was reported");
    }

    #[test]
    fn a_change_counts_once_and_when_it_has_settled() {
        let folder = configuration();
        let users = folder.path().join("users.yaml");
        let mut files = of(&config(&folder));
        assert!(!files.have_changed());
        write(&users, "three");
        assert!(!files.have_changed(), "it may still be written");
        write(&users, "three and more");
        check_noticed(&mut files, "another content");
        fs::remove_file(&users).unwrap();
        check_noticed(&mut files, "a file that is gone");
        write(&users, USERS);
        check_noticed(&mut files, "a file that is back");
    }

    #[test]
    fn the_files_of_a_folder_may_come_and_go() {
        let folder = configuration();
        let services = folder.path().join("services");
        let mut files = of(&config(&folder));
        write(&services.join("b.yaml"), "b: {type: t}");
        check_noticed(&mut files, "a new file");
        let (before, after) = (files.digest(), files.clone().were_read(&config(&folder)).digest());
        assert_ne!(before, after);
        write(&services.join("notes.txt"), "no configuration");
        assert!(!files.have_changed() && !files.have_changed(), "a file that is none of them");
        fs::create_dir(services.join("team")).unwrap();
        write(&services.join("team/c.yml"), "c: {type: t}");
        check_noticed(&mut files, "a file in a folder below");
        fs::remove_file(services.join("b.yaml")).unwrap();
        check_noticed(&mut files, "a file less");
        let aside = folder.path().join("aside");
        fs::rename(&services, &aside).unwrap();
        check_noticed(&mut files, "a folder that is gone");
        fs::rename(&aside, &services).unwrap();
        check_noticed(&mut files, "a folder that is back");
    }

    #[test]
    fn the_files_of_a_reload_that_failed_are_watched_until_one_names_others() {
        let folder = configuration();
        let path = |name: &str| folder.path().join(name);
        let mut files = of(&config(&folder));
        fs::create_dir(path("next")).unwrap();
        write(&path("next/a.yaml"), "a: {type: t}");
        write(&path("config.yaml"), "services: next");
        check_noticed(&mut files, "another folder is named");
        files.look();
        files.were_tried(Named::of(&config(&folder)));
        assert!(!files.have_changed() && !files.have_changed(), "they were read");
        write(&path("next/a.yaml"), "a: {type: t, timeout: 5}");
        check_noticed(&mut files, "a file that no reload has used");
        write(&path("services/a.yaml"), "a: {type: u}");
        check_noticed(&mut files, "a file in use");
        write(&path("config.yaml"), "services: services");
        check_noticed(&mut files, "config.yaml");
        files.were_tried(Named::of(&config(&folder)));
        write(&path("next/a.yaml"), "a: {type: v}");
        assert!(!files.have_changed() && !files.have_changed(), "a file that none names");
    }

    #[test]
    fn each_list_is_judged_by_itself_and_waits_for_the_configuration() {
        let folder = configuration();
        let path = |name: &str| folder.path().join(name);
        let entry = |name: &str| format!("{name}: {{type: t, discover: {{file: {name}.json}}}}\n");
        write(&path("services/a.yaml"), &[entry("one"), entry("two")].concat());
        write(&path("one.json"), "[]");
        let mut files = of(&config(&folder));
        let digest = files.digest();
        for round in 0..3 {
            write(&path("one.json"), &" ".repeat(round));
            assert!(!files.have_changed(), "it always changes");
        }
        write(&path("one.json"), "[ ]");
        write(&path("two.json"), "[]");
        assert!(!files.have_changed(), "both may still be written");
        write(&path("one.json"), "[  ]");
        assert!(files.have_changed(), "the other list");
        write(&path("one.json"), "[   ]");
        assert!(!files.have_changed() && files.are_as_read());
        write(&path("users.yaml"), "half");
        assert!(!files.have_changed() && !files.are_as_read(), "the list has settled, and the users may still be written");
        assert!(files.have_changed() && !files.have_changed(), "all have settled");
        write(&path("users.yaml"), USERS);
        assert_eq!(files.were_read(&config(&folder)).digest(), digest, "lists are no part of it");
    }

    #[test]
    fn a_link_that_is_swapped_is_a_change() {
        let folder = configuration();
        let path = |name: &str| folder.path().join(name);
        fs::rename(path("services"), path("before")).unwrap();
        fs::create_dir(path("after")).unwrap();
        write(&path("after/a.yaml"), "a: {type: u}");
        symlink("before", path("services")).unwrap();
        let mut files = of(&config(&folder));
        let digest = files.digest();
        symlink("after", path("next")).unwrap();
        fs::rename(path("next"), path("services")).unwrap();
        check_noticed(&mut files, "another folder");
        assert_ne!(files.were_read(&config(&folder)).digest(), digest);
    }
}
