//! Hostile text for the tests of several crates.

#![allow(clippy::unwrap_used, reason = "only tests call it")]

use crate::foreign_text::{is_beyond_ascii, is_hidden};

/// Something of everything that forges.
pub const HOSTILE: &str = "=cmd|' /C calc'!A0\r\nSubject: forged\0\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\u{85}\u{202e}dlrow\u{2066}\
    \u{200b}zero\u{feff}\u{2028}\u{2029}\\ud800\\u202e<script>alert(1)</script>\"'\\;=1+1\t@SUM(A1) *bold* `code` <!channel> [x](http://evil)\u{7f}\u{e0041}";

/// Fails when a text that was made safe for a sink still holds something that forges.
#[track_caller]
pub fn assert_safe(sink: &str, safe: &str, has_lines: bool) {
    let forging = safe.chars().enumerate().find(|(at, letter)| match letter {
        '\n' | '\t' => !has_lines,
        '\u{200c}' | '\u{200d}' => !safe.chars().nth(at + 1).is_some_and(is_beyond_ascii),
        letter => letter.is_control() || is_hidden(*letter),
    });
    assert_eq!(forging, None, "{sink}: {safe:?}");
}
