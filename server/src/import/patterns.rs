//! Regular expressions for what the peers search in other ways.

/// A regular expression for a text as it is.
pub(super) fn exactly(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// For a whole text that is this one, apart from spaces around it.
pub(super) fn whole(pattern: &str) -> String {
    format!(r"\A\s*(?:{pattern})\s*\z")
}

/// For a text in which this is not found.
pub(super) fn absent(pattern: &str) -> String {
    format!(r"\A(?![\s\S]*(?:{pattern}))")
}

/// For a whole text that is not this one, apart from spaces around it.
pub(super) fn other_than(pattern: &str) -> String {
    format!(r"\A(?!\s*(?:{pattern})\s*\z)")
}

/// The regular expression of a pattern with `*` and `?`.
pub(super) fn wildcards(pattern: &str) -> String {
    let mut expression = String::with_capacity(pattern.len());
    for letter in pattern.chars() {
        match letter {
            '*' => expression.push_str(r"[\s\S]*"),
            '?' => expression.push_str(r"[\s\S]"),
            letter => expression.push_str(&exactly(letter.encode_utf8(&mut [0; 4]))),
        }
    }
    expression
}

/// Whether a text is one of those that a pattern with `*` and `?` means. Takes time in proportion to both lengths.
pub(super) fn matches_wildcards(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(letter) if *letter == '?' || text.get(in_text) == Some(letter) => (at, in_text) = (at + 1, in_text + 1),
            _ => {
                let Some((star_at, from)) = star else { return false };
                star = Some((star_at, from + 1));
                (at, in_text) = (star_at + 1, from + 1);
            }
        }
    }
    pattern.iter().skip(at).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_wildcards() {
        assert_eq!(exactly("a.b (c)"), r"a\.b \(c\)");
        assert_eq!(whole(&wildcards("a*b?")), r"\A\s*(?:a[\s\S]*b[\s\S])\s*\z");
        for (pattern, text, expected) in
            [("2*", "204", true), ("2?", "204", false), ("*0*", "500", true), ("", "", true), ("*", "", true), ("a", "", false)]
        {
            assert_eq!(matches_wildcards(pattern, text), expected, "{pattern} {text}");
        }
    }
}
