//! The files of the configuration, and whether they have changed.

use crate::application::file_version::FileVersion;
use crate::config::{Config, FileSet};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// The files of the configuration that is in use.
#[derive(Clone, Debug)]
pub(crate) struct ConfigurationFiles {
    /// `config.yaml`.
    file: PathBuf,
    /// The files that it names.
    sets: Vec<FileSet>,
    /// Those that the latest reload has named, which failed. Empty if they are the same.
    tried: Vec<FileSet>,
    /// When they were read last, also by a reload that failed.
    read: Looked,
    /// When they were looked at last.
    seen: Looked,
    digest: String,
}

/// What was seen of all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Looked {
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
    pub(crate) fn new(file: PathBuf, sets: Vec<FileSet>) -> Self {
        let digest = digest(&file, &sets);
        let mut files = Self { file, sets, tried: Vec::new(), digest, read: Looked::default(), seen: Looked::default() };
        files.look();
        files
    }

    /// Remembers the versions of the files, which are to be read now. Waits for the disk.
    pub(crate) fn look(&mut self) {
        self.seen = self.now();
        self.read.clone_from(&self.seen);
    }

    /// These files were read, and named these sets. If they are others than those in use, they are watched as well: a correction of one of
    /// them is a reason to reload. Waits for the disk.
    pub(crate) fn were_tried(&mut self, sets: Vec<FileSet>) {
        self.tried = if same_names(&self.sets, &sets) { Vec::new() } else { sets };
        // Only these: a change of the others since they were read is another one.
        self.seen.tried = seen(&self.tried);
        self.read.tried.clone_from(&self.seen.tried);
    }

    /// These files were read as a configuration, which may have others. Waits for the disk.
    pub(crate) fn were_read(self, config: &Config) -> Self {
        let sets = sets(config);
        match same_names(&self.sets, &sets) {
            true => Self { digest: digest(&self.file, &sets), sets, ..self },
            false => Self::new(config.file.clone(), sets),
        }
    }

    /// Whether they have changed since they were read, and not since this was asked last. Then they count as read. Waits for the disk.
    pub(crate) fn have_changed(&mut self) -> bool {
        let now = self.now();
        let is_settled = now == self.seen;
        self.seen = now;
        if !is_settled || self.seen == self.read {
            return false;
        }
        self.read.clone_from(&self.seen);
        true
    }

    /// The SHA-256 of their contents, in hexadecimal.
    pub(crate) fn digest(&self) -> String {
        self.digest.clone()
    }

    /// Also files that were added to a folder since, and a folder that is gone.
    fn now(&self) -> Looked {
        let mut used = vec![Seen::of(self.file.clone())];
        used.extend(seen(&self.sets));
        Looked { used, tried: seen(&self.tried) }
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

fn same_names(sets: &[FileSet], others: &[FileSet]) -> bool {
    sets.iter().zip(others).all(|(set, other)| set.has_same_names(other))
}

/// The files that `config.yaml` names, and those with lists of services. The latter are no part of the digest.
pub(crate) fn sets(config: &Config) -> Vec<FileSet> {
    vec![config.service_files.clone(), config.user_files.clone(), config.list_files.clone()]
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
        ConfigurationFiles::new(config.file.clone(), sets(config))
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
        files.were_tried(sets(&config(&folder)));
        assert!(!files.have_changed() && !files.have_changed(), "they were read");
        write(&path("next/a.yaml"), "a: {type: t, timeout: 5}");
        check_noticed(&mut files, "a file that no reload has used");
        write(&path("services/a.yaml"), "a: {type: u}");
        check_noticed(&mut files, "a file in use");
        write(&path("config.yaml"), "services: services");
        check_noticed(&mut files, "config.yaml");
        files.were_tried(sets(&config(&folder)));
        write(&path("next/a.yaml"), "a: {type: v}");
        assert!(!files.have_changed() && !files.have_changed(), "a file that none names");
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
