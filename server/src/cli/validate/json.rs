use crate::config::Effect;
use crate::validation::{Report, Reported};
use serde::Serialize;
use system::foreign_text;

/// The JSON of a report. Keys are added to it, and none is removed or changed.
#[derive(Serialize)]
struct Document<'a> {
    files: Vec<String>,
    errors: usize,
    warnings: usize,
    findings: Vec<JsonFinding<'a>>,
    /// What was not checked. Sentences.
    notes: &'a [String],
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    severity: &'static str,
    rule: &'a str,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<&'a str>,
}

/// A report for a program.
pub(in crate::cli) fn json(report: &Report) -> String {
    let document = Document {
        files: report.files.iter().map(|file| file.display().to_string()).collect(),
        errors: report.errors(),
        warnings: report.warnings(),
        findings: report.findings.iter().map(finding).collect(),
        notes: &report.notes,
    };
    // Texts and numbers alone: this cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn finding(Reported { finding, excerpt }: &Reported) -> JsonFinding<'_> {
    let place = finding.problem.location();
    JsonFinding {
        severity: if finding.is_error() { "error" } else { "warning" },
        rule: finding.rule,
        effect: match finding.effect {
            Effect::NoStart => "no_start",
            Effect::NoCheck => "service_not_checked",
            Effect::NoLogin => "no_login",
            Effect::NoChannel => "channel_disabled",
            Effect::NoList => "list_not_used",
            Effect::Warning => "none",
        },
        file: place.map(|place| &*place.file),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        path: finding.problem.path(),
        // It quotes the files, and is for a person. The path and the suggestion are words of the files.
        message: foreign_text::line(&finding.problem.message()).into_owned(),
        suggestion: finding.problem.meant(),
        excerpt: excerpt.as_ref().map(|excerpt| excerpt.text.as_str()),
    }
}
