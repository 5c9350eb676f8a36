//! Addresses of pages.

use crate::model::ServiceId;
use std::fmt::Write;

/// The page of a service.
pub fn of_service(id: &ServiceId) -> String {
    format!("/services/{}", encode(id.as_str()))
}

/// An address with parameters.
pub fn with(path: String, parameters: &[(&str, String)]) -> String {
    let mut address = path;
    for (number, (name, value)) in parameters.iter().enumerate() {
        let separator = if number == 0 { '?' } else { '&' };
        // Writing to a string cannot fail.
        write!(address, "{separator}{name}={}", encode(value)).ok();
    }
    address
}

/// Percent-encodes everything that has a meaning in an address.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' => encoded.push(char::from(byte)),
            other => drop(write!(encoded, "%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_part_of_the_path() {
        assert_eq!(of_service(&ServiceId::new("web-1.lan")), "/services/web-1.lan");
        assert_eq!(of_service(&ServiceId::new("a/b?c ü")), "/services/a%2Fb%3Fc%20%C3%BC");
    }

    #[test]
    fn parameters_follow_the_path() {
        let parameters = [("node", "a&b".to_owned()), ("from", "2026-11-24T23:00:00Z".to_owned())];
        assert_eq!(with("/services/x".to_owned(), &parameters), "/services/x?node=a%26b&from=2026-11-24T23:00:00Z");
        assert_eq!(with("/".to_owned(), &[]), "/");
    }
}
