//! Numbers and durations as text, in the language of the page. The examples are in English.

#[cfg(test)]
mod tests;

use crate::language::language;
use crate::texts::units;

/// A measured duration, given in microseconds: `0.4 ms`, `84 ms`, `1.2 s`, `12 s`, `1 min 5 s`, `21 min`.
pub fn elapsed(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => tenths(microseconds.div_ceil(100), "ms"),
        1_000..999_500 => format!("{} ms", (microseconds + 500) / 1_000),
        999_500..9_950_000 => tenths((microseconds + 50_000) / 100_000, "s"),
        9_950_000..59_500_000 => format!("{} s", (microseconds + 500_000) / 1_000_000),
        _ => duration(microseconds.saturating_add(500_000) / 1_000),
    }
}

/// An age, given in milliseconds and rounded down: `12 s`, `14 min`, `3 h`, `2 d`. A negative age, caused by a wrong clock, is
/// `0 s`.
pub fn age(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1_000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => units::days(seconds / 86_400),
    }
}

/// A duration in its two largest units, given in milliseconds and rounded down: `3 s`, `4 min 10 s`, `4 min`, `2 h 5 min`.
pub fn duration(milliseconds: u64) -> String {
    let text = crate::model::duration_text(std::time::Duration::from_millis(milliseconds));
    text.replace(" d", &format!(" {}", units::day()))
}

/// A period of the configuration, given in seconds: `30 s`, `0.5 s`, `5 min`.
pub fn period(seconds: f64) -> String {
    let minutes = seconds / 60.0;
    if minutes >= 1.0 && minutes.fract() == 0.0 { format!("{minutes} min") } else { format!("{} s", decimal(seconds)) }
}

/// A large number, in groups of three digits: `1,234,567`.
pub fn thousands(number: u64) -> String {
    let mark = language().group_mark();
    let digits = number.to_string();
    let grouped = digits.char_indices().flat_map(|(place, digit)| {
        let separator = (place > 0 && (digits.len() - place).is_multiple_of(3)).then_some(mark);
        separator.into_iter().chain([digit])
    });
    grouped.collect()
}

/// A fraction from 0 to 1: `99.2 %`. Rounded down, so that only 1 is 100 %, with more digits close to it.
pub fn percent(part: f64) -> String {
    let percent = if part < 0.999 { (part * 1_000.0).floor() / 10.0 } else { (part * 10_000.0).floor() / 100.0 };
    format!("{} %", decimal(percent))
}

/// A number with its fraction, as short as can be: `0.5`, `12`.
pub fn decimal(number: f64) -> String {
    with_mark(&number.to_string())
}

/// A measured number of any size: `1,841`, `3.25`, `0.00214`, `1.84 × 10¹⁸`.
pub fn measured(number: f64) -> String {
    let size = number.abs();
    if size >= 1e12 || (size > 0.0 && size < 1e-4) {
        return scientific(number);
    }
    if size >= 100.0 || number.fract() == 0.0 {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}{}", thousands(size.round() as u64));
    }
    // Three digits of a small one.
    let places = match size {
        0.1.. => 2,
        0.01.. => 4,
        0.001.. => 5,
        _ => 6,
    };
    with_mark(trimmed(&format!("{number:.places$}")))
}

/// `1.84 × 10¹⁸`, with spaces that do not break.
fn scientific(number: f64) -> String {
    let written = format!("{number:.2e}");
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let raised: String = exponent
        .chars()
        .map(|character| match character {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32(u32::from('⁰') + digit.to_digit(10).unwrap_or_default()).unwrap_or(digit),
        })
        .collect();
    format!("{}\u{a0}×\u{a0}10{raised}", with_mark(trimmed(digits)))
}

/// Without zeros at the end of a fraction.
fn trimmed(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// Digits with the decimal mark of the language in the place of a point.
pub fn with_mark(digits: &str) -> String {
    let mut mark = [0; 4];
    digits.replace('.', language().decimal_mark().encode_utf8(&mut mark))
}

fn tenths(tenths: u64, unit: &str) -> String {
    let mark = language().decimal_mark();
    format!("{}{mark}{} {unit}", tenths / 10, tenths % 10)
}
