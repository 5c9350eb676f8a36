//! Finds the links of Platus in the text of a template. They stay links where nothing else is formatted: other parts of the text come
//! from targets, which must not be able to send links to the person on call.

use super::delivery::Delivery;
use std::collections::HashSet;

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// A link of an alert of this delivery.
    Link(&'a str),
}

impl Delivery {
    /// The whole text in pieces. A link is a separate word, optionally within brackets, quotation marks and punctuation.
    pub(super) fn pieces<'a>(&self, text: &'a str) -> Vec<Piece<'a>> {
        let links: HashSet<&str> = self.alerts.iter().filter_map(|alert| alert.link.as_deref()).collect();
        let mut pieces = Vec::new();
        let mut done = 0;
        let mut start = 0;
        for word in text.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end();
            let inner = bare.trim_start_matches(['(', '[', '<', '"', '\'']);
            let before = bare.len() - inner.len();
            let shortened = inner.trim_end_matches([')', ']', '>', '"', '\'', '.', ',', ';', ':', '!', '?']);
            // A link may end with such a sign.
            if let Some(link) = [inner, shortened].into_iter().find(|link| links.contains(link)) {
                let at = start + before;
                if at > done {
                    pieces.push(Piece::Text(&text[done..at]));
                }
                pieces.push(Piece::Link(link));
                done = at + link.len();
            }
            start += word.len();
        }
        if done < text.len() {
            pieces.push(Piece::Text(&text[done..]));
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::Piece::{Link, Text};
    use crate::testing::storm;

    #[test]
    fn only_links_of_the_message_are_links() {
        let mut delivery = storm(2);
        delivery.alerts[0].link = Some("https://platus.lan/services/db".to_owned());
        delivery.alerts[1].link = Some("https://platus.lan/services/db2.".to_owned());
        let db = Link("https://platus.lan/services/db");
        for (text, expected) in [
            ("", vec![]),
            ("https://platus.lan/services/db", vec![db]),
            ("see https://platus.lan/services/db.\nBye", vec![Text("see "), db, Text(".\nBye")]),
            ("[db](https://platus.lan/services/db)", vec![Text("[db](https://platus.lan/services/db)")]),
            ("<https://platus.lan/services/db>", vec![Text("<"), db, Text(">")]),
            ("https://platus.lan/services/db2.", vec![Link("https://platus.lan/services/db2.")]),
            ("https://platus.lan/services/db3 https://evil.lan", vec![Text("https://platus.lan/services/db3 https://evil.lan")]),
            ("ä\u{a0}https://platus.lan/services/db", vec![Text("ä\u{a0}"), db]),
        ] {
            assert_eq!(delivery.pieces(text), expected, "{text}");
        }
    }
}
