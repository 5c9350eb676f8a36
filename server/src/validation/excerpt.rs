//! The line of a file that an error is about.

use super::known_keys::KnownKeys;
use super::masking::masked;
use crate::config;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use yaml::Location;

/// Characters of an excerpt. A longer line is shown from shortly before the place.
const WIDTH: usize = 120;

/// Characters before the place in a long line.
const BEFORE: usize = 40;

/// Bytes of the longest line that is shown in part.
const LONGEST_LINE: usize = 64 * 1024;

/// A line of a file, in which everything that could be a secret is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Counted from 1.
    pub line: usize,
    pub text: String,
    /// The character of the text at the place, counted from 0.
    pub caret: usize,
}

/// The texts of the files from which excerpts are taken. Each is read once.
#[derive(Default)]
pub(super) struct Texts {
    texts: HashMap<Arc<str>, Option<Text>>,
    keys: Option<KnownKeys>,
}

struct Text {
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// Lines before the one of an excerpt that are looked at for the keys that it stands below.
const CONTEXT: usize = 400;

impl Texts {
    /// The line of this place. `None` when the file cannot be read, has no such line any more, or one that is too long.
    pub(super) fn excerpt(&mut self, place: &Location) -> Option<Excerpt> {
        let text = self.texts.entry(place.file.clone()).or_insert_with(|| Text::read(&place.file)).as_ref()?;
        let keys = self.keys.get_or_insert_with(KnownKeys::new);
        let last = place.line.checked_sub(1)?;
        let first = last.saturating_sub(CONTEXT);
        let lines: Vec<&str> = (first..=last).map(|line| text.line(line)).collect::<Option<_>>()?;
        if lines.last()?.len() > LONGEST_LINE {
            return None;
        }
        let masked = masked(&lines, lines.len() - 1, keys);
        let caret = masked.column(place.column);
        Some(cut(place.line, &masked.text, caret))
    }
}

impl Text {
    fn read(file: &str) -> Option<Self> {
        let text = config::read_text(Path::new(file)).ok()?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Some(Self { text, lines })
    }

    /// The line with this index without its end.
    fn line(&self, index: usize) -> Option<&str> {
        let start = *self.lines.get(index)?;
        let end = self.lines.get(index + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end).map(|line| line.trim_end_matches(['\n', '\r']))
    }
}

/// The part of a line around the caret.
fn cut(line: usize, text: &str, caret: usize) -> Excerpt {
    if text.chars().count() <= WIDTH {
        return Excerpt { line, text: text.to_owned(), caret };
    }
    let skipped = if caret < WIDTH - 1 { 0 } else { caret - BEFORE };
    let mut shown: String = text.chars().skip(skipped).take(WIDTH).collect();
    let mut caret = caret - skipped;
    if text.chars().count() > skipped + WIDTH {
        shown.push('…');
    }
    if skipped > 0 {
        shown.insert(0, '…');
        caret += 1;
    }
    Excerpt { line, text: shown, caret }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_line_is_shown_around_the_place() {
        let text: String = (0..500).map(|number| char::from(b'a' + (number % 26) as u8)).collect();
        for caret in [0, 60, 130, 300, 499, 500] {
            let excerpt = cut(1, &text, caret);
            assert!(excerpt.text.chars().count() <= 122, "{caret}");
            assert_eq!(excerpt.text.chars().nth(excerpt.caret).filter(|letter| *letter != '…'), text.chars().nth(caret), "{caret}");
        }
        assert_eq!(cut(3, "short", 2).text, "short");
    }
}
