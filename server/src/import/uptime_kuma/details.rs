use super::record::Record;

/// A monitor with what its check needs besides its own row.
pub(super) struct Details<'a> {
    pub record: &'a Record,
    pub name: &'a str,
    /// The names of the groups around it.
    pub group: Option<String>,
    /// The proxy of its requests.
    pub proxy: Option<&'a Record>,
    /// Seconds between two checks.
    pub interval: f64,
}
