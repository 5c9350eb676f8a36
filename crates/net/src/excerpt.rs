//! The beginning of what a library or a server says, as a message shows it.

use super::withhold::withhold;
use std::borrow::Cow;

/// Longest reason of a library that is shown, in characters.
const LONGEST_REASON: usize = 160;

/// The beginning of a text of somebody else, which may be long.
pub fn shortened(reason: &str) -> String {
    without_documentation(reason).chars().take(LONGEST_REASON).collect()
}

/// What a library says, without the address of its documentation, which helps only those who program with it.
pub fn without_documentation(reason: &str) -> Cow<'_, str> {
    let Some((before, after)) = reason.split_once("https://docs.rs/") else { return reason.into() };
    let before = before.trim_end_matches([' ', ':', '(']);
    match after.split_once(char::is_whitespace) {
        Some((_, rest)) => format!("{before} {}", without_documentation(rest)).into(),
        None => before.into(),
    }
}

/// The beginning of what a server said, in quotation marks. The words of `withheld` are left out wherever they come back in it; short
/// ones are kept, for they would be found anywhere.
pub fn excerpt(answer: &[u8], withheld: &str) -> String {
    let mut text = String::from_utf8_lossy(answer).into_owned();
    let mut words: Vec<_> = withheld.split_whitespace().collect();
    // A longer word may hold a shorter one.
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        text = withhold(&text, word, "[sent]");
    }
    let text = text.trim();
    let cut = if text.chars().nth(LONGEST_REASON).is_some() { "…" } else { "" };
    format!("\"{}{cut}\"", shortened(text).escape_debug())
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
