//! Checks the configuration without starting: reports every error of every file, and on request what is probably a mistake.

mod excerpt;
mod known_keys;
mod lint;
mod masking;
mod parts;

pub use excerpt::Excerpt;
pub(crate) use known_keys::KnownKeys;
pub(crate) use parts::of_services as errors_of_services;

use crate::config::{self, Discovered, Effect, FileKind, Finding, Reading};
use excerpt::Texts;
use std::path::{Path, PathBuf};
use system::environment::Environment;
use yaml::LocatedError;

/// What was checked, and what was found.
pub struct Report {
    /// In the order in which they were read.
    pub files: Vec<PathBuf>,
    /// In the order of the files, and of the places in each.
    pub findings: Vec<Reported>,
    /// What was not checked. Sentences.
    pub notes: Vec<String>,
}

/// A finding with the line of its file, if it has one.
pub struct Reported {
    pub finding: Finding,
    pub excerpt: Option<Excerpt>,
}

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thoroughness {
    /// Errors: a part of the configuration would not be used.
    Errors,
    /// Also what is probably a mistake.
    Lint,
}

impl Report {
    /// Checks `config.yaml` at this path, and the files that it names. Reads from the disk and waits for it.
    pub fn of_config(path: &Path, environment: Environment<'_>, thoroughness: Thoroughness) -> Self {
        Self::of_files(&[path.to_owned()], environment, thoroughness, |_| FileKind::Config)
    }

    /// Checks each of these files on its own, as what its name says it is: `config.yaml` with the files that it names, or a file of services,
    /// users or keys. A file with another name is recognised by what it holds.
    pub fn of_each(paths: &[PathBuf], environment: Environment<'_>, thoroughness: Thoroughness) -> Self {
        Self::of_files(paths, environment, thoroughness, FileKind::of)
    }

    fn of_files(
        paths: &[PathBuf],
        environment: Environment<'_>,
        thoroughness: Thoroughness,
        kind_of: impl Fn(&Path) -> FileKind,
    ) -> Self {
        let (mut files, mut findings, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            let read = match kind_of(path) {
                FileKind::Config => config::read(path, environment),
                FileKind::Keys => {
                    files.push(path.clone());
                    findings.extend(parts::of_keys(path));
                    continue;
                }
                kind => config::read_alone(kind, path, environment),
            };
            match read {
                Ok(reading) => {
                    files.extend(files_of(&reading));
                    notes.extend(reading.config.discovered.iter().filter_map(not_asked));
                    findings.extend(all(reading, thoroughness));
                }
                Err(error) => {
                    files.push(path.clone());
                    findings.push(Finding::invalid(error, Effect::NoStart));
                }
            }
        }
        files.dedup();
        Self { notes, ..Self::new(files, findings) }
    }

    fn new(files: Vec<PathBuf>, mut findings: Vec<Finding>) -> Self {
        let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        // What has no place comes first.
        findings.sort_by_key(|finding| {
            let place = finding.problem.location();
            place.map(|place| (names.iter().position(|name| **name == *place.file), place.line, place.column))
        });
        let mut texts = Texts::default();
        let findings = findings.into_iter().map(|finding| {
            let excerpt = finding.problem.location().and_then(|place| texts.excerpt(place));
            Reported { finding, excerpt }
        });
        Self { files, findings: findings.collect(), notes: Vec::new() }
    }

    /// One error alone, about a service that there is not.
    pub fn of_unknown_service(error: LocatedError) -> Self {
        Self::new(Vec::new(), vec![Finding::invalid(error, Effect::NoCheck)])
    }

    /// Whether this error is among the findings.
    pub fn has(&self, error: &LocatedError) -> bool {
        self.findings.iter().any(|reported| reported.finding.problem == *error)
    }

    /// The number of errors.
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|reported| reported.finding.is_error()).count()
    }

    /// The number of findings that are no errors.
    pub fn warnings(&self) -> usize {
        self.findings.len() - self.errors()
    }
}

/// That the server with a list was not asked.
fn not_asked(entry: &Discovered) -> Option<String> {
    let Discovered { entry: id, place, source, services, .. } = entry;
    let checked = match services {
        0 => "its services are not checked here".to_owned(),
        services => format!("the {services} services of the last good list are checked"),
    };
    entry.is_awaited.then(|| format!("{place}: `{id}`: {source} is not asked here; {checked}."))
}

fn files_of(reading: &Reading) -> Vec<PathBuf> {
    let config = &reading.config;
    let mut files = vec![config.file.clone()];
    files.extend(config.service_files.found().iter().chain(config.user_files.found()).cloned());
    files.dedup();
    files
}

fn all(reading: Reading, thoroughness: Thoroughness) -> Vec<Finding> {
    let mut findings = parts::of(&reading);
    if thoroughness == Thoroughness::Lint {
        findings.extend(lint::of(&reading));
    }
    findings.extend(reading.findings.into_iter().filter(|finding| thoroughness == Thoroughness::Lint || finding.is_error()));
    findings
}
