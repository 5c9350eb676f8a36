//! Times, days and weekdays as texts: `22:00`, `2026-12-24`, `sun`. They are short, so reading them is small in the browser, too.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

/// The days of the week by their names in files and in the API.
pub const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// Reads `22:00`, also with seconds that are zero. `None` for any other text.
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.split(':').map(|part| number(part, 2));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let is_whole = parts.next().is_none_or(|second| second == Some(0)) && parts.next().is_none();
    NaiveTime::from_hms_opt(hour, minute, 0).filter(|_| is_whole)
}

/// The same for the end of a period, which can also be `24:00`, midnight at the end of the day.
pub fn parse_end(text: &str) -> Option<NaiveTime> {
    if matches!(text, "24:00" | "24:00:00") { Some(NaiveTime::MIN) } else { parse_time(text) }
}

/// Reads `2026-12-24`. `None` for any other text.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| parts.next().is_none())
}

/// Reads `mon`, in any case. `None` for any other text.
pub fn parse_weekday(text: &str) -> Option<Weekday> {
    WEEK.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, day)| *day)
}

/// So many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `22:00`.
pub(super) mod time {
    use super::{NaiveTime, Timelike, parse_time};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02}:{:02}", time.hour(), time.minute()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_time(&text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is not a time such as 22:00")))
    }
}

/// `04:00`, or `24:00`.
pub(super) mod end {
    use super::{NaiveTime, parse_end};
    use serde::{Deserialize, Deserializer, de::Error};

    pub use super::time::serialize;

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_end(&text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is not a time such as 22:00")))
    }
}

/// `2026-12-24`.
pub(super) mod day {
    use super::{Datelike, NaiveDate, parse_day};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(&format_args!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let read = |text: String| {
            parse_day(&text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is not a day such as 2026-12-24")))
        };
        text.map(read).transpose()
    }
}

/// `["mon", "sun"]`.
pub(super) mod weekdays {
    use super::{WEEK, Weekday, parse_weekday};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(days: &Option<Vec<Weekday>>, serializer: S) -> Result<S::Ok, S::Error> {
        let name = |day: &Weekday| WEEK[day.num_days_from_monday() as usize].0;
        match days {
            Some(days) => serializer.collect_seq(days.iter().map(name)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Weekday>>, D::Error> {
        let read = |text: &String| {
            parse_weekday(text).ok_or_else(|| D::Error::custom(format_args!("`{text}` is not a day of the week such as mon")))
        };
        let texts = Option::<Vec<String>>::deserialize(deserializer)?;
        texts.map(|texts| texts.iter().map(read).collect()).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_days_are_read_strictly() {
        let time = |text| parse_time(text).map(|time| time.format("%H:%M:%S").to_string());
        assert_eq!(["22:05", "22:05:00"].map(time), [(); 2].map(|()| Some("22:05:00".to_owned())));
        assert_eq!(["24:00", "24:00:00", "00:00"].map(parse_end), [(); 3].map(|()| Some(NaiveTime::MIN)));
        assert_eq!((parse_end("24:01"), parse_end("22:05")), (None, parse_time("22:05")));
        for wrong in ["", "22", "24:00", "2:05", "22:60", "24:01", "22:05:30", "22:05:00:00", "+2:05", "22:0é"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        assert_eq!(parse_day("2028-02-29").map(|day| day.to_string()).as_deref(), Some("2028-02-29"));
        for wrong in ["", "2027-02-29", "2027-2-1", "27-02-01", "2027-02-01-01", "2027/02/01", "2027-13-01"] {
            assert_eq!(parse_day(wrong), None, "{wrong}");
        }
    }
}
