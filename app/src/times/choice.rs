use std::fmt;

/// The cookie that has a [`Choice`] as text. The browser sets it, the server reads it.
pub const COOKIE: &str = "platus_zone";

/// The most bytes of the name of a zone.
const LONGEST: usize = 64;

/// In which zone a viewer wants to see times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// In the zone of the viewer, whose name only the browser knows.
    #[default]
    Viewer,
    /// The same with that name.
    Named(String),
    Server,
    Utc,
}

impl Choice {
    /// Reads the value of the cookie: `auto.Europe/Berlin`, `server`, `utc`. A foreign value is no choice.
    pub fn read(text: &str) -> Self {
        match text {
            "server" => Self::Server,
            "utc" => Self::Utc,
            other => match other.strip_prefix("auto.").filter(|name| is_name(name)) {
                Some(name) => Self::Named(name.to_owned()),
                None => Self::Viewer,
            },
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Viewer => formatter.write_str("auto"),
            Self::Named(name) => write!(formatter, "auto.{name}"),
            Self::Server => formatter.write_str("server"),
            Self::Utc => formatter.write_str("utc"),
        }
    }
}

/// Whether this may be the name of a zone, such as `America/Argentina/Buenos_Aires` or `Etc/GMT+5`.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_as_it_was_written() {
        let named = Choice::Named("America/Argentina/Buenos_Aires".to_owned());
        for choice in [Choice::Viewer, Choice::Server, Choice::Utc, named, Choice::Named("Etc/GMT+5".to_owned())] {
            assert_eq!(Choice::read(&choice.to_string()), choice);
        }
    }

    #[test]
    fn a_foreign_cookie_is_no_choice() {
        let long = format!("auto.{}", "x".repeat(LONGEST + 1));
        for text in ["", "auto.", "Europe/Berlin", "auto.Europe Berlin", "auto.<b>", "auto.\u{e9}", "UTC", &long] {
            assert_eq!(Choice::read(text), Choice::Viewer, "{text}");
        }
    }
}
