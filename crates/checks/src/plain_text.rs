use net::excerpt::cut;
use system::foreign_text;

/// Maximum length of the text of a program, in characters.
const LONGEST: usize = 500;

/// Makes untrusted text safe to show on one line: without control characters, and cut at 500 characters.
pub(super) fn plain(text: &str) -> String {
    cut(foreign_text::line(text).trim(), LONGEST)
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
