/// Milliseconds since 1970 by the clock of this machine: of the browser, or on the server of the server.
pub(super) fn now() -> i64 {
    #[cfg(feature = "hydrate")]
    return super::browser::now();
    #[cfg(not(feature = "hydrate"))]
    {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |now| i64::try_from(now.as_millis()).unwrap_or(i64::MAX))
    }
}
