//! References that have no effect because of what lists have.

use crate::config::discovery::DISCOVER;
use crate::config::findings::Finding;
use yaml::LocatedError;

/// References with a warning of their own. A list can have thousands.
const MOST: usize = 20;

/// References without effect.
#[derive(Default)]
pub(super) struct WithoutEffect {
    findings: Vec<Finding>,
    others: usize,
}

impl WithoutEffect {
    /// `keys` lead to the reference.
    pub(super) fn add(&mut self, problem: LocatedError, keys: &[&str]) {
        if self.findings.len() == MOST {
            self.others += 1;
            return;
        }
        let problem = keys.iter().rev().fold(problem, |problem, key| problem.under(key));
        self.findings.push(Finding::warning(DISCOVER, problem));
    }

    /// The first ones, and the number of the others.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let Self { mut findings, others } = self;
        if others > 0 {
            let text = format!("{others} more references to services have no effect because of what lists of `{DISCOVER}` have");
            findings.push(Finding::warning(DISCOVER, LocatedError::without_place(text)));
        }
        findings
    }
}
