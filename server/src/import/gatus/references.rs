//! References to the environment. Gatus replaces `$NAME` and `${NAME}` in the whole file, and `$$` is a dollar sign.

use std::borrow::Cow;
use system::environment::Environment;

/// The text as Platus writes it: `${NAME}` for references, and `$${` for the text `${`.
pub(super) fn carried(text: &str) -> Cow<'_, str> {
    if !text.contains('$') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(replaced(text, &|name| format!("${{{name}}}")))
}

/// The text with the values of the environment, for what Platus must know when it is imported. `None` if a variable is not set.
pub(super) fn filled(text: &str, environment: Environment<'_>) -> Option<String> {
    let mut is_complete = true;
    let mut rest = text;
    let mut filled = String::new();
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        filled.push_str(before);
        match environment(name).filter(|value| !value.is_empty()) {
            Some(value) => filled.push_str(&value),
            None => is_complete = false,
        }
        rest = after;
    }
    filled.push_str(rest);
    is_complete.then_some(filled)
}

fn replaced(text: &str, refer: &dyn Fn(&str) -> String) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        replaced.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            // A dollar sign before a brace would refer to something in Platus.
            replaced.push_str(if after.starts_with('{') { "$$" } else { "$" });
            rest = after;
            continue;
        }
        let (name, after) = match after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some(split) => split,
            None => {
                let end = after.find(|letter: char| !is_of_name(letter)).unwrap_or(after.len());
                after.split_at(end)
            }
        };
        match name.chars().next() {
            Some(first) if !first.is_ascii_digit() && name.chars().all(is_of_name) => replaced.push_str(&refer(name)),
            // A dollar sign before anything else stays, as in a regular expression.
            None => replaced.push('$'),
            // Gatus knows no such variable.
            Some(_) => {}
        }
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_those_of_platus() {
        for (text, expected) in [
            ("none", "none"),
            ("$HOST", "${HOST}"),
            ("https://${HOST}:$PORT/x", "https://${HOST}:${PORT}/x"),
            ("a$$b $${c}", "a$b $${c}"),
            ("pat(*$)", "pat(*$)"),
            ("$1", ""),
        ] {
            assert_eq!(carried(text), expected);
        }
        let environment = |name: &str| (name == "HOST").then(|| "example.org".to_owned());
        assert_eq!(filled("https://${HOST}/", &environment).as_deref(), Some("https://example.org/"));
        assert_eq!(filled("${HOST}${PORT}", &environment), None);
    }
}
