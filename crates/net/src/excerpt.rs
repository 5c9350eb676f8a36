//! The beginning of what a library or a server says, as a message shows it.

use super::withhold::withhold;
use std::borrow::Cow;

/// Maximum length of a text that is shown, in characters.
const LONGEST_REASON: usize = 160;

/// The first 160 characters of a text from outside, without addresses of a library's documentation.
pub fn shortened(reason: &str) -> String {
    without_documentation(reason).chars().take(LONGEST_REASON).collect()
}

/// The first `most` characters of a text, followed by `…` if there are more.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Removes addresses of documentation on docs.rs, which help only programmers of the library.
pub fn without_documentation(reason: &str) -> Cow<'_, str> {
    let Some((before, after)) = reason.split_once("https://docs.rs/") else { return reason.into() };
    let before = before.trim_end_matches([' ', ':', '(']);
    match after.split_once(char::is_whitespace) {
        Some((_, rest)) => format!("{before} {}", without_documentation(rest)).into(),
        None => before.into(),
    }
}

/// The beginning of an answer, in quotation marks. Words of `withheld` are replaced wherever the answer repeats them, except those
/// too short to be recognised.
pub fn excerpt(answer: &[u8], withheld: &str) -> String {
    let mut text = String::from_utf8_lossy(answer).into_owned();
    let mut words: Vec<_> = withheld.split_whitespace().collect();
    // A longer word may contain a shorter one.
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        text = withhold(&text, word, "[sent]");
    }
    format!("\"{}\"", cut(&without_documentation(text.trim()), LONGEST_REASON).escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_sends_people_to_the_documentation_of_a_library() {
        let reason =
            "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/index.html";
        let shown = "peer closed connection without sending TLS close_notify";
        assert_eq!(shortened(reason), shown);
        assert_eq!(shortened(&format!("{reason} (again: {reason}) end")), format!("{shown} (again: {shown} end"));
        assert_eq!(shortened("look at https://example.org/"), "look at https://example.org/");
    }
}
