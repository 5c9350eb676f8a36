//! The files of the configuration, and whether they have changed.

use crate::application::file_version::FileVersion;
use crate::config::Config;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// The files of the configuration that is in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigurationFiles {
    paths: Vec<PathBuf>,
    /// When they were read last, also by a reload that failed.
    read: Vec<Option<FileVersion>>,
    /// When they were looked at last.
    seen: Vec<Option<FileVersion>>,
    digest: String,
}

impl ConfigurationFiles {
    /// The files at these paths, as they are now. Waits for the disk.
    pub(crate) fn at(paths: Vec<PathBuf>) -> Self {
        let mut files = Self { digest: digest(&paths), paths, ..Self::default() };
        files.look();
        files
    }

    /// Remembers the versions of the files, which are to be read now. Waits for the disk.
    pub(crate) fn look(&mut self) {
        self.seen = self.paths.iter().map(|path| FileVersion::of(path)).collect();
        self.read.clone_from(&self.seen);
    }

    /// These files were read as a configuration, which may have others. Waits for the disk.
    pub(crate) fn were_read(self, config: &Config) -> Self {
        let paths = paths(config);
        match paths == self.paths {
            true => Self { digest: digest(&paths), ..self },
            false => Self::at(paths),
        }
    }

    /// Whether they have changed since they were read, and not since this was asked last. Then they count as read. Waits for the disk.
    pub(crate) fn have_changed(&mut self) -> bool {
        let now: Vec<_> = self.paths.iter().map(|path| FileVersion::of(path)).collect();
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
}

/// Where the files of a configuration are.
pub(crate) fn paths(config: &Config) -> Vec<PathBuf> {
    vec![config.file.clone(), config.services_file.clone(), config.users_file.clone()]
}

/// The SHA-256 of the lengths and contents of these files, in hexadecimal.
fn digest(paths: &[PathBuf]) -> String {
    let mut digest = Sha256::new();
    for path in paths {
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
    use std::path::Path;

    fn write(path: &Path, text: &str) {
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_change_counts_once_and_when_it_has_settled() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b] = ["a.yaml", "b.yaml"].map(|name| folder.path().join(name));
        write(&a, "one");
        write(&b, "two");
        let mut files = ConfigurationFiles::at(vec![a.clone(), b.clone()]);
        assert!(!files.have_changed());
        write(&b, "three");
        assert!(!files.have_changed(), "it may still be written");
        write(&b, "three and more");
        assert!(!files.have_changed(), "it was");
        assert!(files.have_changed());
        assert!(!files.have_changed(), "it was reported");
        fs::remove_file(&a).unwrap();
        assert!(!files.have_changed());
        assert!(files.have_changed(), "a file that is gone is a change, too");
        write(&a, "one");
        assert!(!files.have_changed());
        assert!(files.have_changed());
    }

    #[test]
    fn a_link_that_is_swapped_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let [before, after, link] = ["before", "after", "link"].map(|name| folder.path().join(name));
        write(&before, "one");
        write(&after, "two");
        std::os::unix::fs::symlink(&before, &link).unwrap();
        let mut files = ConfigurationFiles::at(vec![link.clone()]);
        let digest = files.digest();
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&after, &link).unwrap();
        assert!(!files.have_changed());
        assert!(files.have_changed());
        assert_ne!(ConfigurationFiles::at(vec![link]).digest(), digest);
    }
}
