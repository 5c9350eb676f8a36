//! Addresses of this site, in the form in which people read and share them. Pure.

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
    fn parameters_are_readable_and_safe() {
        assert_eq!(with("/incidents", []), "/incidents");
        let parameters = [("new", ""), ("service", "shop-1"), ("search", "# a&b+c=ü")];
        let parameters = parameters.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(with("/silences", parameters), "/silences?new&service=shop-1&search=%23%20a%26b%2Bc%3D%C3%BC");
        assert_eq!(with("/x", [("from", "2026-11-29T12:00:00+01:00".to_owned())]), "/x?from=2026-11-29T12:00:00%2B01:00");
    }
}
