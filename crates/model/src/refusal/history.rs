use serde::{Deserialize, Serialize};

/// Why history cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryRefusal {
    /// The time that is asked for.
    Period(PeriodProblem),
    /// The store is unavailable now. The details are for administrators.
    StoreAway { details: Option<String> },
    /// The store has history that cannot be used. The details are for administrators.
    StoreUnusable { details: Option<String> },
    /// Too many questions are being answered.
    TooMany,
}

/// What is wrong with the time that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeriodProblem {
    /// The value of `from` is no time.
    From(String),
    /// The value of `to` is no time.
    To(String),
    /// It does not begin before its end, or not before now.
    Empty,
    /// It is longer than history is kept.
    TooLong,
}
