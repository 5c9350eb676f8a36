//! Removes secrets from texts of other programs, without damaging ordinary words.

/// Minimum length of a secret that is removed, in bytes: shorter ones occur everywhere.
pub const SHORTEST: usize = 4;

/// From these lengths on, in bytes, a secret is removed everywhere. A shorter one may be a part of an ordinary word, and is
/// removed only where it is a whole word.
const LONG: usize = 8;
const LONG_OF_LETTERS: usize = 16;

/// Replaces `secret` in `text` with `mark`.
pub fn withhold(text: &str, secret: &str, mark: &str) -> String {
    if secret.len() < SHORTEST {
        return text.to_owned();
    }
    let could_be_part_of_word = could_be_part_of_word(secret);
    let mut kept = String::with_capacity(text.len());
    let mut end = 0;
    for (begin, _) in text.match_indices(secret) {
        let (before, after) = (&text[..begin], &text[begin + secret.len()..]);
        if could_be_part_of_word && (ends_within_word(before) || after.starts_with(char::is_alphanumeric)) {
            continue;
        }
        kept.push_str(&text[end..begin]);
        kept.push_str(mark);
        end = begin + secret.len();
    }
    kept.push_str(&text[end..]);
    kept
}

fn could_be_part_of_word(secret: &str) -> bool {
    let is_short = secret.len() < LONG || (secret.len() < LONG_OF_LETTERS && secret.chars().all(char::is_alphabetic));
    is_short && secret.chars().all(char::is_alphanumeric)
}

/// Whether `before` ends within a word. The end of an escape is no word: `%2F` in an address, `\n` and `\u002f` in JSON.
fn ends_within_word(before: &str) -> bool {
    let is_hexadecimal = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let ends_escape = match before.as_bytes() {
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f'] => true,
        [.., b'\\', b'u', a, b, c, d] => is_hexadecimal(&[*a, *b, *c, *d]),
        [.., b'%', a, b] => is_hexadecimal(&[*a, *b]),
        _ => false,
    };
    before.ends_with(char::is_alphanumeric) && !ends_escape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_words_stay() {
        for (text, secret, expected) in [
            ("password incorrect", "pass", "password incorrect"),
            ("pass: wrong", "pass", "[x]: wrong"),
            ("pass, passed (pass)", "pass", "[x], passed ([x])"),
            ("port 12345, id 1234", "1234", "port 12345, id [x]"),
            ("authentication of authentic", "authentic", "authentication of [x]"),
            ("unüber über", "über", "unüber [x]"),
            ("the ab of about", "ab", "the ab of about"),
            // No ordinary word has such a part.
            ("tokens3cretive", "s3cret!", "tokens3cretive"),
            ("xs3cret!x", "s3cret!", "x[x]x"),
            ("key=abc12345xyz", "abc12345", "key=[x]xyz"),
            ("xabcdefghijklmnopx", "abcdefghijklmnop", "x[x]x"),
            // Behind an escape a word begins.
            ("%2Fpass", "pass", "%2F[x]"),
            (r#"{"said": "a\npass"}"#, "pass", r#"{"said": "a\n[x]"}"#),
            (r"\u002fpass", "pass", r"\u002f[x]"),
            ("bypass", "pass", "bypass"),
        ] {
            assert_eq!(withhold(text, secret, "[x]"), expected, "{text}");
        }
    }
}
