use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use model::ExpiryProblem;

/// The end of an API key: in days (`90d`) or hours (`12h`), at most ten years, on a day in UTC (`2027-01-31`), at an instant
/// (`2027-01-31T12:00:00Z`), or `never`, which is `None`. Fails with what is wrong with the text.
pub fn expiry_of(text: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, ExpiryProblem> {
    let wrong = || ExpiryProblem::NotUnderstood;
    if text == "never" {
        return Ok(None);
    }
    let instant = text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    if let Ok(end) = instant.or_else(|_| DateTime::parse_from_rfc3339(text).map(|end| end.to_utc())) {
        return if end > now { Ok(Some(end)) } else { Err(ExpiryProblem::HasBegun) };
    }
    let hours = match (text.strip_suffix('d'), text.strip_suffix('h')) {
        (Some(days), _) => days.parse::<u32>().ok().and_then(|days| days.checked_mul(24)),
        (_, Some(hours)) => hours.parse().ok(),
        _ => None,
    };
    let hours = hours.filter(|hours| (1..=24 * 3650).contains(hours)).ok_or_else(wrong)?;
    Ok(Some(now + TimeDelta::hours(i64::from(hours))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_duration_a_day_an_instant_or_never() {
        let now: DateTime<Utc> = "2026-11-29T12:00:00Z".parse().unwrap();
        for (text, end) in [
            ("12h", "2026-11-30T00:00:00Z"),
            ("90d", "2027-02-27T12:00:00Z"),
            ("2027-01-31", "2027-01-31T00:00:00Z"),
            ("2027-01-31T12:00:00+02:00", "2027-01-31T10:00:00Z"),
        ] {
            assert_eq!(expiry_of(text, now), Ok(Some(end.parse().unwrap())), "{text}");
        }
        assert_eq!(expiry_of("never", now), Ok(None));
        for wrong in ["", "0d", "3651d", "-1h", "90", "d", "tomorrow", "2026-11-29", "2026-11-29T11:59:59Z"] {
            assert!(expiry_of(wrong, now).is_err(), "{wrong}");
        }
    }
}
