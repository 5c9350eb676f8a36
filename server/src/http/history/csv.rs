//! Tables as CSV (RFC 4180), with a guard against formulas.

use csv::{Terminator, Writer, WriterBuilder};
use std::fmt::Display;
use system::foreign_text;

/// A CSV document in memory.
#[derive(Debug)]
pub struct Table(Writer<Vec<u8>>);

impl Default for Table {
    fn default() -> Self {
        Self(WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer(Vec::new()))
    }
}

/// Writing cannot fail, because a `Vec` takes every line and lines may differ in length.
impl Table {
    /// A text of foreign origin, such as a name. Spreadsheets do not read it as a formula.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.field(&foreign_text::csv_cell(text))
    }

    /// A number, or an empty field.
    pub fn number(&mut self, number: Option<impl Display>) -> &mut Self {
        self.field(&number.map(|number| number.to_string()).unwrap_or_default())
    }

    pub fn end_line(&mut self) {
        self.0.write_record(None::<&[u8]>).ok();
    }

    pub fn finish(self) -> String {
        let bytes = self.0.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }

    fn field(&mut self, text: &str) -> &mut Self {
        self.0.write_field(text).ok();
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
        // A line of one empty field would be an empty line.
        check("", "\"\"");
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
