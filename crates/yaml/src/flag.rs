//! The switches of the original. It took any value for true or false, as Python does.

use super::document::{Node, Reading, Value};
use super::error::LocatedError;
use super::fields::Fields;
use super::plain::read_plain;

/// Reads a switch. What is not written as true or false is taken for one of them, with a warning.
pub fn read_flag(fields: &mut Fields<'_>, key: &'static str, usual: bool, tolerated: &mut Vec<LocatedError>) -> bool {
    let Some(node) = fields.node(key) else { return usual };
    node.read().unwrap_or_else(|_| {
        let value = is_true(node);
        let text = format!("expected true or false, found {}; it is taken for {value}", node.kind());
        tolerated.push(LocatedError::new(&node.location, text).under(key));
        value
    })
}

/// Whether a value means true: what says so, a number but 0, and all else that is not empty.
pub fn is_true(node: &Node) -> bool {
    let scalar = match &node.value {
        Value::Scalar(scalar) => scalar,
        Value::List(nodes) => return !nodes.is_empty(),
        Value::Map(entries) => return !entries.is_empty(),
    };
    let text = scalar.text.trim();
    match (scalar.reading, read_plain(&text.to_lowercase())) {
        (Reading::Bool(value), _) | (Reading::Text, Reading::Bool(value)) => value,
        (Reading::Int(number), _) => number != 0,
        (Reading::Float(number), _) => number != 0.0,
        // It has more digits than a zero.
        (Reading::LongInt, _) => true,
        (Reading::Null, _) | (_, Reading::Null) => false,
        // The word of Python for nothing is text in YAML.
        (Reading::Text, _) => text != "None",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn what_python_took_for_true_or_false_is_taken_for_it_with_a_warning() {
        for (given, expected) in [
            ("True", true),
            ("off", false),
            ("'True'", true),
            ("\"False\"", false),
            ("1", true),
            ("0", false),
            ("0.0", false),
            ("''", false),
            ("None", false),
            ("", true),
            ("maybe", true),
            ("[]", false),
            ("{a: b}", true),
        ] {
            let document = parse("config.yaml", &format!("notify: {given}")).unwrap();
            let (mut fields, mut tolerated) = (Fields::of(&document), Vec::new());
            let read = read_flag(&mut fields, "notify", true, &mut tolerated);
            assert_eq!((read, fields.finish()), (expected, Vec::new()), "{given}");
            let is_plain = matches!(given, "True" | "off" | "");
            assert_eq!(tolerated.len(), usize::from(!is_plain), "{given}: {tolerated:?}");
        }
    }
}
