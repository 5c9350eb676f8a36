use super::document::Reading;

/// Reads an unquoted scalar as PyYAML does, which follows YAML 1.1: `yes` and `Off` are booleans, `0123` is octal, `1_000` is a
/// thousand, `1e3` is text.
///
/// Times of the form `1:30` are text here and not the number 90: nothing in these files is a sexagesimal number, while addresses
/// and versions with colons are frequent.
pub fn read_plain(text: &str) -> Reading {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Reading::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Reading::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Reading::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Reading::Float(f64::NAN),
        _ => integer(text).or_else(|| float(text).map(Reading::Float)).unwrap_or(Reading::Text),
    }
}

fn integer(text: &str) -> Option<Reading> {
    let (negative, digits) = sign(text);
    let (radix, digits) = if let Some(digits) = digits.strip_prefix("0b") {
        (2, digits)
    } else if let Some(digits) = digits.strip_prefix("0x") {
        (16, digits)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (8, digits)
    } else {
        (10, digits)
    };
    // A sign has been taken off already, and the parser of the standard library would take a second one.
    if !digits.starts_with(|first: char| first.is_digit(radix)) {
        return None;
    }
    let digits = digits.replace('_', "");
    match i128::from_str_radix(&digits, radix) {
        Ok(magnitude) => Some(Reading::Int(if negative { -magnitude } else { magnitude })),
        Err(_) => (radix == 10 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(Reading::LongInt),
    }
}

fn float(text: &str) -> Option<f64> {
    let (negative, digits) = sign(text);
    let magnitude = match digits {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        _ => {
            let (mantissa, exponent) = digits.split_once(['e', 'E']).map_or((digits, None), |(m, e)| (m, Some(e)));
            let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
            let (whole, fraction) = mantissa.split_once('.')?;
            // The exponent needs its sign in YAML 1.1.
            let exponent_fits = exponent.is_none_or(|exponent| {
                exponent
                    .strip_prefix(['+', '-'])
                    .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
            });
            if !is_number(whole) || !is_number(fraction) || mantissa == "." || !exponent_fits {
                return None;
            }
            digits.replace('_', "").parse().ok()?
        }
    };
    Some(if negative { -magnitude } else { magnitude })
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Reading) {
        assert_eq!(read_plain(text), expected, "{text}");
    }

    #[test]
    fn booleans_are_those_of_yaml_1_1() {
        for text in ["True", "true", "yes", "Yes", "on", "ON"] {
            check(text, Reading::Bool(true));
        }
        for text in ["False", "false", "no", "NO", "off", "Off"] {
            check(text, Reading::Bool(false));
        }
        for text in ["y", "n", "tRUE", "yes please"] {
            check(text, Reading::Text);
        }
    }

    #[test]
    fn whole_numbers() {
        for (text, expected) in [
            ("0", 0),
            ("443", 443),
            ("-7", -7),
            ("+7", 7),
            ("1_000", 1000),
            ("0123", 83),
            ("0x1F", 31),
            ("0b101", 5),
            ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890),
        ] {
            check(text, Reading::Int(expected));
        }
        check(&"9".repeat(50), Reading::LongInt);
        check(&format!("-1_{}", "0".repeat(50)), Reading::LongInt);
        for text in ["08", "0o17", "--1", "-+1", "_1", "1a", "0x", "0x-1", "1:30"] {
            check(text, Reading::Text);
        }
    }

    #[test]
    fn numbers_with_a_fraction() {
        for (text, expected) in
            [("1.10", 1.1), (".5", 0.5), ("-0.5", -0.5), ("1.", 1.0), ("1.5e+3", 1500.0), ("-.inf", f64::NEG_INFINITY)]
        {
            check(text, Reading::Float(expected));
        }
        for text in ["1e3", "1.5e3", ".", "-", "1.2.3", "127.0.0.1", "1.5e", "inf", "nan"] {
            check(text, Reading::Text);
        }
    }

    #[test]
    fn nothing() {
        for text in ["", "~", "null", "Null", "NULL"] {
            check(text, Reading::Null);
        }
    }
}
