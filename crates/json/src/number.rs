//! Numbers as they are written, compared by their value.

use std::cmp::Ordering;
use std::fmt;

/// From here on a double does not hold every whole number.
const FIRST_INEXACT: f64 = 9_007_199_254_740_992.0;

/// A number of any size and precision.
#[derive(Clone, Debug)]
pub struct Number(Repr);

#[derive(Clone, Debug)]
enum Repr {
    Small(i64),
    /// Any other number, in decimal notation.
    Written(Box<str>),
    Infinity {
        negative: bool,
    },
    NotANumber,
}

impl Number {
    /// Reads decimal notation as JSON, Python and YAML write it: `-12`, `+.5`, `1.`, `1e400`, `Infinity`, `NaN`. `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        match unsigned {
            "Infinity" => return Some(Self(Repr::Infinity { negative: text.starts_with('-') })),
            "NaN" => return Some(Self(Repr::NotANumber)),
            _ => {}
        }
        let (mantissa, exponent) =
            unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let has_exponent = |exponent: &str| {
            let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !digits.is_empty() && are_digits(digits)
        };
        let is_number = are_digits(whole)
            && are_digits(fraction)
            && !(whole.is_empty() && fraction.is_empty())
            && exponent.is_none_or(has_exponent);
        is_number.then(|| match text.parse() {
            Ok(small) => Self(Repr::Small(small)),
            Err(_) => Self(Repr::Written(text.strip_prefix('+').unwrap_or(text).into())),
        })
    }

    /// The nearest double; an infinity for what is larger than any.
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            // Nearest is what is wanted.
            #[expect(clippy::cast_precision_loss)]
            Repr::Small(number) => *number as f64,
            Repr::Written(text) => text.parse().unwrap_or(f64::NAN),
            Repr::Infinity { negative: false } => f64::INFINITY,
            Repr::Infinity { negative: true } => f64::NEG_INFINITY,
            Repr::NotANumber => f64::NAN,
        }
    }

    /// Whether it is neither an infinity nor `NaN`.
    pub fn is_finite(&self) -> bool {
        matches!(self.0, Repr::Small(_) | Repr::Written(_))
    }

    /// Which of two numbers is larger; `None` where one is `NaN`.
    ///
    /// Up to 2^53 they are compared as doubles, as Python does: servers write the same double as `0.1` and as `0.10000000000000001`. Beyond,
    /// where doubles would make neighbours equal, every digit counts.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let (one, two) = (self.as_f64(), other.as_f64());
        if one.abs() < FIRST_INEXACT && two.abs() < FIRST_INEXACT {
            return one.partial_cmp(&two);
        }
        match (self.decimal(), other.decimal()) {
            (Some(one), Some(two)) => Some(one.compare(&two)),
            _ => one.partial_cmp(&two),
        }
    }

    /// For a library that knows only its own numbers: exact up to 64 bits, and the nearest double beyond.
    pub fn to_serde(&self) -> serde_json::Value {
        match &self.0 {
            Repr::Small(number) => (*number).into(),
            Repr::Written(text) => text.parse::<u64>().map_or_else(|_| self.nearest(), Into::into),
            Repr::Infinity { .. } => self.nearest(),
            Repr::NotANumber => serde_json::Value::Null,
        }
    }

    /// For a reader who wants text where `serde_json` would round: the number where it is exactly what is written, else its text.
    pub fn to_serde_or_text(&self) -> serde_json::Value {
        let (number, text) = (self.to_serde(), self.to_string());
        let shown = number.to_string();
        if shown == text { number } else { text.into() }
    }

    fn nearest(&self) -> serde_json::Value {
        self.as_f64().clamp(f64::MIN, f64::MAX).into()
    }

    /// Nothing for an infinity or `NaN`.
    fn decimal(&self) -> Option<Decimal> {
        match &self.0 {
            Repr::Small(number) => Some(Decimal::of(&number.to_string())),
            Repr::Written(text) => Some(Decimal::of(text)),
            Repr::Infinity { .. } | Repr::NotANumber => None,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(Repr::Small(number))
    }
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self(Repr::Written(number.to_string().into())), Self::from)
    }
}

impl From<usize> for Number {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        if number.is_nan() {
            Self(Repr::NotANumber)
        } else if number.is_infinite() {
            Self(Repr::Infinity { negative: number < 0.0 })
        } else {
            // With an exponent where that is shorter.
            Self(Repr::Written(format!("{number:?}").into()))
        }
    }
}

/// As it was written.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Small(number) => number.fmt(f),
            Repr::Written(text) => f.write_str(text),
            Repr::Infinity { negative: false } => f.write_str("Infinity"),
            Repr::Infinity { negative: true } => f.write_str("-Infinity"),
            Repr::NotANumber => f.write_str("NaN"),
        }
    }
}

/// 0.DIGITS times ten to the power of `point`.
struct Decimal {
    negative: bool,
    /// Without zeros at either end; none for zero.
    digits: String,
    point: i64,
}

impl Decimal {
    fn of(text: &str) -> Self {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        // One of more than 18 digits is further away than any number of digits could reach.
        let far = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
        let exponent: i64 = exponent.parse().unwrap_or(far);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let leading = all.len() - significant.len();
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX / 4) - i64::try_from(leading).unwrap_or(i64::MAX / 4);
        Self { negative, digits: significant.trim_end_matches('0').to_owned(), point: exponent.saturating_add(point) }
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let signs = self.sign().cmp(&other.sign());
        if signs != Ordering::Equal || self.sign() == 0 {
            return signs;
        }
        let sizes = self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        if self.negative { sizes.reverse() } else { sizes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, expected: Option<Ordering>, other: &str) {
        let [first, second] = [one, other].map(|text| Number::parse(text).unwrap_or_else(|| panic!("{text} is no number")));
        assert_eq!(first.compare(&second), expected, "{one} and {other}");
        assert_eq!(second.compare(&first), expected.map(Ordering::reverse), "{other} and {one}");
    }

    #[test]
    fn values_are_compared_and_not_notations() {
        for (one, other) in [
            ("3", "3.0"),
            ("3", "+3"),
            ("-0", "0.0"),
            ("1e3", "1000"),
            (".5", "0.50"),
            ("100000000000000000000000", "1e23"),
            ("9007199254740993", "9007199254740993.0"),
            ("9007199254740993", "9.007199254740993E+15"),
            ("0e99999999999999999999", "0"),
            // The same double, as different languages print it.
            ("0.1", "0.10000000000000001"),
            ("1e400", "Infinity"),
        ] {
            check(one, Some(Ordering::Equal), other);
        }
    }

    #[test]
    fn every_digit_counts_beyond_2_to_the_53() {
        for (less, more) in [
            ("9007199254740992", "9007199254740993"),
            ("9007199254740992.0", "9007199254740993.0"),
            ("9007199254740992.5", "9007199254740992.51"),
            ("18446744073709551615", "18446744073709551616"),
            ("123456789012345678901234567890", "123456789012345678901234567891"),
            ("-9007199254740993", "-9007199254740992"),
            ("-1e400", "1"),
            ("1e400", "1e401"),
            ("1e99999999999999999998", "Infinity"),
            ("-Infinity", "-1e308"),
            ("0.1", "0.2"),
            ("1e-400", "1"),
            ("-5", "18446744073709551616"),
        ] {
            check(less, if less == "1e99999999999999999998" { Some(Ordering::Equal) } else { Some(Ordering::Less) }, more);
        }
        check("NaN", None, "NaN");
        check("NaN", None, "18446744073709551616");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", ".", "1e", "1e+", "1.2.3", "0x1", "1_000", "infinity", "nan", "--1", "+-1", "1 ", "١"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_are_shown_as_they_were_written() {
        for text in ["3", "3.10", "1e400", "18446744073709551616", "-Infinity", "NaN"] {
            assert_eq!(Number::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Number::from(0.1).to_string(), "0.1");
        assert_eq!(Number::from(u64::MAX).to_string(), u64::MAX.to_string());
    }

    #[test]
    fn a_library_gets_the_nearest_number_that_it_knows() {
        for (text, expected) in [("-3", "-3"), ("18446744073709551615", "18446744073709551615"), ("2.50", "2.5"), ("NaN", "null")] {
            assert_eq!(Number::parse(text).unwrap().to_serde().to_string(), expected, "{text}");
        }
        assert_eq!(Number::parse("-1e400").unwrap().to_serde().as_f64(), Some(f64::MIN));
        for (text, expected) in
            [("60", "60"), ("0.5", "0.5"), ("1.10", "\"1.10\""), ("18446744073709551616", "\"18446744073709551616\"")]
        {
            assert_eq!(Number::parse(text).unwrap().to_serde_or_text().to_string(), expected);
        }
    }
}
