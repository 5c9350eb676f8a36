//! Reads JSON. Nesting costs no stack, and an error says where it is.

use super::number::Number;
use super::value::{Members, Value};
use std::fmt;

/// How deep lists and objects may be nested: about as deep as Python goes.
const DEEPEST: usize = 1000;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    what: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

impl std::error::Error for ParseError {}

/// Reads a text that is one value of JSON, with what Python adds to it: `NaN`, `Infinity`, `-Infinity`, and halves of surrogate pairs,
/// which become U+FFFD.
pub fn parse(text: &str) -> Result<Value, ParseError> {
    Parser { text, at: 0, open: Vec::new() }.document()
}

struct Parser<'text> {
    text: &'text str,
    /// In bytes.
    at: usize,
    /// The lists and objects around what is being read.
    open: Vec<Open>,
}

enum Open {
    Array(Vec<Value>),
    Object {
        members: Members,
        /// Of the member that is being read.
        name: String,
    },
}

/// What has been read where a value was expected.
enum Step {
    Complete(Value),
    /// A list or an object has begun, and its first value is next.
    Opened,
}

impl<'text> Parser<'text> {
    fn document(mut self) -> Result<Value, ParseError> {
        loop {
            let Step::Complete(mut value) = self.step()? else { continue };
            // What is complete may complete what is around it.
            loop {
                value = match self.open.pop() {
                    None => return self.end(value),
                    Some(Open::Array(mut entries)) => {
                        entries.push(value);
                        if self.goes_on(']')? {
                            self.open.push(Open::Array(entries));
                            break;
                        }
                        Value::Array(entries)
                    }
                    Some(Open::Object { mut members, name }) => {
                        members.insert(name, value);
                        if self.goes_on('}')? {
                            let name = self.name()?;
                            self.open.push(Open::Object { members, name });
                            break;
                        }
                        Value::Object(Box::new(members))
                    }
                };
            }
        }
    }

    fn end(&mut self, value: Value) -> Result<Value, ParseError> {
        self.skip_blanks();
        if self.at < self.text.len() { Err(self.error("the value has ended, but more text follows")) } else { Ok(value) }
    }

    /// Whether a list or an object has a further entry, or ends here.
    fn goes_on(&mut self, end: char) -> Result<bool, ParseError> {
        self.skip_blanks();
        if self.take(',') {
            Ok(true)
        } else if self.take(end) {
            Ok(false)
        } else {
            Err(self.error(&format!("expected `,` or `{end}`")))
        }
    }

    fn step(&mut self) -> Result<Step, ParseError> {
        self.skip_blanks();
        let value = match self.peek() {
            Some(b'[') => {
                self.check_depth()?;
                self.at += 1;
                self.skip_blanks();
                if !self.take(']') {
                    self.open.push(Open::Array(Vec::new()));
                    return Ok(Step::Opened);
                }
                Value::Array(Vec::new())
            }
            Some(b'{') => {
                self.check_depth()?;
                self.at += 1;
                self.skip_blanks();
                if !self.take('}') {
                    let name = self.name()?;
                    self.open.push(Open::Object { members: Members::new(), name });
                    return Ok(Step::Opened);
                }
                Value::Object(Box::default())
            }
            Some(b'"') => Value::String(self.string()?),
            _ => self.word()?,
        };
        Ok(Step::Complete(value))
    }

    fn check_depth(&self) -> Result<(), ParseError> {
        if self.open.len() < DEEPEST { Ok(()) } else { Err(self.error(&format!("nested deeper than {DEEPEST} levels"))) }
    }

    /// The name of a member and the colon.
    fn name(&mut self) -> Result<String, ParseError> {
        self.skip_blanks();
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a name in double quotes"));
        }
        let name = self.string()?;
        self.skip_blanks();
        if self.take(':') { Ok(name) } else { Err(self.error("expected `:`")) }
    }

    fn word(&mut self) -> Result<Value, ParseError> {
        let rest = self.rest();
        for (word, value) in [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        let length = number_length(rest);
        match rest.get(..length).and_then(Number::parse) {
            Some(number) => {
                self.at += length;
                Ok(Value::Number(number))
            }
            None => Err(self.error("expected a value")),
        }
    }

    fn string(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut string = String::new();
        loop {
            let rest = self.rest();
            let Some(length) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                self.at = start;
                return Err(self.error("this text has no end"));
            };
            string.push_str(&rest[..length]);
            self.at += length;
            match rest.as_bytes()[length] {
                b'"' => {
                    self.at += 1;
                    return Ok(string);
                }
                b'\\' => self.escape(&mut string)?,
                _ => return Err(self.error("a control character in a text; it must be escaped")),
            }
        }
    }

    fn escape(&mut self, string: &mut String) -> Result<(), ParseError> {
        let escaped = match self.rest().as_bytes().get(1) {
            Some(b'u') => return self.unicode_escape(string),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            _ => return Err(self.error("this escape is unknown in JSON")),
        };
        string.push(escaped);
        self.at += 2;
        Ok(())
    }

    fn unicode_escape(&mut self, string: &mut String) -> Result<(), ParseError> {
        let Some(unit) = code_unit(self.rest()) else { return Err(self.error("expected four hexadecimal digits after `\\u`")) };
        self.at += UNICODE_ESCAPE;
        let follower = code_unit(self.rest()).filter(|_| (0xD800..0xDC00).contains(&unit));
        match follower.map(|follower| char::decode_utf16([unit, follower]).next()) {
            Some(Some(Ok(character))) => {
                self.at += UNICODE_ESCAPE;
                string.push(character);
            }
            _ => string.push(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
        Ok(())
    }

    fn rest(&self) -> &'text str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, character: char) -> bool {
        let is_there = self.rest().starts_with(character);
        self.at += usize::from(is_there);
        is_there
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn error(&self, what: &str) -> ParseError {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let what = if self.at < self.text.len() { what.to_owned() } else { format!("{what}, but the text ends") };
        ParseError { line: 1 + before.matches('\n').count(), column: 1 + line.chars().count(), what }
    }
}

/// Length of an escape such as `\u00e4`, in bytes.
const UNICODE_ESCAPE: usize = 6;

/// The unit of UTF-16 that an escape at the beginning of the text names.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

/// The length of the number at the beginning of the text, in bytes; 0 where there is none.
fn number_length(text: &str) -> usize {
    let sign = usize::from(text.starts_with('-'));
    let unsigned = &text[sign..];
    if unsigned.starts_with("Infinity") {
        return sign + "Infinity".len();
    }
    if text.starts_with("NaN") {
        return "NaN".len();
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = match unsigned.as_bytes().first() {
        // Nothing goes on after a zero in front.
        Some(b'0') => 1,
        _ => digits(unsigned),
    };
    if whole == 0 {
        return 0;
    }
    let rest = &unsigned[whole..];
    let fraction = match rest.strip_prefix('.').map(digits) {
        None | Some(0) => 0,
        Some(fraction) => 1 + fraction,
    };
    let rest = &rest[fraction..];
    let exponent = rest.strip_prefix(['e', 'E']).map_or(0, |exponent| {
        let sign = usize::from(exponent.starts_with(['-', '+']));
        match digits(&exponent[sign..]) {
            0 => 0,
            exponent => 1 + sign + exponent,
        }
    });
    sign + whole + fraction + exponent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text).map(|value| format!("{value:?}")).expect_err(text).to_string()
    }

    #[test]
    fn what_serde_reads_is_read_the_same() {
        for text in [
            "null",
            " true\r\n",
            "[]",
            "{}",
            "[ ]",
            "{ }",
            "-12.5e-3",
            "0",
            "-0.0",
            r#"{"a": [1, {"b": null}, "c"], "d": {}, "": ""}"#,
            r#"["\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00 ä 😀"]"#,
            "[[[1],[2]],[]]",
        ] {
            let expected: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(parse(text).unwrap().to_serde(Number::to_serde), expected, "{text}");
        }
    }

    #[test]
    fn what_python_reads_besides_is_read_too() {
        let number = |text| Number::parse(text).unwrap();
        assert_eq!(parse("1e400"), Ok(Value::Number(number("1e400"))));
        assert_eq!(parse("-Infinity"), Ok(Value::Number(number("-Infinity"))));
        assert_eq!(parse("[NaN]").unwrap().to_serde(Number::to_serde), serde_json::json!([null]));
        assert_eq!(parse("18446744073709551617"), Ok(Value::Number(number("18446744073709551617"))));
        for lone in [r#""a\ud83db""#, r#""a\ude00b""#, r#""a\uDFFFb""#] {
            assert_eq!(parse(lone), Ok(Value::String("a\u{fffd}b".to_owned())), "{lone}");
        }
        assert_eq!(parse(r#""\ud83d\ud83d\ude00""#), Ok(Value::String("\u{fffd}😀".to_owned())));
        assert_eq!(parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap().to_serde(Number::to_serde), serde_json::json!({"a": 3, "b": 2}));
    }

    #[test]
    fn minus_zero_is_zero() {
        // Python reads a whole number here, which has no negative zero; `serde_json` reads a double, which has.
        assert_eq!(parse("-0").unwrap().to_serde(Number::to_serde), serde_json::json!(0));
    }

    /// With zero for negative zero, about which `serde_json` and Python disagree.
    fn without_negative_zero(value: serde_json::Value) -> serde_json::Value {
        use serde_json::Value;
        match value {
            Value::Number(number) if number.as_f64() == Some(0.0) => 0.into(),
            Value::Array(items) => items.into_iter().map(without_negative_zero).collect(),
            Value::Object(members) => members.into_iter().map(|(name, value)| (name, without_negative_zero(value))).collect(),
            other => other,
        }
    }

    proptest::proptest! {
        /// Whatever `serde_json` takes has the same value here, and what is taken besides has something of Python in it.
        #[test]
        fn any_text_is_read_as_serde_reads_it(text in r#"([\[\]{}:, ]|"|"a"|1|0|-|\.5|e5|null|true|NaN|\\\\n|\\\\ud83d|\\\\ude00|\n|ä){0,12}"#) {
            match (parse(&text), serde_json::from_str::<serde_json::Value>(&text)) {
                (Ok(value), Ok(expected)) => proptest::prop_assert_eq!(
                    without_negative_zero(value.to_serde(Number::to_serde)),
                    without_negative_zero(expected)
                ),
                (Ok(_), Err(_)) => proptest::prop_assert!(text.contains("NaN") || text.contains("\\u"), "{}", text),
                (Err(error), Ok(_)) => proptest::prop_assert!(false, "{}: {}", text, error),
                (Err(_), Err(_)) => {}
            }
        }
    }

    #[test]
    fn deep_nesting_is_read_up_to_a_bound() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(DEEPEST)).is_ok());
        assert_eq!(error(&nested(DEEPEST + 1)), "line 1, column 1001: nested deeper than 1000 levels");
        assert_eq!(error(&r#"{"a":"#.repeat(1_000_000)), "line 1, column 5001: nested deeper than 1000 levels");
    }

    #[test]
    fn an_error_says_what_and_where() {
        for (text, expected) in [
            ("", "line 1, column 1: expected a value, but the text ends"),
            ("no", "line 1, column 1: expected a value"),
            ("<html>", "line 1, column 1: expected a value"),
            ("{'a': 1}", "line 1, column 2: expected a name in double quotes"),
            ("{\n  \"ä\": 1,\n  \"b\" 2}", "line 3, column 7: expected `:`"),
            ("[1, 2", "line 1, column 6: expected `,` or `]`, but the text ends"),
            ("[1 2]", "line 1, column 4: expected `,` or `]`"),
            ("[1,]", "line 1, column 4: expected a value"),
            ("{\"a\": 1,}", "line 1, column 9: expected a name in double quotes"),
            ("{\"a\": 1]", "line 1, column 8: expected `,` or `}`"),
            ("{} {}", "line 1, column 4: the value has ended, but more text follows"),
            ("01", "line 1, column 2: the value has ended, but more text follows"),
            ("1.", "line 1, column 2: the value has ended, but more text follows"),
            ("-", "line 1, column 1: expected a value"),
            ("+1", "line 1, column 1: expected a value"),
            (".5", "line 1, column 1: expected a value"),
            ("[\"abc", "line 1, column 2: this text has no end"),
            ("\"a\nb\"", "line 1, column 3: a control character in a text; it must be escaped"),
            (r#""\x""#, "line 1, column 2: this escape is unknown in JSON"),
            (r#""\u12g4""#, "line 1, column 2: expected four hexadecimal digits after `\\u`"),
            (r#""\u12"#, "line 1, column 2: expected four hexadecimal digits after `\\u`"),
            ("\u{feff}{}", "line 1, column 1: expected a value"),
            ("nul", "line 1, column 1: expected a value"),
            ("True", "line 1, column 1: expected a value"),
        ] {
            assert_eq!(error(text), expected, "{text}");
        }
    }
}
