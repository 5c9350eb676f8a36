//! The links of a message within a text of somebody. They are to be links where nothing else is formatted: what was seen comes from
//! others, who are not to put links before the eyes of whoever is woken.

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
    /// The text in pieces, which are all of it in order. A link is a word of its own; brackets, quotation marks and the signs at the
    /// end of a sentence may stand around it.
    pub(super) fn pieces<'a>(&self, text: &'a str) -> Vec<Piece<'a>> {
        let links: HashSet<&str> = self.alerts.iter().filter_map(|alert| alert.link.as_deref()).collect();
        let mut pieces = Vec::new();
        let mut told = 0;
        let mut start = 0;
        for word in text.split_inclusive(char::is_whitespace) {
            let bare = word.trim_end();
            let inner = bare.trim_start_matches(['(', '[', '<', '"', '\'']);
            let before = bare.len() - inner.len();
            let shortened = inner.trim_end_matches([')', ']', '>', '"', '\'', '.', ',', ';', ':', '!', '?']);
            // The last letter of a link may be such a sign.
            if let Some(link) = [inner, shortened].into_iter().find(|link| links.contains(link)) {
                let at = start + before;
                if at > told {
                    pieces.push(Piece::Text(&text[told..at]));
                }
                pieces.push(Piece::Link(link));
                told = at + link.len();
            }
            start += word.len();
        }
        if told < text.len() {
            pieces.push(Piece::Text(&text[told..]));
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
        delivery.alerts[0].link = Some("https://platus.lan/?search=db".to_owned());
        delivery.alerts[1].link = Some("https://platus.lan/?search=db2.".to_owned());
        let db = Link("https://platus.lan/?search=db");
        for (text, expected) in [
            ("", vec![]),
            ("https://platus.lan/?search=db", vec![db]),
            ("see https://platus.lan/?search=db.\nBye", vec![Text("see "), db, Text(".\nBye")]),
            ("[db](https://platus.lan/?search=db)", vec![Text("[db](https://platus.lan/?search=db)")]),
            ("<https://platus.lan/?search=db>", vec![Text("<"), db, Text(">")]),
            ("https://platus.lan/?search=db2.", vec![Link("https://platus.lan/?search=db2.")]),
            ("https://platus.lan/?search=db3 https://evil.lan", vec![Text("https://platus.lan/?search=db3 https://evil.lan")]),
            ("ä\u{a0}https://platus.lan/?search=db", vec![Text("ä\u{a0}"), db]),
        ] {
            assert_eq!(delivery.pieces(text), expected, "{text}");
        }
    }
}
