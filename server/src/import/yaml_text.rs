//! Writes values as YAML.

use super::value::{Map, Value};
use yaml::Reading;
use yaml::plain::read_plain;

/// Characters of a list that is written on one line.
const LONGEST_LINE: usize = 100;

/// The lines of a map, each with this indentation.
pub(super) fn map(map: &Map, indentation: usize) -> String {
    let mut text = String::new();
    for (key, value) in map.iter() {
        entry(key, value, indentation, &mut text);
    }
    text
}

/// A key with its value.
pub(super) fn entry(key: &str, value: &Value, indentation: usize, text: &mut String) {
    text.push_str(&" ".repeat(indentation));
    text.push_str(&scalar(key));
    text.push(':');
    behind(value, indentation, text);
}

/// An entry of a list.
pub(super) fn item(map: &Map, indentation: usize) -> String {
    let inner = self::map(map, indentation + 2);
    // The first line begins with the dash.
    let Some(rest) = inner.get(indentation + 2..).filter(|_| !map.is_empty()) else {
        return format!("{}- {{}}\n", " ".repeat(indentation));
    };
    format!("{}- {rest}", " ".repeat(indentation))
}

/// What stands behind `key:`, with the end of the line.
fn behind(value: &Value, indentation: usize, text: &mut String) {
    match value {
        Value::Plain(plain) => *text += &format!(" {plain}\n"),
        Value::Text(content) if is_block(content) => block(content, indentation + 2, text),
        Value::Text(content) => *text += &format!(" {}\n", scalar(content)),
        Value::Map(map) if map.is_empty() => text.push_str(" {}\n"),
        Value::Map(map) => {
            text.push('\n');
            text.push_str(&self::map(map, indentation + 2));
        }
        Value::List(values) => match one_line(values) {
            Some(line) => *text += &format!(" {line}\n"),
            None => {
                text.push('\n');
                values.iter().for_each(|value| list_item(value, indentation + 2, text));
            }
        },
    }
}

fn list_item(value: &Value, indentation: usize, text: &mut String) {
    match value {
        Value::Map(map) => text.push_str(&item(map, indentation)),
        // No source has lists in lists, but nothing is lost if one has.
        value => {
            text.push_str(&" ".repeat(indentation));
            text.push('-');
            behind(value, indentation, text);
        }
    }
}

/// A short list of scalars in brackets.
fn one_line(values: &[Value]) -> Option<String> {
    let parts: Option<Vec<String>> = values
        .iter()
        .map(|value| match value {
            Value::Plain(plain) => Some(plain.clone()),
            Value::Text(text) if !text.contains('\n') => Some(scalar(text)),
            Value::Text(_) | Value::List(_) | Value::Map(_) => None,
        })
        .collect();
    let line = format!("[{}]", parts?.join(", "));
    (line.chars().count() <= LONGEST_LINE || values.is_empty()).then_some(line)
}

/// Whether a text is written as lines of its own, such as a certificate.
fn is_block(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    lines.len() > 1
        && !text.ends_with("\n\n")
        && text.chars().all(|letter| letter == '\n' || is_printable(letter))
        && lines.iter().all(|line| !line.ends_with(' '))
        && lines.first().is_some_and(|line| !line.is_empty() && !line.starts_with(' '))
}

fn block(content: &str, indentation: usize, text: &mut String) {
    text.push_str(if content.ends_with('\n') { " |\n" } else { " |-\n" });
    for line in content.lines() {
        if !line.is_empty() {
            text.push_str(&" ".repeat(indentation));
            text.push_str(line);
        }
        text.push('\n');
    }
}

/// A text on one line, quoted where it must be.
fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.chars().all(is_printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter if is_printable(letter) => quoted.push(letter),
            letter => match u32::from(letter) {
                code @ ..0x100 => quoted += &format!("\\x{code:02x}"),
                code @ 0x100..0x1_0000 => quoted += &format!("\\u{code:04x}"),
                code => quoted += &format!("\\U{code:08x}"),
            },
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text is read as this text without quotes, wherever it stands.
fn is_plain(text: &str) -> bool {
    let is_safe = |letter: char| letter.is_ascii_alphanumeric() || "_./- ".contains(letter);
    text.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '/')
        && !text.ends_with(' ')
        && text.chars().all(is_safe)
        && read_plain(text) == Reading::Text
        // Other programs read these as the numbers of YAML 1.2 or as times.
        && !text.starts_with(|letter: char| letter.is_ascii_digit() && text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a letter can stand in single quotes on one line.
fn is_printable(letter: char) -> bool {
    let is_unusual =
        matches!(letter, '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    !letter.is_control() && !is_unusual
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        let mut map = Map::new();
        map.set("key", Value::text(text));
        super::map(&map, 2)
    }

    fn read_back(text: &str) -> Option<String> {
        let document = yaml::parse("x.yaml", &format!("top:\n{}", written(text))).unwrap();
        document.get("top").unwrap().get("key").unwrap().read().ok()
    }

    #[test]
    fn texts_are_quoted_only_where_they_must_be() {
        for (text, expected) in [
            ("Front end", "Front end"),
            ("yes", "'yes'"),
            ("0123", "'0123'"),
            ("a: b", "'a: b'"),
            ("it's", "'it''s'"),
            ("", "''"),
            ("a\tb", "\"a\\tb\""),
            ("one\ntwo\n", "|\n    one\n    two"),
        ] {
            assert_eq!(written(text).trim_end(), format!("  key: {expected}"));
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(text in "(\\PC|[\n\r\t:#'\"\\-&*!|>%@`{}\\[\\] \u{85}\u{2028}\u{feff}\u{7f}]){0,40}") {
            prop_assert_eq!(read_back(&text), Some(text));
        }

        #[test]
        fn every_list_and_map_is_read_back(texts in prop::collection::vec("\\PC{0,30}", 0..6), key in "\\PC{1,20}") {
            let mut inner = Map::new();
            inner.set(&key, Value::texts(texts.clone()));
            let mut outer = Map::new();
            outer.set("list", Value::List(vec![Value::Map(inner)]));
            let document = yaml::parse("x.yaml", &super::map(&outer, 0)).unwrap();
            let yaml::Value::List(nodes) = &document.get("list").unwrap().value else { panic!("a list") };
            let read: Vec<String> = nodes[0].get(&key).unwrap().read().unwrap();
            prop_assert_eq!(read, texts);
        }
    }
}
