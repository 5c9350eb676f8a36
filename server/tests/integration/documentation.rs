//! The documentation: its links lead somewhere, its examples load, its commands exist, and what is generated is current.

mod check_types;
mod commands;
mod examples;
mod links;

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The pages that are not in `docs`.
const PAGES_OF_ROOT: [&str; 5] = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"];

/// A page, with its path from the root of the repository.
struct Page {
    path: PathBuf,
    text: String,
}

/// A block of code, with the line in which it begins.
struct Block<'a> {
    line: usize,
    language: &'a str,
    text: String,
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All pages of the repository that a user reads.
fn pages() -> Vec<Page> {
    let mut paths: Vec<_> = PAGES_OF_ROOT.map(PathBuf::from).to_vec();
    for folder in ["docs", "packaging"] {
        collect(Path::new(folder), &mut paths);
    }
    let mut pages: Vec<_> = paths.into_iter().map(|path| Page { text: read(&path), path }).collect();
    pages.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(pages.len() > 30, "{}", pages.len());
    pages
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap().map(Result::unwrap) {
        let path = folder.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}

impl Page {
    /// Its blocks of code.
    fn blocks(&self) -> Vec<Block<'_>> {
        let mut blocks = Vec::new();
        let mut open: Option<Block<'_>> = None;
        for (number, line) in self.text.lines().enumerate() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(language), None) => open = Some(Block { line: number + 1, language, text: String::new() }),
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (None, Some(block)) => block.text += &format!("{line}\n"),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block of code does not end", self.path.display());
        blocks
    }

    /// Its lines outside of blocks of code, each with its number.
    fn prose(&self) -> Vec<(usize, &str)> {
        let mut is_code = false;
        let is_prose = |(_, line): &(usize, &str)| {
            let is_fence = line.starts_with("```");
            is_code ^= is_fence;
            !is_code && !is_fence
        };
        self.text.lines().enumerate().map(|(number, line)| (number + 1, line)).filter(is_prose).collect()
    }
}
