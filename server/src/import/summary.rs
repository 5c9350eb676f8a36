//! What came of an import, for a person. Contains names and remarks, and no values.

use super::history::ImportedHistory;
use super::model::{Imported, Part, Presence, Remark, RemarkKind};
use std::fmt;
use std::path::PathBuf;
use system::foreign_text;

/// Remarks that are shown. The files have all of them.
const MOST: usize = 200;

/// What was written, and what was not carried over.
#[derive(Debug)]
pub struct Summary {
    files: Vec<PathBuf>,
    /// Written parts by kind.
    written: Vec<(&'static str, usize)>,
    /// Parts that are comments, or only their remarks.
    left_out: usize,
    /// What was not carried over: where, and what.
    losses: Vec<String>,
    history: Option<ImportedHistory>,
}

impl Summary {
    pub(super) fn of(imported: &Imported, files: Vec<PathBuf>, history: Option<ImportedHistory>) -> Self {
        let count = |parts: &[Part]| parts.iter().filter(|part| part.presence == Presence::Active).count();
        let written = vec![
            ("service", count(&imported.services)),
            ("channel", count(&imported.channels)),
            ("maintenance window", count(&imported.windows)),
            ("user", count(&imported.users)),
        ];
        let left_out = imported.parts().filter(|(_, part)| part.presence != Presence::Active).count();
        let general =
            imported.remarks.iter().filter(|remark| remark.kind == RemarkKind::Loss).map(|Remark { text, .. }| text.clone());
        let own = imported.parts().flat_map(|(kind, part)| {
            part.losses().map(move |remark| format!("{kind} {}: {}", foreign_text::line(&part.name), remark.text))
        });
        Self { files, written, left_out, losses: general.chain(own).collect(), history }
    }

    /// Whether everything was carried over.
    pub fn is_complete(&self) -> bool {
        self.losses.is_empty()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for loss in self.losses.iter().take(MOST) {
            writeln!(f, "Not carried over: {}", foreign_text::line(loss))?;
        }
        if let Some(more) = self.losses.len().checked_sub(MOST).filter(|more| *more > 0) {
            writeln!(f, "{more} more remarks are in the files.")?;
        }
        let written = self.written.iter().filter(|(_, number)| *number > 0).map(|(what, number)| counted(*number, what));
        let written = written.collect::<Vec<_>>().join(", ");
        let written = if written.is_empty() { "nothing".to_owned() } else { written };
        let files: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
        writeln!(f, "Imported: {written}. Files: {}.", files.join(", "))?;
        if let Some(ImportedHistory { services, checks, span }) = &self.history {
            let span = span.map_or_else(String::new, |(from, to)| format!(", from {} to {}", from.date_naive(), to.date_naive()));
            writeln!(f, "History: {} of {}{span}.", counted(*checks, "check"), counted(*services, "service"))?;
        }
        match (self.losses.len(), self.left_out) {
            (0, 0) => write!(f, "Everything was carried over."),
            (0, 1) => write!(f, "Everything was carried over; one entry is a comment."),
            (0, left_out) => write!(f, "Everything was carried over; {left_out} entries are comments."),
            (losses, _) => write!(f, "{} not carried over; each has a comment in the files.", counted_things(losses)),
        }
    }
}

fn counted_things(number: usize) -> String {
    format!("{number} {}", if number == 1 { "thing was" } else { "things were" })
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
