//! `TXT` records as in zone files and `dig +short`: one or more quoted strings, `"v=spf1 " "-all"`.

/// The strings joined; `None` for text in another form.
pub(super) fn joined(text: &str) -> Option<String> {
    let mut rest = text.trim().as_bytes();
    let mut joined = Vec::new();
    while !rest.is_empty() {
        rest = string(rest.strip_prefix(b"\"")?, &mut joined)?;
        match rest.trim_ascii_start() {
            // Two strings have a blank between them.
            after if after.len() == rest.len() && !after.is_empty() => return None,
            after => rest = after,
        }
    }
    (!text.trim().is_empty()).then(|| String::from_utf8_lossy(&joined).into_owned())
}

/// Reads one string up to its closing quote, and returns the rest. `\"` and `\\` are escaped characters, `\DDD` is a byte.
fn string<'a>(mut rest: &'a [u8], joined: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        rest = match rest {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] => {
                let number = [a, b, c].into_iter().fold(0u32, |number, digit| number * 10 + u32::from(digit - b'0'));
                joined.push(u8::try_from(number).ok()?);
                rest
            }
            [b'\\', byte, rest @ ..] => {
                joined.push(*byte);
                rest
            }
            [byte, rest @ ..] => {
                joined.push(*byte);
                rest
            }
            [] => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_in_quotes_are_joined() {
        for (text, expected) in [
            (r#""v=spf1 -all""#, Some("v=spf1 -all")),
            (r#" "v=spf1 " "include:a.test"  " -all" "#, Some("v=spf1 include:a.test -all")),
            (r#""say \"hi\" \\ \; \195\188""#, Some(r#"say "hi" \ ; ü"#)),
            (r#""""#, Some("")),
            ("v=spf1 -all", None),
            (r#""open"#, None),
            (r#""a""b""#, None),
            (r#""a" b"#, None),
            (r#""\999""#, None),
            ("", None),
        ] {
            assert_eq!(joined(text).as_deref(), expected, "{text}");
        }
    }
}
