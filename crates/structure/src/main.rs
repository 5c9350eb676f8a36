//! Checks the rules between the crates and files of this workspace. `scripts/lint.sh structure` runs it.
//!
//! - `circles`: no two files of a crate need one another, directly or through others.
//! - `crates`: a crate depends only on the crates that it may depend on.
//! - `names`: only the files that serve HTTP name the web framework and the page.
//! - `uses`: prints which file uses which other, for planning a move.

mod circles;
mod crates;
mod graph;
mod krate;
mod names;
mod resolve;
mod source;
#[cfg(test)]
mod tests;
mod workspace;

use std::io::Write;
use std::process::ExitCode;
use workspace::{Package, Workspace};

const USAGE: &str = "usage: structure circles [--crate NAME]… | uses [--crate NAME]… | crates | names [axum|leptos_axum|app]…";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (text, code) = match run(&arguments) {
        Ok(report) => (report.text, if report.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        Err(error) => (format!("Error: {error}\n"), ExitCode::from(2)),
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => code,
        Err(_) => ExitCode::from(2),
    }
}

/// What a check found.
#[derive(Default)]
struct Report {
    text: String,
    violations: usize,
}

impl Report {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn violation(&mut self, line: &str) {
        self.line(line);
        self.violations += 1;
    }
}

fn run(arguments: &[String]) -> Result<Report, String> {
    let Some((command, rest)) = arguments.split_first() else { return Err(USAGE.to_owned()) };
    let workspace = Workspace::load()?;
    let mut report = Report::default();
    match command.as_str() {
        "circles" => {
            for package in chosen(&workspace, rest)? {
                report_circles(&workspace, package, &mut report)?;
            }
        }
        "uses" => {
            for package in chosen(&workspace, rest)? {
                for root in &package.roots {
                    let graph = graph::of_crate(root, &workspace.root)?;
                    graph.edges().for_each(|edge| report.line(&edge));
                }
            }
        }
        "crates" => {
            crates::violations(&workspace).iter().for_each(|line| report.violation(line));
            if report.violations == 0 {
                report.line("Every crate depends only on crates that it may depend on.");
            }
        }
        "names" => {
            for rule in names::rules(rest)? {
                let found = rule.violations(&workspace)?;
                found.iter().for_each(|line| report.violation(line));
                if found.is_empty() {
                    report.line(&rule.kept());
                }
            }
        }
        _ => return Err(USAGE.to_owned()),
    }
    Ok(report)
}

fn report_circles(workspace: &Workspace, package: &Package, report: &mut Report) -> Result<(), String> {
    for root in &package.roots {
        let graph = graph::of_crate(root, &workspace.root)?;
        let circles = circles::shortest(&graph.adjacency());
        let root = graph.name(0);
        if circles.is_empty() {
            report.line(&format!("{root}: no circle between its {} files.", graph.len()));
            continue;
        }
        let tangles = circles::components(&graph.adjacency());
        let sizes: Vec<String> = tangles.iter().map(|files| files.len().to_string()).collect();
        let count = circles.len();
        report.line(&format!(
            "{root}: {count} circles between its {} files, within groups of {} files. The shortest first:",
            graph.len(),
            sizes.join(", ")
        ));
        for circle in &circles {
            report.violation(&format!("  {}", graph.describe(circle)));
        }
    }
    Ok(())
}

/// The packages that `--crate` names; all when there is none.
fn chosen<'a>(workspace: &'a Workspace, arguments: &[String]) -> Result<Vec<&'a Package>, String> {
    let mut chosen = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let (true, Some(name)) = (argument == "--crate", rest.next()) else { return Err(USAGE.to_owned()) };
        chosen.push(workspace.package(name).ok_or_else(|| format!("the workspace has no crate \"{name}\""))?);
    }
    if chosen.is_empty() {
        chosen.extend(&workspace.packages);
    }
    Ok(chosen)
}
