/// Whether the page is up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Liveness {
    /// The page was just opened; the event stream is not open yet.
    #[default]
    Connecting,
    /// The event stream is open.
    Live,
    /// The server is silent or unreachable: the page may be out of date.
    Stale,
}

impl Liveness {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Stale => "stale",
        }
    }
}

/// Whether a rendered page is updated: only in the browser. On the server nothing is registered for updates.
pub(super) const IS_UPDATED: bool = cfg!(feature = "hydrate");
