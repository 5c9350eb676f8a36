//! Addresses of this site, in the form in which people read and share them.

mod query;
mod shown;

pub use query::Query;
pub use shown::{use_part, use_query};

use crate::model::ServiceId;

/// The page of a service.
pub fn of_service(id: &ServiceId) -> String {
    format!("/services/{}", encode(id.as_str()))
}

/// A path with parameters. One without a value has its name only.
pub fn with<'a>(path: &str, parameters: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut address = path.to_owned();
    for (number, (name, value)) in parameters.into_iter().enumerate() {
        address.push(if number == 0 { '?' } else { '&' });
        address.push_str(name);
        if !value.is_empty() {
            address.push('=');
            push_encoded(&value, b"-_.~:,", &mut address);
        }
    }
    address
}

/// A text as one part of a path.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    push_encoded(text, b"-_.~", &mut encoded);
    encoded
}

/// A part of a path as a text. What is not percent-encoded stays as it is, and what is no text becomes replacement characters.
pub fn decode(text: &str) -> String {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        match (byte, digit(bytes.get(place + 1)), digit(bytes.get(place + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                place += 3;
            }
            _ => {
                decoded.push(*byte);
                place += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Percent-encodes everything except letters, digits and what is `plain`.
fn push_encoded(text: &str, plain: &[u8], into: &mut String) {
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
    fn an_id_is_one_part_of_the_path() {
        assert_eq!(of_service(&ServiceId::new("web-1.lan_~")), "/services/web-1.lan_~");
        assert_eq!(of_service(&ServiceId::new("a/b?c ü#%")), "/services/a%2Fb%3Fc%20%C3%BC%23%25");
    }

    #[test]
    fn a_part_of_a_path_is_decoded_once() {
        for id in ["web-1", "a/b?c ü#%", "p-%41", "%2541", "100%", "%", "%4", "%zz"] {
            assert_eq!(decode(&encode(id)), id);
        }
        assert_eq!(decode("p-%2541"), "p-%41");
        for (text, expected) in [("100%", "100%"), ("%4", "%4"), ("%zz%2f", "%zz/"), ("%ff", "\u{fffd}"), ("ü", "ü")] {
            assert_eq!(decode(text), expected);
        }
    }

    #[test]
    fn parameters_are_readable_and_safe() {
        assert_eq!(with("/incidents", []), "/incidents");
        let parameters = [("new", ""), ("service", "shop-1"), ("search", "# a&b+c=ü")];
        let parameters = parameters.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(with("/silences", parameters), "/silences?new&service=shop-1&search=%23%20a%26b%2Bc%3D%C3%BC");
        assert_eq!(with("/x", [("from", "2026-11-29T12:00:00+01:00".to_owned())]), "/x?from=2026-11-29T12:00:00%2B01:00");
    }
}
