//! Translates Python's regular expressions where the engines differ.

/// Translates `pattern`, so that Rust's engines find what Python finds:
/// - `\Z` is the very end of the text;
/// - `$` is the end, or the place before a line end that ends the text, unless `(?m)` gives it the same meaning in both;
/// - a brace that begins no repetition is a brace, as in `{"status": "ok"}`;
/// - in a set, `[`, `&` and `~` are themselves, as in `[[{]`;
/// - `\<` and `\>` are the signs, not the ends of words.
pub(super) fn translate(pattern: &str) -> String {
    let multi_line = sets_multi_line(pattern);
    let mut translated = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '\\' => escape(rest, &mut translated),
            '[' => set(rest, &mut translated),
            '{' => brace(rest, &mut translated),
            '$' if !multi_line => {
                translated.push_str(r"(?:\n?\z)");
                1
            }
            other => {
                translated.push(other);
                other.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    translated
}

/// Whether a group such as `(?m)` or `(?im:` is in the pattern.
fn sets_multi_line(pattern: &str) -> bool {
    pattern.split("(?").skip(1).any(|group| {
        let flags: String = group.chars().take_while(char::is_ascii_alphabetic).collect();
        let end = group.chars().nth(flags.len());
        flags.contains('m') && matches!(end, Some(')' | ':' | '-'))
    })
}

/// Writes the escape at the beginning of `rest` and returns its length in bytes.
fn escape(rest: &str, translated: &mut String) -> usize {
    match rest.chars().nth(1) {
        Some('Z') => translated.push_str(r"\z"),
        Some(sign @ ('<' | '>')) => translated.push(sign),
        Some(other) => translated.extend(['\\', other]),
        None => translated.push('\\'),
    }
    rest.chars().take(2).map(char::len_utf8).sum()
}

/// Writes the set at the beginning of `rest`, up to its closing bracket, and returns its length in bytes.
fn set(rest: &str, translated: &mut String) -> usize {
    // A bracket at the start of a set is one of its characters.
    let opening = ["[^]", "[^", "[]", "["].into_iter().find(|opening| rest.starts_with(opening)).unwrap_or_default();
    translated.push_str(opening);
    let mut length = opening.len();
    let mut escaped = false;
    for character in rest.chars().skip(opening.chars().count()) {
        length += character.len_utf8();
        if !escaped && matches!(character, '[' | '&' | '~') {
            translated.push('\\');
        }
        translated.push(character);
        if character == ']' && !escaped {
            break;
        }
        escaped = character == '\\' && !escaped;
    }
    length
}

/// Writes the brace at the beginning of `rest`, and what belongs to it, and returns its length in bytes.
fn brace(rest: &str, translated: &mut String) -> usize {
    let inner = rest.get(1..).and_then(|inner| inner.split_once('}')).map(|(inner, _)| inner).unwrap_or_default();
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    if inner.is_empty() || !least.chars().chain(most.chars()).all(|c| c.is_ascii_digit()) {
        translated.push_str(r"\{");
        return 1;
    }
    // Rust requires the lower bound.
    let zero = if least.is_empty() { "0" } else { "" };
    translated.extend(["{", zero, inner, "}"]);
    inner.len() + 2
}
