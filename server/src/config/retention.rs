use super::declared::RETENTION;
use history::{Retention, Tier};
use std::time::Duration;
use yaml::fields::Fields;
use yaml::{LocatedError, Node};

/// `retention: {raw: 2d, minute: 14d, hour: 400d, day: 10y}`. A tier that is left out has its default.
///
/// A coarser tier that is kept for less time than a finer one would leave a hole, and is an error.
pub(super) fn read_retention(node: &Node) -> Result<Retention, Vec<LocatedError>> {
    let default = Retention::default();
    let mut fields = Fields::declared(node, RETENTION);
    let retention = Retention {
        raw: fields.read("raw", read_age).unwrap_or(default.raw),
        minute: fields.read("minute", read_age).unwrap_or(default.minute),
        hour: fields.read("hour", read_age).unwrap_or(default.hour),
        day: fields.read("day", read_age).unwrap_or(default.day),
    };
    for pair in Tier::ALL.windows(2) {
        if let [fine, coarse] = pair
            && retention.of(*fine) > retention.of(*coarse)
        {
            let (fine, coarse) = (fine.as_str(), coarse.as_str());
            let wrong = format!("`{fine}` is kept for longer than `{coarse}`; give `{coarse}` at least as much time");
            fields.doubt(LocatedError::new(&node.location, wrong));
        }
    }
    let errors = fields.finish();
    if errors.is_empty() { Ok(retention) } else { Err(errors) }
}

const UNITS: [(&str, u64); 5] = [("h", 3600), ("d", 86_400), ("w", 7 * 86_400), ("y", 365 * 86_400), ("m", 60)];

/// A whole number and a unit.
fn read_age(node: &Node) -> Result<Duration, LocatedError> {
    let wrong = || LocatedError::new(&node.location, "expected a time such as 90m, 12h, 2d, 8w or 10y, from an hour to 100 years");
    let text: String = node.read()?;
    let text = text.trim();
    let seconds =
        UNITS.iter().find_map(|(unit, seconds)| text.strip_suffix(unit)?.trim_end().parse::<u64>().ok()?.checked_mul(*seconds));
    let allowed = 3600..=100 * 365 * 86_400;
    seconds.filter(|seconds| allowed.contains(seconds)).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    #[track_caller]
    fn check(text: &str, expected: Result<[u64; 4], &str>) {
        let hours = |age: Duration| age.as_secs() / 3600;
        let document = parse("config.yaml", text).unwrap();
        let read = read_retention(&document);
        let read = read.map(|it| [hours(it.raw), hours(it.minute), hours(it.hour), hours(it.day)]);
        let read = read.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        match (read, expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
            (read, expected) => panic!("{read:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn ages_have_units_and_what_is_left_out_has_its_default() {
        check("{raw: 2d, minute: 14d, hour: 400d, day: 10y}", Ok([48, 336, 9600, 87_600]));
        check("{raw: 90m, minute: 12h, hour: 8w}", Ok([1, 12, 1344, 87_600]));
    }

    #[test]
    fn wrong_values_are_errors() {
        check("{raw: 2}", Err("expected a time such as"));
        check("{raw: 2 fortnights}", Err("expected a time such as"));
        check("{raw: 30m}", Err("from an hour"));
        check("{day: 101y}", Err("to 100 years"));
        check("{raw: 30d}", Err("`raw` is kept for longer than `minute`"));
        check("{days: 2d}", Err("day"));
    }
}
