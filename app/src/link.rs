//! Addresses of this site, in the form in which people read and share them. Pure.

/// A path with parameters. One without a value has its name only.
pub fn link<'a>(path: &str, parameters: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut text = path.to_owned();
    for (index, (name, value)) in parameters.into_iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(name);
        if !value.is_empty() {
            text.push('=');
            encode(&value, b"-_.~:,", &mut text);
        }
    }
    text
}

/// A text as a part of a path.
pub fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode(text, b"-_.~", &mut encoded);
    encoded
}

fn encode(text: &str, plain: &[u8], into: &mut String) {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.extend(['%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_readable_and_safe() {
        assert_eq!(link("/incidents", []), "/incidents");
        let parameters = [("new", ""), ("service", "shop-1"), ("search", "# a&b+c=ü")];
        let parameters = parameters.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(link("/silences", parameters), "/silences?new&service=shop-1&search=%23%20a%26b%2Bc%3D%C3%BC");
        assert_eq!(link("/x", [("from", "2026-11-29T12:00:00+01:00".to_owned())]), "/x?from=2026-11-29T12:00:00%2B01:00");
    }

    #[test]
    fn a_text_can_be_a_part_of_a_path() {
        assert_eq!(segment("shop-1.eu_~"), "shop-1.eu_~");
        assert_eq!(segment("a b/ü?#%"), "a%20b%2F%C3%BC%3F%23%25");
    }
}
