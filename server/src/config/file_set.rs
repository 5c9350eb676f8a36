//! The files that `services` or `users` of `config.yaml` names: files, folders, and patterns such as `teams/*.yaml`.

use glob::{MatchOptions, Pattern, glob_with};
use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use yaml::LocatedError;

/// Most files of one set.
const MOST_FILES: usize = 10_000;

/// Deepest folder below a named one.
const DEPTH: usize = 16;

/// The endings of the files of a folder.
const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// The characters that make a name a pattern.
const WILDCARDS: [char; 3] = ['*', '?', '['];

/// Where the services or the users are, and which files were found there.
#[derive(Clone, Debug)]
pub struct FileSet {
    /// The key of `config.yaml`.
    key: &'static str,
    given: Vec<String>,
    /// The folder of `config.yaml`.
    folder: PathBuf,
    found: Vec<PathBuf>,
}

impl FileSet {
    /// The files that a key names. Relative names are looked up from this folder. Nothing is looked for yet.
    pub(super) fn new(key: &'static str, given: &[String], folder: &Path) -> Self {
        Self { key, given: given.to_vec(), folder: folder.to_owned(), found: Vec::new() }
    }

    /// One file that is known to exist.
    pub(super) fn of_file(key: &'static str, path: &Path) -> Self {
        let given = vec![path.display().to_string()];
        Self { key, given, folder: PathBuf::new(), found: vec![path.to_owned()] }
    }

    /// The same with the files that are there now. Blocks on the disk.
    pub(super) fn find(mut self) -> (Self, Vec<LocatedError>) {
        let (found, errors) = self.look();
        self.found = found;
        (self, errors)
    }

    /// The files that were found, in the order in which they are read.
    pub fn found(&self) -> &[PathBuf] {
        &self.found
    }

    /// Whether both look for the same files.
    pub fn has_same_names(&self, other: &Self) -> bool {
        (&self.given, &self.folder) == (&other.given, &other.folder)
    }

    /// The files that are there now, and an error for each name that leads to none: otherwise services would silently disappear with a
    /// folder that is not mounted. A file that several names lead to is in the list once. Blocks on the disk.
    pub fn look(&self) -> (Vec<PathBuf>, Vec<LocatedError>) {
        let (mut files, mut errors) = (Vec::new(), Vec::new());
        let mut known = HashSet::new();
        for given in &self.given {
            match self.find_one(given) {
                Ok(found) => {
                    files.extend(
                        found.into_iter().filter(|path| known.insert(path.canonicalize().unwrap_or_else(|_| path.clone()))),
                    );
                }
                Err(problem) => errors.push(LocatedError::without_place(problem)),
            }
        }
        if files.len() > MOST_FILES {
            errors.push(LocatedError::without_place(self.too_many()));
        }
        (files, errors)
    }

    /// The files of one name: first from the folder of `config.yaml`, then from the working directory, where the original looked.
    fn find_one(&self, given: &str) -> Result<Vec<PathBuf>, String> {
        // Joining an absolute path gives that path.
        let mut tried = vec![self.folder.join(given), PathBuf::from(given)];
        tried.dedup();
        // An empty name would be the folder of `config.yaml`.
        for path in tried.iter().filter(|_| !given.is_empty()) {
            if path.is_file() {
                return Ok(vec![path.clone()]);
            }
            if path.is_dir() {
                return self.files_below(path);
            }
        }
        if given.contains(WILDCARDS) {
            return self.matching(given);
        }
        let tried: Vec<String> = tried.iter().map(|path| path.display().to_string()).collect();
        Err(format!("no file at {}; create it, or set `{}` in config.yaml to its path", tried.join(" nor at "), self.key))
    }

    /// The files of a folder and of those below it.
    fn files_below(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let mut files = Vec::new();
        self.collect(folder, DEPTH, &mut files)?;
        if files.is_empty() {
            let folder = folder.display();
            return Err(format!(
                "no file {folder}/*.yaml; create one that holds `{{}}` if there is nothing, or set `{}` in config.yaml to another path",
                self.key
            ));
        }
        files.sort();
        Ok(files)
    }

    fn collect(&self, folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), String> {
        let unreadable = |error: io::Error| format!("the folder {} cannot be read: {error}; make it readable", folder.display());
        if depth == 0 {
            return Err(format!("{} is nested more than {DEPTH} folders deep; move its files up", folder.display()));
        }
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            // Editors leave hidden files, and a ConfigMap has its former content in hidden folders.
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            // Of the entry itself: a link to a folder could lead back.
            if entry.file_type().map_err(unreadable)?.is_dir() {
                self.collect(&path, depth - 1, files)?;
            } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) {
                files.push(path);
            }
            if files.len() > MOST_FILES {
                return Err(self.too_many());
            }
        }
        Ok(())
    }

    /// The files that match a pattern.
    fn matching(&self, given: &str) -> Result<Vec<PathBuf>, String> {
        let key = self.key;
        if given.contains("**") {
            return Err(format!(
                "`{key}`: `**` is not supported in {given}; name the folder itself, which includes those below it"
            ));
        }
        let options = MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
        // Joining an absolute pattern gives that pattern. The name of the folder is not read as a pattern.
        let folder = Pattern::escape(&self.folder.display().to_string());
        let mut tried = vec![Path::new(&folder).join(given), PathBuf::from(given)];
        tried.dedup();
        for pattern in &tried {
            let pattern = pattern.display().to_string();
            let paths = glob_with(&pattern, options).map_err(|error| format!("`{key}`: {given} is no pattern: {}", error.msg))?;
            let mut files = Vec::new();
            for path in paths {
                let path = path
                    .map_err(|error| format!("{} cannot be read: {}; make it readable", error.path().display(), error.error()))?;
                if !path.is_dir() {
                    files.push(path);
                }
                if files.len() > MOST_FILES {
                    return Err(self.too_many());
                }
            }
            if !files.is_empty() {
                files.sort();
                return Ok(files);
            }
        }
        Err(format!("no file matches {given}; create one, or set `{key}` in config.yaml to another path"))
    }

    fn too_many(&self) -> String {
        format!("`{}` names more than {MOST_FILES} files; is it the right folder?", self.key)
    }
}

/// The path of a single file, else the names as they are given.
impl fmt::Display for FileSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.found.as_slice() {
            [file] => write!(f, "{}", file.display()),
            _ => f.write_str(&self.given.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests;
