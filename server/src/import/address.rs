//! Addresses, taken apart. Each part may refer to the environment.

use super::value::{Map, Value, reference};

/// An address such as `https://user:password@host:8443/path?query`.
#[derive(Clone, PartialEq)]
pub(super) struct Address {
    /// In lower case.
    pub scheme: String,
    pub username: Option<String>,
    pub password: Option<String>,
    /// Without brackets.
    pub host: String,
    pub port: Option<String>,
    /// Path and query; begins with `/`.
    pub path: String,
}

impl Address {
    /// Takes a text apart. `None` if it has no scheme or no host, or a port that is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
            return None;
        }
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
        let (username, password) =
            match user.map(|user| user.split_once(':').map_or((user, None), |(name, word)| (name, Some(word)))) {
                Some((name, word)) => (Some(decoded(name)), word.map(decoded)),
                None => (None, None),
            };
        let (host, port) = host_and_port(place)?;
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Some(Self { scheme: scheme.to_ascii_lowercase(), username, password, host, port, path })
    }

    /// `host`, `port`, `protocol` and the login of a `rest_http` service.
    pub(super) fn http_properties(&self) -> Map {
        let mut properties = Map::new();
        properties.set("host", Value::text(&self.host));
        let port = self.port.clone().unwrap_or_else(|| if self.scheme == "https" { "443" } else { "80" }.to_owned());
        properties.set("port", Value::number_or_text(&port));
        properties.set("protocol", Value::text(&self.scheme));
        properties.set_if("username", self.username.as_deref().filter(|name| !name.is_empty()).map(Value::text));
        properties.set_if("password", self.password.as_deref().filter(|word| !word.is_empty()).map(Value::text));
        properties
    }

    /// `host` and `port` of a service.
    pub(super) fn place(&self) -> Map {
        let mut properties = Map::new();
        properties.set("host", Value::text(&self.host));
        properties.set_if("port", self.port.as_deref().map(Value::number_or_text));
        properties
    }
}

/// The parts of `host:port` or `[::1]:port`.
pub(super) fn host_and_port(text: &str) -> Option<(String, Option<String>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, if after.is_empty() { None } else { Some(after.strip_prefix(':')?) })
        }
        None if text.matches(':').count() > 1 => (text, None),
        None => text.rsplit_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let port = port.filter(|port| !port.is_empty());
    let is_port = |port: &str| port.parse::<u16>().is_ok() || reference(port).is_some();
    if host.is_empty() || host.chars().any(char::is_whitespace) || !port.is_none_or(is_port) {
        return None;
    }
    Some((host.to_owned(), port.map(str::to_owned)))
}

/// A part of an address without percent signs. References stay.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *byte == b'%') {
            Some(meant) => {
                decoded.push(meant);
                at += 3;
            }
            None => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let parsed = |text: &str| {
            let Address { scheme, username, password, host, port, path } = Address::parse(text)?;
            Some(
                [scheme, username.unwrap_or_default(), password.unwrap_or_default(), host, port.unwrap_or_default(), path]
                    .join(" | "),
            )
        };
        for (text, expected) in [
            ("HTTPS://example.org", "https |  |  | example.org |  | /"),
            ("http://a%40b:p%3aw@h:8080/x?y#z", "http | a@b | p:w | h | 8080 | /x?y"),
            ("http://[2001:db8::1]:80?q", "http |  |  | 2001:db8::1 | 80 | /?q"),
            ("tcp://${HOST}:${PORT}", "tcp |  |  | ${HOST} | ${PORT} | /"),
        ] {
            assert_eq!(parsed(text).as_deref(), Some(expected), "{text}");
        }
        for text in
            ["", "example.org", "http://", "http://:80", "http://h:99999", "http://h:x", "http://[::1", "a b://h", "http://a b/"]
        {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
