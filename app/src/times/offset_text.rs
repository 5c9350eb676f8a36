//! The offset of a zone, as `Intl.DateTimeFormat` writes it.

/// The seconds east of UTC in the end of a text such as `11/29/2026, GMT+05:30`. `GMT` alone is UTC.
pub(super) fn read(text: &str) -> Option<i32> {
    let (_, offset) = text.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(0);
    }
    let (sign, digits) = match offset.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let mut seconds = 0;
    for (part, unit) in digits.split(':').zip([3_600, 60, 1]) {
        seconds += part.parse::<u8>().ok().map(i32::from)? * unit;
    }
    Some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn offsets_have_hours_minutes_and_in_old_times_seconds() {
        for (text, expected) in [
            ("1/1/1970, GMT", Some(0)),
            ("11/29/2026, GMT+00:00", Some(0)),
            ("11/29/2026, GMT+05:30", Some(19_800)),
            ("11/29/2026, GMT-3", Some(-10_800)),
            ("12/7/1874, GMT-04:56:02", Some(-17_762)),
            ("11/29/2026, CET", None),
            ("11/29/2026, GMT+", None),
            ("11/29/2026, GMT+x", None),
            ("11/29/2026, GMT\u{2212}5", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
