//! The findings of a validation, for a person.

use crate::config::{Effect, INVALID};
use crate::validation::{Excerpt, Report, Reported};
use std::fmt::Write;

/// Findings that are printed. A wrong template can cause one for each of many services.
const MOST: usize = 200;

/// The findings and a summary.
pub(super) fn text(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for Reported { finding, excerpt } in report.findings.iter().take(MOST) {
        writeln!(text, "{}{}", finding.problem, note(finding.effect, finding.rule)).ok();
        if let Some(Excerpt { line, text: shown, caret }) = excerpt {
            let number = format!("{line:>5}");
            writeln!(text, "{number} | {shown}\n{:width$} | {:caret$}^", "", "", width = number.len()).ok();
        }
        text.push('\n');
    }
    if let Some(more) = report.findings.len().checked_sub(MOST).filter(|more| *more > 0) {
        writeln!(text, "{more} more findings are not shown. `--json` prints all of them.\n").ok();
    }
    for note in &report.notes {
        writeln!(text, "{note}").ok();
    }
    let files = report.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
    match (report.errors(), report.warnings()) {
        (0, 0) => write!(text, "No errors in {files}."),
        (errors, 0) => write!(text, "{} in {files}.", counted(errors, "error")),
        (0, warnings) => write!(text, "No errors and {} in {files}.", counted(warnings, "warning")),
        (errors, warnings) => write!(text, "{} and {} in {files}.", counted(errors, "error"), counted(warnings, "warning")),
    }
    .ok();
    text
}

/// What follows from a finding.
fn note(effect: Effect, rule: &str) -> String {
    match effect {
        Effect::NoStart => " (error: Platus does not start)".to_owned(),
        Effect::NoCheck => " (error: the service is not checked)".to_owned(),
        Effect::NoLogin => " (error: the user or the key cannot log in)".to_owned(),
        Effect::NoChannel => " (error: the channel is disabled)".to_owned(),
        Effect::NoList => " (error: the list is not used)".to_owned(),
        Effect::Warning if rule == INVALID => " (warning)".to_owned(),
        Effect::Warning => format!(" (warning: {rule})"),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
