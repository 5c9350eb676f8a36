use system::foreign_text;

/// Longest text of a program that is shown, in characters.
const LONGEST: usize = 500;

/// A text of somebody else as it may be shown on one line: without what would move the cursor of a terminal, and not too long.
pub(super) fn plain(text: &str) -> String {
    let mut plain: String = foreign_text::line(text).trim().chars().take(LONGEST + 1).collect();
    if let Some((end, _)) = plain.char_indices().nth(LONGEST) {
        plain.truncate(end);
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_shown_on_a_line_is_left() {
        assert_eq!(plain("  all\tis \u{1b}[31mwell\r\n"), "all is  [31mwell");
        assert_eq!(plain(&"ü".repeat(500)), "ü".repeat(500));
        assert_eq!(plain(&"ü".repeat(501)), "ü".repeat(500) + "…");
    }
}
