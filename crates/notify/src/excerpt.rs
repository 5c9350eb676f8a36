//! What may be repeated of an answer. A receiver that is wrong often says so by quoting the request, with the secret in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use net::withhold::{SHORTEST, withhold};
use std::cmp::Reverse;
use system::foreign_text;
use yaml::Secret;

/// Longest excerpt, in characters.
const LONGEST: usize = 200;

/// The texts that are left out.
#[derive(Clone, Default)]
pub(super) struct Withheld(Vec<String>);

impl Withheld {
    pub(super) fn add(&mut self, text: impl Into<String>) {
        let text = text.into();
        if text.len() >= SHORTEST && !self.0.contains(&text) {
            self.0.push(text);
            // A longer text may hold a shorter one.
            self.0.sort_unstable_by_key(|text| Reverse(text.len()));
        }
    }

    /// Also as it is sent by protocols that pack a password.
    pub(super) fn add_secret(&mut self, secret: &Secret) {
        self.add(secret.expose());
        self.add(STANDARD.encode(secret.expose()));
    }

    /// The beginning of what somebody said, in one line, without what must not be seen.
    pub(super) fn excerpt(&self, answer: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(answer).into_owned();
        for withheld in &self.0 {
            text = withhold(&text, withheld, "[withheld]");
        }
        let line = foreign_text::line(&text).split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_seen_is_left_out() {
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
