//! Text that is partly of others, whose references are not expanded.

use std::ops::Range;

/// The beginning of a reference to a variable.
const BEGIN: &str = "${";

/// The beginning of a reference to a file.
const FILE: &str = "file:/";

/// Whether the text would be read as the path of a file.
pub(super) fn is_file_reference(text: &str) -> bool {
    text.starts_with(FILE)
}

/// A text, and which parts of it are of others.
#[derive(Default)]
pub(super) struct Filled {
    text: String,
    foreign: Vec<Range<usize>>,
}

impl Filled {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn push_foreign(&mut self, text: &str) {
        let begin = self.text.len();
        self.text.push_str(text);
        self.foreign.push(begin..self.text.len());
    }

    /// The text as it is.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The text in which no part of others begins or completes a reference to a variable: `$${` stands for `${` there. `None` if it would
    /// be a reference to a file.
    pub(super) fn into_protected(self) -> Option<String> {
        if self.foreign.is_empty() {
            return Some(self.text);
        }
        let is_foreign = |part: Range<usize>| self.foreign.iter().any(|range| range.start < part.end && part.start < range.end);
        if is_file_reference(&self.text) && is_foreign(0..FILE.len()) {
            return None;
        }
        let mut protected = String::with_capacity(self.text.len());
        let mut done = 0;
        for (at, _) in self.text.match_indices(BEGIN) {
            if is_foreign(at..at + BEGIN.len()) {
                protected.push_str(&self.text[done..at]);
                protected.push('$');
                done = at;
            }
        }
        protected.push_str(&self.text[done..]);
        Some(protected)
    }
}

#[cfg(test)]
mod tests {
    use super::Filled;

    /// Of parts, of which those in brackets are of others.
    #[track_caller]
    fn check(parts: &[&str], expected: Option<&str>) {
        let mut filled = Filled::default();
        for part in parts {
            match part.strip_prefix('[').and_then(|part| part.strip_suffix(']')) {
                Some(foreign) => filled.push_foreign(foreign),
                None => filled.push(part),
            }
        }
        assert_eq!(filled.into_protected().as_deref(), expected, "{parts:?}");
    }

    #[test]
    fn a_reference_of_others_is_text() {
        check(&["${HOST}/", "[a]"], Some("${HOST}/a"));
        check(&["[${HOST}]"], Some("$${HOST}"));
        check(&["[$]", "{HOST}"], Some("$${HOST}"));
        check(&["[$]", "[{HOST}]"], Some("$${HOST}"));
        check(&["$", "[{HOST}]"], Some("$${HOST}"));
        check(&["a", "[$${HOST}]", "${B}"], Some("a$$${HOST}${B}"));
        check(&["[$]", "[]", "[${A}]"], Some("$$${A}"));
    }

    #[test]
    fn a_file_of_others_is_not_read() {
        check(&["[file:/etc/passwd]"], None);
        check(&["file:", "[/etc/passwd]"], None);
        check(&["[fi]", "le:/etc/passwd"], None);
        check(&["file:/run/", "[secret]"], Some("file:/run/secret"));
        check(&["x", "[file:/etc/passwd]"], Some("xfile:/etc/passwd"));
    }
}
