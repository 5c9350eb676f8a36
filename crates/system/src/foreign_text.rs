//! Untrusted text, made safe for the place where it is shown: names and answers of targets, output of programs, bodies of heartbeats,
//! comments. There is one function for each kind of place, and no other code escapes such text.
//!
//! Three kinds of characters can deceive a reader. Control characters control a terminal or begin another line. Characters that change the
//! direction of writing reorder a text. Invisible characters make two names look the same.

#[cfg(test)]
pub mod tests;

use std::borrow::Cow;
use std::fmt::Write;

/// Longest text that a check may report, in characters. Sources shorten what they quote long before.
const LONGEST_TEXT: usize = 4_000;

/// Longest name of a node or a metric, in characters: more than a host name (253) or a tag of a cloud (256) has.
const LONGEST_NAME: usize = 500;

/// A text in one line: control characters and line ends become spaces, and invisible characters and those that change the direction of
/// writing are shown by their number, as in `<U+202E>`.
pub fn line(text: &str) -> Cow<'_, str> {
    readable(text, |_| false)
}

/// The same of a text in several lines, whose line feeds and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    readable(text, |letter| matches!(letter, '\n' | '\t'))
}

/// [`line()`] of a text, with at most `limit` characters; a longer one ends with `…`.
pub fn short_line(text: &str, limit: usize) -> String {
    shortened(line(text), limit)
}

/// [`short_line`] of a text that a check reports.
pub fn message(text: &str) -> String {
    short_line(text, LONGEST_TEXT)
}

/// [`short_line`] of a name.
pub fn name(text: &str) -> String {
    short_line(text, LONGEST_NAME)
}

/// JSON for a terminal or an editor: deceptive characters are written as escapes. Its meaning stays, because JSON has such characters only in
/// strings.
pub fn json(json: String) -> String {
    let mut escaped = String::new();
    let mut written = 0;
    for (at, letter) in json.char_indices().filter(|(_, letter)| is_hidden(*letter) || (letter.is_control() && *letter >= '\u{7f}'))
    {
        escaped.push_str(json.get(written..at).unwrap_or_default());
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            write!(escaped, "\\u{unit:04x}").ok();
        }
        written = at + letter.len_utf8();
    }
    if written == 0 {
        return json;
    }
    escaped.push_str(json.get(written..).unwrap_or_default());
    escaped
}

/// The content of a JSON string, without its quotation marks.
pub fn json_string(text: &str) -> String {
    let quoted = json(serde_json::Value::from(text).to_string());
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// A line of the log, line end included. `has_colours` says whether the log itself colours its lines; then sequences that set a colour
/// stay. A text in the line cannot bring its own: they have been escaped before.
pub fn log_line(line: &str, has_colours: bool) -> String {
    let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
    let mut safe = String::with_capacity(line.len() + end.len());
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let colour = if has_colours { length_of_colour(rest) } else { 0 };
        let (taken, left) = rest.split_at(if colour > 0 { colour } else { letter.len_utf8() });
        if colour > 0 || letter == '\t' || !(letter.is_control() || is_hidden(letter)) {
            safe.push_str(taken);
        } else if letter == '\n' {
            safe.push_str("\\n");
        } else {
            write!(safe, "<U+{:04X}>", u32::from(letter)).ok();
        }
        rest = left;
    }
    safe + end
}

/// A cell of a table in CSV, not yet quoted. Spreadsheets run a cell that begins like a formula; an apostrophe keeps them from it. Some
/// take a semicolon or a tab for the end of a cell, even in a file with commas, so what follows one must not begin a formula either.
pub fn csv_cell(text: &str) -> String {
    let text = line(text);
    let mut cell = String::with_capacity(text.len() + 1);
    let mut may_begin = true;
    for letter in text.chars() {
        match letter {
            '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' if may_begin => {
                cell.push('\'');
                may_begin = false;
            }
            ';' => may_begin = true,
            // Spreadsheets pass over them.
            ' ' | '"' => {}
            _ => may_begin = false,
        }
        cell.push(letter);
    }
    cell
}

/// The value of a label of Prometheus, between its quotation marks.
pub fn prometheus_label(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for letter in line(text).chars() {
        match letter {
            '\\' => label.push_str("\\\\"),
            '"' => label.push_str("\\\""),
            letter => label.push(letter),
        }
    }
    label
}

/// Text or the value of an attribute in HTML. Lines stay lines.
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in lines(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// The value of a header of a mail. A line end would begin another header, and spaces that follow each other get lost between letters
/// beyond ASCII.
pub fn mail_header(text: &str) -> String {
    line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text for Slack: with these three characters escaped, it contains no link and no mention. At most `limit` bytes.
pub fn slack(text: &str, limit: usize) -> String {
    let mut escaped = String::new();
    for letter in lines(text).chars() {
        let length = escaped.len();
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            _ => escaped.push(letter),
        }
        if escaped.len() > limit {
            escaped.truncate(length);
            break;
        }
    }
    escaped
}

/// A text for Discord, with a backslash before everything that its Markdown takes for formatting or for a mention.
pub fn discord(text: &str) -> String {
    let mut escaped = String::new();
    for letter in lines(text).chars() {
        if "\\*_~`|[]<>#@".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

fn readable(text: &str, is_kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_plain = |letter: char| is_kept(letter) || !(letter.is_control() || is_hidden(letter));
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut readable = String::with_capacity(text.len());
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            _ if is_plain(letter) => readable.push(letter),
            // They are spelling in some languages, and part of some signs, but only between letters beyond ASCII.
            '\u{200c}' | '\u{200d}' if is_beyond_ascii(before) && letters.peek().copied().is_some_and(is_beyond_ascii) => {
                readable.push(letter);
            }
            _ if letter.is_control() || is_line_end(letter) => readable.push(' '),
            // Writing to a string cannot fail.
            _ => {
                write!(readable, "<U+{:04X}>", u32::from(letter)).ok();
            }
        }
        before = letter;
    }
    Cow::Owned(readable)
}

pub(crate) fn is_beyond_ascii(letter: char) -> bool {
    !letter.is_ascii() && !letter.is_control() && !letter.is_whitespace() && !is_hidden(letter)
}

fn is_line_end(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Whether a letter shows nothing itself, or changes how others are shown. Variation selectors, which belong to signs such as ❤️, are
/// none.
pub(crate) fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// How many bytes the sequence at the beginning of a text has that sets the colour of a terminal; 0 when there is none.
fn length_of_colour(text: &str) -> usize {
    let Some(parameters) = text.strip_prefix("\u{1b}[") else { return 0 };
    let length = parameters.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if parameters.as_bytes().get(length) == Some(&b'm') { "\u{1b}[".len() + length + 1 } else { 0 }
}

/// The text in at most `limit` characters, truncated with `…`.
pub fn shortened(text: Cow<'_, str>, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into_owned(),
    }
}
