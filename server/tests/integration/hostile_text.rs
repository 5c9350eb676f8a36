//! Sends one hostile text through every source of untrusted text, and searches for it in all output of Platus: `served` in what it serves
//! and sends, `printed` in what its commands and its log print.

mod printed;
mod served;
mod sources;

use serde_json::Value;

/// A sample of each kind of text that can forge output.
const HOSTILE: &str = "=cmd|' /C calc'!A0;=1+1\r\nBcc: forged@lan.test\r\nFORGED\0\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\u{85}\u{202e}dlrow\
    \u{2066}\u{200b}zero\u{feff}\u{2028}\u{2029}\\ud800<script>alert(1)</script>\"'\\\t@SUM(A1) *bold* <!channel> @everyone\u{7f}\u{e0041}";

/// A name in the configuration, as YAML writes it.
const NAME: &str = r#""n\e[31mred\u009bname\u202edlrow\u200b\nFORGED</title><script>alert(2)</script>""#;

/// Invisible characters, and characters that change how others are shown.
fn forges(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || ('\u{e0000}'..='\u{e0fff}').contains(&letter)
}

/// Asserts that a text cannot forge output. `kept` are the control characters of the format itself.
#[track_caller]
fn assert_plain(place: &str, text: &str, kept: &[char]) {
    let found = text.char_indices().find(|(_, letter)| forges(*letter) && !kept.contains(letter));
    if let Some((at, letter)) = found {
        let (start, end) = (text.floor_char_boundary(at.saturating_sub(80)), text.floor_char_boundary((at + 80).min(text.len())));
        panic!("{place} has {letter:?}: {:?}", &text[start..end]);
    }
}

/// The same of every key and every text in JSON, as a program reads them.
#[track_caller]
fn assert_plain_json(place: &str, value: &Value) {
    match value {
        Value::String(text) => assert_plain(place, text, &['\n', '\t']),
        Value::Array(values) => values.iter().for_each(|value| assert_plain_json(place, value)),
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            assert_plain(place, key, &[]);
            assert_plain_json(place, value);
        }),
        _ => {}
    }
}

/// The same of a table: no cell of it runs in a spreadsheet, also where one takes semicolons for the ends of cells.
#[track_caller]
fn assert_plain_table(place: &str, text: &str) {
    assert_plain(place, text, &['\r', '\n']);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in reader.records().map(Result::unwrap) {
        for cell in record.iter().flat_map(|field| field.split(';')) {
            let runs = cell.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@']);
            assert!(!runs || cell.parse::<f64>().is_ok(), "{place}: {cell}");
        }
    }
}
