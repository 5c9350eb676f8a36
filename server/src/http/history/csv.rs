//! Tables as text (RFC 4180): fields with commas between them, lines that end with carriage return and line feed.

use std::fmt::Display;
use system::foreign_text;

/// A table that is being written.
#[derive(Debug, Default)]
pub struct Table {
    text: String,
    /// Whether the line that is being written has a field.
    begun: bool,
}

impl Table {
    /// A text from outside, a name for instance. No spreadsheet takes it for a formula.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.field(&foreign_text::csv_cell(text))
    }

    /// A number, or an empty field.
    pub fn number(&mut self, number: Option<impl Display>) -> &mut Self {
        self.field(&number.map(|number| number.to_string()).unwrap_or_default())
    }

    pub fn end_line(&mut self) {
        self.text.push_str("\r\n");
        self.begun = false;
    }

    pub fn finish(self) -> String {
        self.text
    }

    fn field(&mut self, text: &str) -> &mut Self {
        if self.begun {
            self.text.push(',');
        }
        self.begun = true;
        if text.contains([',', '"', '\r', '\n']) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut table = Table::default();
        table.text(text).end_line();
        assert_eq!(table.finish(), format!("{expected}\r\n"));
    }

    #[test]
    fn fields_are_quoted_where_they_have_to_be() {
        check("", "");
        check("shop", "shop");
        check("Zürich, main", "\"Zürich, main\"");
        check("so-called \"shop\"", "\"so-called \"\"shop\"\"\"");
        check("two\nlines", "two lines");
    }

    #[test]
    fn no_field_is_a_formula() {
        check("=1+1", "'=1+1");
        check("+1", "'+1");
        check("-1", "'-1");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", " '=1");
        check("a;=1", "a;'=1");
        check("=HYPERLINK(\"http://evil.example\",\"x\")", "\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\"");
        check("a=1", "a=1");
    }

    #[test]
    fn numbers_can_be_absent() {
        let mut table = Table::default();
        table.text("a").number(Some(0.5)).number(None::<f64>).number(Some(3)).end_line();
        table.number(None::<f64>).text("b").end_line();
        assert_eq!(table.finish(), "a,0.5,,3\r\n,b\r\n");
    }
}
