//! Checks what is written with Platus' own rules. A part with an error becomes a comment that says what is wrong, so that the written files
//! pass `platus validate`.

use super::documents::{Document, Documents};
use super::model::{Imported, Part, Presence};
use crate::validation::{Report, Reported, Thoroughness};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::{fs, io};
use system::environment::Environment;

/// How often the files are checked. A part that becomes a comment can be missed by another one, such as a service that depends on it.
const ROUNDS: usize = 20;

/// A text that begins like this refers to a file, and cannot be written otherwise.
const FILE_REFERENCE: &str = "file:/";

/// The texts of what was imported, after parts with errors have become comments. Waits for the disk.
pub(super) fn documents(imported: &mut Imported, origin: &str, environment: Environment<'_>) -> io::Result<Documents> {
    if !imported.may_refer_to_files {
        parts_mut(imported).for_each(withhold_file_references);
    }
    let folder = tempfile::tempdir()?;
    for _ in 0..ROUNDS {
        let documents = Documents::of(imported, origin);
        let errors = errors(&documents, folder.path(), environment)?;
        if errors.is_empty() {
            return Ok(documents);
        }
        if !comment_out(imported, &documents, errors) {
            break;
        }
    }
    Ok(Documents::of(imported, origin))
}

/// A text of another monitor must not make Platus read a file.
fn withhold_file_references(part: &mut Part) {
    let refers = |text: &str| text.starts_with(FILE_REFERENCE);
    if part.keys.iter().any(|(_, value)| value.any_text(&refers)) {
        part.presence = Presence::Absent;
        part.lost(format!(
            "a value begins with `{FILE_REFERENCE}`, which would make Platus read that file; write this entry yourself"
        ));
    }
}

/// The errors by file and line.
fn errors(
    documents: &Documents,
    folder: &Path,
    environment: Environment<'_>,
) -> io::Result<BTreeMap<(&'static str, usize), String>> {
    let files = [("config.yaml", &documents.config), ("services.yaml", &documents.services), ("users.yaml", &documents.users)];
    for (name, document) in files {
        fs::write(folder.join(name), &document.text)?;
    }
    let names: HashSet<&str> = files.iter().flat_map(|(_, document)| references(&document.text)).collect();
    // What is not set here may well be set where Platus runs.
    let environment = |name: &str| environment(name).or_else(|| names.contains(name).then(|| "1".to_owned()));
    let report = Report::of_config(&folder.join("config.yaml"), &environment, Thoroughness::Errors);
    let mut errors = BTreeMap::new();
    for Reported { finding, .. } in report.findings {
        let Some(place) = finding.problem.location() else { continue };
        let Some((name, _)) = files.into_iter().find(|(name, _)| Path::new(&*place.file).ends_with(name)) else { continue };
        let problem = &finding.problem;
        let text = problem.path().map_or_else(|| problem.message().into_owned(), |path| format!("`{path}`: {}", problem.message()));
        errors.entry((name, place.line)).or_insert(text);
    }
    Ok(errors)
}

/// The names of the variables to which a text refers.
fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|after| after.split(['}', ':']).next())
}

/// Makes comments of the parts with an error. Returns whether there was one.
fn comment_out(imported: &mut Imported, documents: &Documents, errors: BTreeMap<(&'static str, usize), String>) -> bool {
    let mut has_changed = false;
    for ((file, line), error) in errors {
        let in_config = documents.config.parts.split_at(imported.channels.len().min(documents.config.parts.len()));
        let found = match file {
            "services.yaml" => part_at(&mut imported.services, &documents.services.parts, line),
            "users.yaml" => part_at(&mut imported.users, &documents.users.parts, line),
            _ => match part_at(&mut imported.channels, in_config.0, line) {
                Some(channel) => Some(channel),
                None => part_at(&mut imported.windows, in_config.1, line),
            },
        };
        match found {
            Some(part) if part.presence == Presence::Active => {
                part.presence = Presence::Commented;
                part.lost(format!("Platus cannot use it as it is: {error}"));
                has_changed = true;
            }
            Some(_) => {}
            None => {
                has_changed |= drop_setting(imported, &documents.config, line, &error);
            }
        }
    }
    has_changed
}

fn part_at<'a>(parts: &'a mut [Part], lines: &[std::ops::RangeInclusive<usize>], line: usize) -> Option<&'a mut Part> {
    let index = lines.iter().position(|lines| lines.contains(&line))?;
    parts.get_mut(index)
}

/// Drops the setting at this line of `config.yaml`.
fn drop_setting(imported: &mut Imported, config: &Document, line: usize, error: &str) -> bool {
    let before = config.text.lines().take(line).collect::<Vec<_>>();
    let key = before.iter().rev().find(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()));
    let Some(key) = key.and_then(|line| line.split(':').next()).map(str::to_owned) else { return false };
    let mut is_dropped = false;
    imported.settings.retain(|known, _| {
        is_dropped |= known == key;
        known != key
    });
    if is_dropped {
        imported.lost(format!("`{key}`: {error}"));
    }
    is_dropped
}

fn parts_mut(imported: &mut Imported) -> impl Iterator<Item = &mut Part> {
    let Imported { services, channels, windows, users, .. } = imported;
    services.iter_mut().chain(channels).chain(windows).chain(users)
}
