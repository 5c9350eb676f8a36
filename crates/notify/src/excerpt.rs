//! Excerpts of answers for error messages. A receiver often quotes the request, with the secret in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use net::withhold::{SHORTEST, withhold};
use std::cmp::Reverse;
use system::foreign_text;
use yaml::Secret;

/// Longest excerpt, in characters.
const LONGEST: usize = 200;

/// The texts to remove from excerpts.
#[derive(Clone, Default)]
pub(super) struct Withheld(Vec<String>);

impl Withheld {
    pub(super) fn add(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text.len() >= SHORTEST && !self.0.contains(&text) {
            self.0.push(text);
            // A longer text may contain a shorter one.
            self.0.sort_unstable_by_key(|text| Reverse(text.len()));
        }
    }

    /// Adds the secret, and its encoding in Base64.
    pub(super) fn add_secret(&mut self, secret: &Secret) {
        self.add(secret.expose());
        self.add(STANDARD.encode(secret.expose()));
    }

    /// The beginning of an answer, in one line, without secrets.
    pub(super) fn excerpt(&self, answer: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(answer).into_owned();
        for withheld in &self.0 {
            text = withhold(&text, withheld, "[withheld]");
        }
        let line = foreign_text::line(&text).split_whitespace().collect::<Vec<_>>().join(" ");
        foreign_text::shortened(line.into(), LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_removed() {
        let mut withheld = Withheld::default();
        withheld.add_secret(&Secret::new("s3cret"));
        withheld.add("s3cret-and-more");
        withheld.add("abc");
        let answer = "No such hook:\r\n\t/s3cret-and-more/abc\u{7} s3cret czNjcmV0";
        assert_eq!(withheld.excerpt(answer.as_bytes()), "No such hook: /[withheld]/abc [withheld] [withheld]");
        withheld.add_secret(&Secret::new("pass"));
        assert_eq!(withheld.excerpt(b"password of pass"), "password of [withheld]");
    }

    #[test]
    fn it_is_short() {
        let excerpt = Withheld::default().excerpt("ü".repeat(300).as_bytes());
        assert_eq!(excerpt, format!("{}…", "ü".repeat(200)));
        assert_eq!(Withheld::default().excerpt(b"\xff ok"), "\u{fffd} ok");
    }
}
