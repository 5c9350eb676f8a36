use std::fmt;

/// Why a notification is not retried any more. Stores and the API have its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// Its channel was removed from the configuration.
    ChannelRemoved,
    /// Too much time has passed. `error` is that of the last attempt.
    NotInTime { error: String },
    /// The receiver has refused it this number of times, the last time with this error.
    Refused { times: u32, error: String },
    /// Later ones have taken its place: so many can be pending.
    TooMany { most: usize },
    /// Platus had started without its store, so that the end of the incident is unknown.
    StoreWasAway,
}

const CHANNEL_REMOVED: &str = "the channel is no longer configured";
const NOT_IN_TIME: &str = "not delivered in time; the last attempt failed: ";
const STORE_WAS_AWAY: &str = "Platus started without its store, and the end of the incident is unknown";

impl DropReason {
    /// Reads the text of a reason; `None` for any other text.
    pub fn read(text: &str) -> Option<Self> {
        if let Some(reason) = [Self::ChannelRemoved, Self::StoreWasAway].into_iter().find(|reason| reason.to_string() == text) {
            return Some(reason);
        }
        if let Some(error) = text.strip_prefix(NOT_IN_TIME) {
            return Some(Self::NotInTime { error: error.to_owned() });
        }
        if let Some(rest) = text.strip_prefix("refused ") {
            let (times, error) = rest.split_once(" times: ")?;
            return Some(Self::Refused { times: times.parse().ok()?, error: error.to_owned() });
        }
        let most = text.strip_prefix("more than ")?.strip_suffix(" messages waited")?;
        Some(Self::TooMany { most: most.parse().ok()? })
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChannelRemoved => f.write_str(CHANNEL_REMOVED),
            Self::NotInTime { error } => write!(f, "{NOT_IN_TIME}{error}"),
            Self::Refused { times, error } => write!(f, "refused {times} times: {error}"),
            Self::TooMany { most } => write!(f, "more than {most} messages waited"),
            Self::StoreWasAway => f.write_str(STORE_WAS_AWAY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_as_it_was_written() {
        let error = || "HTTP 500: refused 3 times: no".to_owned();
        for reason in [
            DropReason::ChannelRemoved,
            DropReason::NotInTime { error: error() },
            DropReason::Refused { times: 3, error: error() },
            DropReason::TooMany { most: 20_000 },
            DropReason::StoreWasAway,
        ] {
            assert_eq!(DropReason::read(&reason.to_string()), Some(reason));
        }
        for other in ["", "refused", "refused 3 times", "refused x times: no", "more than many messages waited", "maintenance"] {
            assert_eq!(DropReason::read(other), None, "{other}");
        }
    }
}
