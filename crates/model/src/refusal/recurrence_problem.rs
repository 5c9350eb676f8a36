/// What is wrong with a recurrence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceProblem {
    #[error("give either `days` or `month_days`")]
    TwoKindsOfDays,
    #[error("`days` has one to seven days of the week, each once")]
    Weekdays,
    #[error("`week` needs `days`: it says which of them in a month")]
    WeekWithoutDays,
    #[error("`month_days` has numbers from 1 to 31, each once")]
    MonthDays,
    #[error("`first` and `last` must be in the years from 1970 to 9999")]
    OutOfYears,
    #[error("`last` is before `first`")]
    LastBeforeFirst,
    /// There is no time zone with this name.
    #[error("there is no time zone `{0}`; expected a name such as Europe/Berlin or UTC")]
    UnknownZone(String),
    #[error("no time begins between `first` and `last` that has not ended already")]
    Never,
    #[error("it must begin within a year")]
    TooFarAhead,
}
